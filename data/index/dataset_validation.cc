#include "data/index/dataset_validation.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "data/index/dataset_format_factory.h"
#include "data/index/sources/group_pattern.h"
#include "data/index/sources_dataset.h"
#include "data/index/split_drawing.h"

namespace mica {
namespace {

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

void ValidateFractions(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const double validation = config.validation_fraction();
  const double test = config.test_fraction();
  const bool each_fits = validation >= 0 && validation < 1 && test >= 0 && test < 1;
  problems->Require(validation >= 0 && validation < 1, JoinPath(path, "validation_fraction"), "must be in [0, 1)", validation);
  problems->Require(test >= 0 && test < 1, JoinPath(path, "test_fraction"), "must be in [0, 1)", test);
  if (each_fits && !(validation + test < 1)) {
    problems->Error(JoinPath(path, "test_fraction"), absl::StrCat("+ validation_fraction must be below 1 (got ", FormatNumber(test), " + ",
                                                                  FormatNumber(validation), " = ", FormatNumber(validation + test), ")"));
  }
}

void ValidateFold(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (!config.has_fold()) return;
  constexpr int kMaxFolds = 1000;
  const std::string fold = JoinPath(path, "fold");
  const int of = config.fold().of();
  problems->Require(of >= 2 && of <= kMaxFolds, JoinPath(fold, "of"), absl::StrCat("must be in [2, ", kMaxFolds, "]"), of);
  problems->Require(config.fold().index() >= 1 && config.fold().index() <= of, JoinPath(fold, "index"), "must be in [1, fold.of]",
                    config.fold().index());
  if (config.validation_fraction() > 0) {
    problems->Error(JoinPath(path, "validation_fraction"),
                    "cannot stand beside fold, which gives the validation split; keep one of the two");
  }
}

void ValidateCounts(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const auto require_count = [&](absl::string_view field, int64_t count) {
    problems->Require(count >= 0, JoinPath(path, field), "must be 0 or more", count);
  };
  require_count("subset.per_class", config.subset().per_class());
  require_count("subset.validation_per_class", config.subset().validation_per_class());
  require_count("subset.test_per_class", config.subset().test_per_class());
  require_count("labelled_per_class", config.labelled_per_class());
  const double fraction = config.labelled_fraction();
  problems->Require(fraction >= 0 && fraction < 1, JoinPath(path, "labelled_fraction"), "must be in [0, 1)", fraction);
  if (fraction > 0 && config.labelled_per_class() > 0) {
    problems->Error(JoinPath(path, "labelled_fraction"), "cannot stand beside labelled_per_class; keep one of the two");
  }
}

void ValidateGroups(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string field = JoinPath(path, "group_pattern");
  if (config.group_pattern().empty()) return;
  if (const std::string problem = GroupPattern(config.group_pattern()).Problem(); !problem.empty()) return problems->Error(field, problem);
  if (config.kind_case() != DatasetConfig::KIND_NOT_SET) {
    problems->Error(field, absl::StrCat("cannot be used here: samples of ", ChosenArm(config, "kind"), " have no paths"));
  } else if (!DrawsSplits(config)) {
    problems->Warning(field, "has no effect while no split is drawn (validation_fraction, test_fraction, fold)");
  }
}

bool DrawsAnything(const DatasetConfig& config) {
  const SubsetConfig& subset = config.subset();
  return DrawsSplits(config) || subset.per_class() > 0 || subset.validation_per_class() > 0 || subset.test_per_class() > 0 ||
         config.labelled_per_class() > 0 || config.labelled_fraction() > 0;
}

void ValidateSplits(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateFractions(config, path, problems);
  ValidateFold(config, path, problems);
  ValidateCounts(config, path, problems);
  ValidateGroups(config, path, problems);
  if (!DrawsAnything(config) && config.split_seed() != 0) {
    problems->Warning(JoinPath(path, "split_seed"),
                      "has no effect while nothing is drawn (validation_fraction, test_fraction, fold, subset, labelled_per_class, "
                      "labelled_fraction)");
  }
}

// Whether there is such a split to take a subset of.
void ValidateSubset(const DatasetConfig& config, const DatasetFormat& format, absl::string_view path, ConfigProblems* problems) {
  const auto warn = [&](Split split, bool is_drawn, int64_t per_class, absl::string_view field) {
    if (per_class <= 0 || is_drawn || !format.SourceOf(split).empty()) return;
    problems->Warning(JoinPath(path, field), absl::StrCat("has no effect: there is no ", SplitName(split), " split"));
  };
  warn(Split::kValidation, config.validation_fraction() > 0 || config.has_fold(), config.subset().validation_per_class(),
       "subset.validation_per_class");
  warn(Split::kTest, config.test_fraction() > 0, config.subset().test_per_class(), "subset.test_per_class");
}

// A split comes from one place.
void ValidateDrawnSplits(const DatasetConfig& config, const DatasetFormat& format, absl::string_view path, ConfigProblems* problems) {
  const auto refuse = [&](Split split, absl::string_view field) {
    const std::string source = format.SourceOf(split);
    if (source.empty()) return;
    problems->Error(JoinPath(path, field), absl::StrCat("cannot be used here: the data brings its own ", SplitName(split), " split (",
                                                        source, "); keep one of the two"));
  };
  if (config.validation_fraction() > 0) refuse(Split::kValidation, "validation_fraction");
  if (config.has_fold()) refuse(Split::kValidation, "fold");
  if (config.test_fraction() > 0) refuse(Split::kTest, "test_fraction");
}

void ValidateClassOrder(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string field = JoinPath(path, "class_order");
  const bool has_names = config.class_names_size() > 0 || !config.class_names_file().empty();
  if (config.class_order() == DatasetConfig::CLASS_ORDER_UNSPECIFIED)
    return problems->Error(field, "must be one of BYTES, NATURAL, LISTED, BY_VALUE");
  const bool is_listed = config.class_order() == DatasetConfig::LISTED;
  if (is_listed && !has_names) problems->Error(field, "is LISTED, but there is no list; give class_names or class_names_file");
  if (!is_listed && has_names && config.has_class_order() && config.class_order() != DatasetConfig::BYTES) {
    problems->Error(field, "has no effect beside class_names, which are in the order of the labels; leave it out or set it to LISTED");
  }
  if (!has_names && !is_listed && config.class_order() != DatasetConfig::BYTES && config.kind_case() != DatasetConfig::KIND_NOT_SET)
    problems->Warning(field, absl::StrCat("has no effect: labels of ", ChosenArm(config, "kind"), " are numbers"));
}

void ValidateOnBadSample(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string field = JoinPath(path, "on_bad_sample");
  if (config.on_bad_sample() == DatasetConfig::ON_BAD_SAMPLE_UNSPECIFIED) problems->Error(field, "must be FAIL or DROP");
  if (config.on_bad_sample() == DatasetConfig::DROP && config.kind_case() != DatasetConfig::KIND_NOT_SET)
    problems->Warning(field, absl::StrCat("has no effect: samples of ", ChosenArm(config, "kind"), " are pixels, none of which is bad"));
}

// A later file or --set can add sources, but cannot take the `kind` of an included file away.
void ValidateOneDescription(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  if (config.kind_case() == DatasetConfig::KIND_NOT_SET || !SourcesDataset::IsMeant(config)) return;
  problems->Error(
      JoinPath(path, ChosenArm(config, "kind")),
      "cannot stand beside pool, train, validation, test or unlabelled; keep one of the two (pool: [] clears those of an included file)");
}

}  // namespace

void ValidateDatasetConfig(const DatasetConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateClassNames(config, path, problems);
  ValidateSplits(config, path, problems);
  ValidateClassOrder(config, path, problems);
  ValidateOnBadSample(config, path, problems);
  ValidateOneDescription(config, path, problems);
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(config);
  if (format == nullptr) {
    return problems->Error(path, absl::StrCat("is required: ", ChooseOneOf(config, "kind"), ", or name sources in pool or train"));
  }
  format->Validate(path, problems);
  ValidateDrawnSplits(config, *format, path, problems);
  ValidateSubset(config, *format, path, problems);
}

}  // namespace mica
