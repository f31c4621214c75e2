// The mica binary as a child process, as a user starts it: arguments, environment, limits in; exit code, stdout, stderr out.
//   const MicaResult result = RunMica({{"check", "x.textproto"}, folder});
//   EXPECT_EQ(result.exit_code, 2) << result;
// A launcher that cannot be started ends with exit code kCannotStart. The target needs data = ["//cli:mica"]. The child sees none of the
// test's environment but the settings of sanitizers; HOME is its working folder. It dies with the test, and one that outlives its time
// limit is killed and counts as failed: kTimedOut.
#ifndef MICA_TESTS_INTEGRATION_MICA_PROCESS_H_
#define MICA_TESTS_INTEGRATION_MICA_PROCESS_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

constexpr int kTimedOut = -1;
constexpr int kCannotStart = 127;

struct MicaCommand {
  std::vector<std::string> arguments;      // behind "mica"
  std::string folder;                      // the working folder
  std::vector<std::string> launcher = {};  // in front of "mica": a program by its absolute path, which must become mica (exec)
  std::map<std::string, std::optional<std::string>> environment = {};  // set, or with nullopt not set
  std::map<int, rlim_t> limits = {};                                   // RLIMIT_… -> bytes or number
  std::optional<mode_t> umask = {};
  std::vector<int> closed_streams = {};  // of 0, 1, 2: closed before the start
  std::string stdout_file = {};          // stdout goes there instead, e.g. to /dev/full
  bool stdout_has_no_reader = false;     // a pipe whose other end is closed
  double time_limit_seconds = 60;
};

struct MicaResult {
  int exit_code = kTimedOut;  // 128 + n when signal n ended the process
  std::string out;
  std::string err;
};

// For messages of failed assertions.
std::ostream& operator<<(std::ostream& stream, const MicaResult& result);

// A mica that is still running. Single-thread; the destructor kills it.
class MicaProcess {
 public:
  explicit MicaProcess(const MicaCommand& command);
  ~MicaProcess();
  MicaProcess(const MicaProcess&) = delete;
  MicaProcess& operator=(const MicaProcess&) = delete;

  // Waits until `text` has appeared on stderr; false at the end of the process or of its time.
  bool WaitForError(absl::string_view text);

  // Stops reading stderr and waits until mica waits, its pipe full, for somebody to go on: a step that takes as long as the test likes.
  // False at the end of the process or of its time.
  bool StallByFullError();

  void Signal(int signal_number);

  // Waits for the end.
  MicaResult Wait();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

MicaResult RunMica(const MicaCommand& command);

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_MICA_PROCESS_H_
