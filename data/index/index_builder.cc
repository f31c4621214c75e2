#include "data/index/index_builder.h"

#include <glog/logging.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/required_oneof.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/index/class_coverage.h"
#include "data/index/class_names.h"
#include "data/index/dataset_format_factory.h"
#include "data/index/shared_samples.h"
#include "data/index/split_assignment.h"

namespace mica {
namespace {

// The names that the config gives, directly or in a file; none if it gives none.
absl::StatusOr<std::optional<std::vector<std::string>>> ConfiguredNames(const DatasetConfig& config) {
  if (config.class_names_size() > 0) return std::vector<std::string>(config.class_names().begin(), config.class_names().end());
  if (config.class_names_file().empty()) return std::nullopt;
  return ReadClassNames(config.class_names_file());
}

// "0", "1", …
std::vector<std::string> NumbersAsNames(int classes) {
  std::vector<std::string> names;
  for (int label = 0; label < classes; ++label) names.push_back(absl::StrCat(label));
  return names;
}

// What distinguishes a sample from others, wherever the data lies: its pixels.
absl::string_view IdentityOf(const ImageRecord& record, const DatasetIndex& index) {
  return absl::string_view(*index.files[record.file].bytes).substr(record.offset, record.length);
}

bool DrawsSplits(const DatasetConfig& config) {
  return config.validation_fraction() > 0 || config.test_fraction() > 0;
}

// Draws validation and test samples from the training samples. Samples are hashed only here, and
// only if a fraction asks for it.
absl::Status DrawSplits(const DatasetConfig& config, const std::string& origin, DatasetIndex* index) {
  const SplitFractions fractions = {config.validation_fraction(), config.test_fraction()};
  if (!DrawsSplits(config)) return absl::OkStatus();
  for (ImageRecord& record : index->records) {
    if (record.split != Split::kTrain || record.label < 0) continue;
    record.split = AssignSplit(IdentityOf(record, *index), record.label, config.split_seed(), fractions);
  }
  std::vector<std::string> problems;
  const auto require_some = [&](Split split, absl::string_view field, double fraction) {
    if (!index->RecordsOf(split).empty()) return;
    problems.push_back(absl::StrCat(origin, ": the ", SplitName(split), " split is empty (", field, " ", FormatNumber(fraction), " of ",
                                    index->records.size(), " samples); choose other fractions or another split_seed"));
  };
  if (fractions.validation > 0) require_some(Split::kValidation, "validation_fraction", fractions.validation);
  if (fractions.test > 0) require_some(Split::kTest, "test_fraction", fractions.test);
  require_some(Split::kTrain, "1 - validation_fraction - test_fraction =", 1 - fractions.validation - fractions.test);
  return problems.empty() ? absl::OkStatus() : DataError(absl::StrJoin(problems, "\n"));
}

void CheckSharedSamples(const DatasetConfig& config, const std::string& origin, const DatasetIndex& index, SplitFindings* findings) {
  constexpr double kMaxShare = 0.01;
  for (const Split split : {Split::kValidation, Split::kTest}) {
    const SharedSamples found = FindSharedSamples(index, split);
    if (found.shared == 0) continue;
    const auto& [id, train_id] = found.first;
    const bool too_many = static_cast<double>(found.shared) > kMaxShare * static_cast<double>(found.samples);
    const bool allowed = !too_many || config.allow_shared_samples();
    auto& messages = allowed ? findings->warnings : findings->problems;
    messages.push_back(absl::StrCat(origin, ": ", found.shared, " of the ", found.samples, " ", SplitName(split),
                                    " samples are training samples too (", index.PathOf(index.records[id]), " is ",
                                    index.PathOf(index.records[train_id]), found.shared > 1 ? ", …" : "",
                                    "), so they show what was memorised",
                                    allowed ? "" : "; take them out of one of the two, or set dataset { allow_shared_samples: true }"));
  }
}

// What makes figures wrong although every file is sound.
SplitFindings CheckSplits(const DatasetConfig& config, const std::string& origin, const DatasetIndex& index) {
  ClassCoverageOptions options;
  options.origin = origin;
  options.has_names = config.class_names_size() > 0 || !config.class_names_file().empty();
  options.is_drawn = DrawsSplits(config);
  options.first_label = config.idx().first_label();
  options.allow_empty = config.allow_empty_class();
  SplitFindings findings = CheckClassCoverage(index, options);
  CheckSharedSamples(config, origin, index, &findings);
  return findings;
}

}  // namespace

absl::StatusOr<DatasetIndex> BuildDatasetIndex(const DatasetConfig& config) {
  const auto start = std::chrono::steady_clock::now();
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(config);
  if (format == nullptr) return ConfigError(absl::StrCat("dataset is required: ", ChooseOneOf(config, "kind")));
  absl::StatusOr<std::optional<std::vector<std::string>>> names = ConfiguredNames(config);
  const bool has_names = names.ok() && names->has_value();
  SampleList list = format->List(has_names ? std::optional<int>((*names)->size()) : std::nullopt);
  if (!names.ok()) list.problems.emplace_back(names.status().message());
  DatasetIndex index;
  if (names.ok() && list.classes.has_value()) {
    index.classes = ClassMap(has_names ? **std::move(names) : NumbersAsNames(*list.classes));
    if (index.classes.size() == 1) {
      list.problems.push_back(
          absl::StrCat(format->Origin(), ": one class only (", index.classes.name(0), "); a classifier needs at least 2"));
    }
  }
  if (!list.problems.empty()) return DataError(absl::StrJoin(list.problems, "\n"));
  index.files = std::move(list.files);
  index.records = std::move(list.records);
  for (size_t id = 0; id < index.records.size(); ++id) index.records[id].id = static_cast<int64_t>(id);
  index.fingerprint = list.fingerprint;
  MICA_RETURN_IF_ERROR(DrawSplits(config, format->Origin(), &index));
  SplitFindings findings = CheckSplits(config, format->Origin(), index);
  if (!findings.problems.empty()) return DataError(absl::StrJoin(findings.problems, "\n"));
  index.warnings = std::move(findings.warnings);
  VLOG(1) << "data_read samples=" << index.records.size() << " classes=" << index.classes.size() << " fingerprint=" << index.fingerprint
          << " seconds=" << ElapsedSeconds(start);
  return index;
}

}  // namespace mica
