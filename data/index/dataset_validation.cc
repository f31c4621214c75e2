#include "data/index/dataset_validation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/number_format.h"
#include "data/index/dataset_format_factory.h"

namespace mica {
namespace {

bool HoldsControls(const std::string& name) {
  return std::any_of(name.begin(), name.end(), [](char letter) { return absl::ascii_iscntrl(letter); });
}

// No report could tell two classes of the same name apart.
void ValidateClassNames(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string names_path = JoinPath(path, "class_names");
  if (config.class_names_size() > 0 && !config.class_names_file().empty()) {
    problems->Error(JoinPath(path, "class_names_file"),
                    "cannot stand beside class_names; keep one of the two (class_names: [] clears those of an included file)");
  }
  std::map<std::string, int> seen;
  std::map<std::string, int> seen_folded;
  for (int i = 0; i < config.class_names_size(); ++i) {
    const std::string& name = config.class_names(i);
    const std::string element = absl::StrCat(names_path, "[", i, "]");
    if (name.empty()) problems->Error(element, "is empty; every class needs a name");
    if (HoldsControls(name)) {
      problems->Error(element, "holds a control character; names stand in lines of tables");
    } else if (absl::StripAsciiWhitespace(name) != name) {
      problems->Error(element, absl::StrCat("is \"", name, "\", with a blank at an end; remove it"));
    }
    const auto [same, is_new] = seen.insert({name, i});
    const auto [alike, is_distinct] = seen_folded.insert({absl::AsciiStrToLower(name), i});
    if (!is_new) {
      problems->Error(element, absl::StrCat("is \"", name, "\" again, as class_names[", same->second, "]; names must differ"));
    } else if (!is_distinct) {
      problems->Warning(element, absl::StrCat("differs from class_names[", alike->second, "] only in capitals"));
    }
  }
}

void ValidateSplits(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const double validation = config.validation_fraction();
  const double test = config.test_fraction();
  const bool each_fits = validation >= 0 && validation < 1 && test >= 0 && test < 1;
  problems->Require(validation >= 0 && validation < 1, JoinPath(path, "validation_fraction"), "must be in [0, 1)", validation);
  problems->Require(test >= 0 && test < 1, JoinPath(path, "test_fraction"), "must be in [0, 1)", test);
  if (each_fits && !(validation + test < 1)) {
    problems->Error(JoinPath(path, "test_fraction"), absl::StrCat("+ validation_fraction must be below 1 (got ", FormatNumber(test), " + ",
                                                                  FormatNumber(validation), " = ", FormatNumber(validation + test), ")"));
  }
  if (validation == 0 && test == 0 && config.split_seed() != 0) {
    problems->Warning(JoinPath(path, "split_seed"), "has no effect while validation_fraction and test_fraction are 0");
  }
}

}  // namespace

void ValidateDatasetConfig(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateClassNames(config, path, problems);
  ValidateSplits(config, path, problems);
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(config);
  if (format == nullptr) return RequireOneof(config, "kind", path, problems);
  format->Validate(path, problems);
}

}  // namespace mica
