#include "data/index/dataset_validation.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "base/required_oneof.h"

namespace mica {
namespace {

bool HoldsControls(const std::string& name) {
  return std::any_of(name.begin(), name.end(), [](char letter) { return absl::ascii_iscntrl(letter); });
}

// Two classes of one name could not be told apart in any report.
void ValidateClassNames(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string names_path = JoinPath(path, "class_names");
  if (config.class_names_size() > 0 && !config.class_names_file().empty()) {
    problems->Error(JoinPath(path, "class_names_file"), "cannot stand beside class_names; keep one of the two");
  }
  std::map<std::string, int> seen;
  std::map<std::string, int> seen_folded;
  for (int i = 0; i < config.class_names_size(); ++i) {
    const std::string& name = config.class_names(i);
    const std::string element = absl::StrCat(names_path, "[", i, "]");
    if (name.empty()) problems->Error(element, "is empty; every class needs a name");
    if (HoldsControls(name)) problems->Error(element, "holds a control character; names stand in lines of tables");
    const auto [same, is_new] = seen.insert({name, i});
    const auto [alike, is_distinct] = seen_folded.insert({absl::AsciiStrToLower(absl::StripAsciiWhitespace(name)), i});
    if (!is_new) {
      problems->Error(element, absl::StrCat("is \"", name, "\" again, as class_names[", same->second, "]; names must differ"));
    } else if (!is_distinct) {
      problems->Warning(element, absl::StrCat("differs from class_names[", alike->second, "] only by space or case"));
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

void RequireName(const std::string& name, const std::string& path, ConfigProblems* problems) {
  if (name.empty()) problems->Error(path, "is required: the name of a file in the folder");
}

void ValidateIdx(const DatasetConfig& config, absl::string_view dataset_path, ConfigProblems* problems) {
  const IdxDatasetConfig& idx = config.idx();
  const std::string path = JoinPath(dataset_path, "idx");
  if (idx.folder().empty()) problems->Error(JoinPath(path, "folder"), "is required");
  RequireName(idx.train_images(), JoinPath(path, "train_images"), problems);
  RequireName(idx.train_labels(), JoinPath(path, "train_labels"), problems);
  const bool has_test = !idx.test_images().empty();
  if (has_test != !idx.test_labels().empty()) {
    problems->Error(JoinPath(path, has_test ? "test_labels" : "test_images"),
                    absl::StrCat("is empty while ", has_test ? "test_images" : "test_labels", " is not; name both files or none"));
  } else if (has_test && config.test_fraction() > 0) {
    problems->Error(JoinPath(dataset_path, "test_fraction"),
                    "cannot be used here: the data brings its own test split (idx.test_images); set test_fraction: 0, or test_images and "
                    "test_labels to \"\"");
  }
}

}  // namespace

void ValidateDatasetConfig(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateClassNames(config, path, problems);
  ValidateSplits(config, path, problems);
  switch (config.kind_case()) {
    case DatasetConfig::kIdx:
      return ValidateIdx(config, path, problems);
    case DatasetConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
