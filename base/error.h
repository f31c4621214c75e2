// Errors for users: an absl::Status that knows the exit code of the process.
//   return DataError(StrCat(path, ": label 10 at index 7; allowed are 0 to 9"));
// A message says what is wrong, where, what was expected and the nearest valid thing. Several
// errors take a line each; other control characters in them are escaped. An error made without
// these functions counts as internal, a bug of mica (exit code 70).
#ifndef MICA_BASE_ERROR_H_
#define MICA_BASE_ERROR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

enum class ExitCode : int {
  kDone = 0,
  kFlag = 1,           // the command line
  kConfig = 2,         // an experiment or a --set fragment
  kData = 3,           // data sets, images, run folders as input
  kCheckpoint = 4,     // a checkpoint that cannot be used
  kOutput = 5,         // writing: disk full, no permission
  kNonFinite = 6,      // NaN or infinity in training
  kInstallation = 69,  // a file of mica itself is missing or cannot be used
  kInternal = 70,      // a bug of mica
  kPreempted = 75,     // stopped by a signal, with a checkpoint
};

absl::Status FlagError(absl::string_view message);
absl::Status ConfigError(absl::string_view message);
absl::Status DataError(absl::string_view message);
absl::Status CheckpointError(absl::string_view message);
absl::Status OutputError(absl::string_view message);
absl::Status NonFiniteError(absl::string_view message);
absl::Status InstallationError(absl::string_view message);

// kDone for OK; kInternal for a status that was made without the functions above.
ExitCode ExitCodeOf(const absl::Status& status);

// An error of the same kind, exit code and fields with another message.
absl::Status WithMessage(const absl::Status& error, absl::string_view message);

// The error, whose lines are about these fields of the experiment: "schedule.warmup.steps". One
// path a line, empty for a line about none; later lines are about none.
absl::Status WithFields(absl::Status error, const std::vector<std::string>& field_paths);

// What WithFields attached.
std::vector<std::string> FieldsOf(const absl::Status& error);

}  // namespace mica

#endif  // MICA_BASE_ERROR_H_
