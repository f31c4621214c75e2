#include "base/error.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/printable.h"

namespace mica {
namespace {

constexpr char kPayload[] = "mica/exit_code";
constexpr char kFields[] = "mica/fields";

std::string PrintableLines(absl::string_view message) {
  std::vector<std::string> lines = absl::StrSplit(message, '\n');
  for (std::string& line : lines) line = Printable(line);
  return absl::StrJoin(lines, "\n");
}

absl::Status WithExitCode(absl::StatusCode code, ExitCode exit_code, absl::string_view message) {
  absl::Status status(code, PrintableLines(message));
  status.SetPayload(kPayload, absl::Cord(absl::StrCat(static_cast<int>(exit_code))));
  return status;
}

}  // namespace

absl::Status FlagError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kInvalidArgument, ExitCode::kFlag, message);
}
absl::Status ConfigError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kInvalidArgument, ExitCode::kConfig, message);
}
absl::Status DataError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kInvalidArgument, ExitCode::kData, message);
}
absl::Status CheckpointError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kDataLoss, ExitCode::kCheckpoint, message);
}
absl::Status OutputError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kUnavailable, ExitCode::kOutput, message);
}
absl::Status NonFiniteError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kOutOfRange, ExitCode::kNonFinite, message);
}
absl::Status InstallationError(absl::string_view message) {
  return WithExitCode(absl::StatusCode::kFailedPrecondition, ExitCode::kInstallation, message);
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  int code = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &code)) return ExitCode::kInternal;
  return static_cast<ExitCode>(code);
}

absl::Status WithMessage(const absl::Status& error, absl::string_view message) {
  absl::Status status(error.code(), PrintableLines(message));
  error.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) { status.SetPayload(type, payload); });
  return status;
}

absl::Status WithFields(absl::Status error, const std::vector<std::string>& field_paths) {
  error.SetPayload(kFields, absl::Cord(absl::StrJoin(field_paths, "\n")));
  return error;
}

std::vector<std::string> FieldsOf(const absl::Status& error) {
  const absl::optional<absl::Cord> payload = error.GetPayload(kFields);
  if (!payload.has_value()) return {};
  return absl::StrSplit(std::string(*payload), '\n');
}

}  // namespace mica
