#include "experiments/runner/hyperparameters_of.h"

#include <charconv>
#include <string>

#include "absl/strings/match.h"
#include "base/config/message_diff.h"
#include "base/config/textproto.h"

namespace mica {
namespace {

Hyperparameter Parsed(const std::string& path, const std::string& text) {
  if (text == "true" || text == "false") return {path, text == "true"};
  double number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end) return {path, number};
  return {path, text};
}

// Lists, whole messages and texts in quotes, such as paths.
bool IsPlainValue(const std::string& text) {
  return text != kAbsentValue && text.find_first_of("[{\"") == std::string::npos;
}

bool IsOfTheData(const std::string& path) {
  return absl::StartsWith(path, "dataset") || path == "name";
}

}  // namespace

std::vector<Hyperparameter> HyperparametersOf(const Experiment& experiment) {
  Experiment defaults;
  FillDefaults(&defaults);
  std::vector<Hyperparameter> chosen;
  for (const FieldDifference& difference : DiffMessages({&experiment, &defaults})) {
    if (difference.only_defaults || !IsPlainValue(difference.values[0]) || IsOfTheData(difference.path)) continue;
    chosen.push_back(Parsed(difference.path, difference.values[0]));
  }
  return chosen;
}

}  // namespace mica
