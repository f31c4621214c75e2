// The mica binary as a child process (base/child_process.h), as a user starts it.
//   const MicaResult result = RunMica({{"check", "x.textproto"}, folder});
//   EXPECT_EQ(result.exit_code, 2) << result;
// The target needs data = ["//cli:mica"]. The child sees none of the test's environment but the
// settings of sanitizers; HOME is its working folder.
#ifndef MICA_TESTS_INTEGRATION_MICA_PROCESS_H_
#define MICA_TESTS_INTEGRATION_MICA_PROCESS_H_

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/child_process.h"

namespace mica {

struct MicaCommand {
  std::vector<std::string> arguments;                                  // behind "mica"
  std::string folder;                                                  // the working folder
  std::map<std::string, std::optional<std::string>> environment = {};  // set, or with nullopt not set
  std::map<int, rlim_t> limits = {};                                   // from here to time_limit_seconds as in ChildCommand
  std::optional<mode_t> umask = {};
  std::vector<int> closed_streams = {};
  std::string stdout_file = {};
  bool stdout_has_no_reader = false;
  double time_limit_seconds = 60;
  std::vector<std::string> launcher = {};  // in front of "mica": a program by its absolute path, which must become mica (exec)
};

using MicaResult = ChildResult;

// For messages of failed assertions.
std::ostream& operator<<(std::ostream& stream, const MicaResult& result);

// A mica that is still running.
class MicaProcess : public ChildProcess {
 public:
  explicit MicaProcess(const MicaCommand& command);
};

MicaResult RunMica(const MicaCommand& command);

// The path of the binary.
std::string MicaBinary();

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_MICA_PROCESS_H_
