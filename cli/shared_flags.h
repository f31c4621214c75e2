// The flags that every verb has beside those of its table: gflags', which bring other flags, and
// glog's, which say what is logged and where.
//   --flagfile=FILE,…  --fromenv=NAME,…  --tryfromenv=NAME,…
//   --v=1 --log_dir=FOLDER …
// All others of the two libraries (--undefok, --helpxml, --log_link) would do nothing for users of
// mica or go round its rules, so they are unknown.
#ifndef MICA_CLI_SHARED_FLAGS_H_
#define MICA_CLI_SHARED_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/verb_table.h"

namespace mica {

constexpr absl::string_view kFlagFile = "flagfile";
constexpr absl::string_view kFromEnvironment = "fromenv";
constexpr absl::string_view kTryFromEnvironment = "tryfromenv";
constexpr absl::string_view kLogFolder = "log_dir";
constexpr absl::string_view kLogToStderr = "logtostderr";

// Their defaults are mica's: what glog takes from its own environment variables does not count.
const std::vector<VerbFlag>& SharedFlags();

// Whether the flag is one of the three whose value names further flags.
bool BringsFlags(absl::string_view name);

// The value as glog is to get it, once it fits the type: an absolute path for --log_dir. A
// FlagError where glog would say nothing: a log folder that cannot be used, a --vmodule that it
// would skip, a severity that does not exist. Values of other flags come back as they are.
absl::StatusOr<std::string> CheckedLogValue(const VerbFlag& flag, const std::string& text);

}  // namespace mica

#endif  // MICA_CLI_SHARED_FLAGS_H_
