// A flag file, as gflags describes them, line by line.
//   # for all runs
//   --output_dir=/tmp/runs
//   --set=trainer { epochs: 1 }
// A line holds one flag, with everything behind "=" as its value: quotes, "#" and spaces at its end
// belong to it. Lines that begin with "#" and empty ones mean nothing; spaces in front of a line, a
// byte order mark and CRLF are accepted. gflags' lines that name programs are not.
#ifndef MICA_CLI_FLAG_FILE_H_
#define MICA_CLI_FLAG_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

constexpr int64_t kMaxFlagFileBytes = 1 << 20;

struct FlagFileLine {
  int number;                      // from 1
  std::vector<std::string> words;  // as on a command line: {"--set=a b"}, {"--set", "a b"}
};

// The lines with flags. `source` names the file in messages about its contents. Errors are
// FlagErrors: a file that cannot be opened, is a folder, no regular file or too large, a NUL byte.
absl::StatusOr<std::vector<FlagFileLine>> ReadFlagFile(const std::string& path, const std::string& source);

}  // namespace mica

#endif  // MICA_CLI_FLAG_FILE_H_
