#include "base/config/config_problems.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "base/printable.h"

namespace mica {

void ConfigProblems::Error(absl::string_view field_path, absl::string_view message) {
  all_.push_back({ConfigProblem::Severity::kError, std::string(field_path),
                  absl::StrCat(field_path, field_path.empty() ? "" : " ", Printable(message))});
}

void ConfigProblems::Warning(absl::string_view field_path, absl::string_view message) {
  all_.push_back({ConfigProblem::Severity::kWarning, std::string(field_path),
                  absl::StrCat(field_path, field_path.empty() ? "" : " ", Printable(message))});
}

void ConfigProblems::Require(bool holds, absl::string_view field_path, absl::string_view rule, double value) {
  if (!holds) Error(field_path, absl::StrCat(rule, " (got ", FormatNumber(value), ")"));
}

void ConfigProblems::Require(bool holds, absl::string_view field_path, absl::string_view rule, int64_t value) {
  if (!holds) Error(field_path, absl::StrCat(rule, " (got ", value, ")"));
}

bool ConfigProblems::has_errors() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const ConfigProblem& problem) { return problem.severity == ConfigProblem::Severity::kError; });
}

std::string JoinPath(absl::string_view prefix, absl::string_view field) {
  return absl::StrCat(prefix, prefix.empty() ? "" : ".", field);
}

}  // namespace mica
