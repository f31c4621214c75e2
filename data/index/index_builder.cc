#include "data/index/index_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/required_oneof.h"
#include "base/status_macros.h"
#include "data/index/class_names.h"
#include "data/index/idx_dataset.h"
#include "data/index/split_assignment.h"

namespace mica {
namespace {

using Problems = std::vector<std::string>;

int Label(char byte) {
  return static_cast<uint8_t>(byte);
}

// The names that the config gives, directly or in a file; none if it gives none or the file is bad.
std::optional<std::vector<std::string>> ConfiguredNames(const DatasetConfig& config, Problems* problems) {
  if (config.class_names_size() > 0) return std::vector<std::string>(config.class_names().begin(), config.class_names().end());
  if (config.class_names_file().empty()) return std::nullopt;
  absl::StatusOr<std::vector<std::string>> names = ReadClassNames(config.class_names_file());
  if (names.ok()) return *std::move(names);
  problems->emplace_back(names.status().message());
  return std::nullopt;
}

// "0", "1", … up to the largest label.
std::vector<std::string> NumbersAsNames(const std::vector<IdxPart>& parts) {
  int classes = 0;
  for (const IdxPart& part : parts) {
    if (!part.labels.has_value()) continue;
    for (const char byte : part.labels->data()) classes = std::max(classes, Label(byte) + 1);
  }
  std::vector<std::string> names;
  for (int label = 0; label < classes; ++label) names.push_back(absl::StrCat(label));
  return names;
}

void CheckLabels(const IdxFile& labels, int classes, Problems* problems) {
  const absl::string_view data = labels.data();
  const auto is_outside = [&](char byte) { return Label(byte) >= classes; };
  const auto first = std::find_if(data.begin(), data.end(), is_outside);
  if (first == data.end()) return;
  const auto less = [](char a, char b) { return Label(a) < Label(b); };
  const auto [smallest, largest] = std::minmax_element(data.begin(), data.end(), less);
  const std::string remedy =
      Label(*smallest) == 1 && Label(*largest) == classes
          ? absl::StrCat("labels are 1 to ", classes, ", so they look one-based: write them from 0, or add a first class name for label 0")
          : absl::StrCat("correct the labels or name all ", Label(*largest) + 1, " classes");
  problems->push_back(absl::StrCat(labels.path, ": label ", Label(*first), " at index ", first - data.begin(), ", the first of ",
                                   std::count_if(first, data.end(), is_outside), " labels outside the ", classes,
                                   " classes; allowed are 0 to ", classes - 1, "; ", remedy));
}

void CheckClasses(const DatasetConfig& config, const std::vector<IdxPart>& parts, const ClassMap& classes, Problems* problems) {
  for (const IdxPart& part : parts) {
    if (part.labels.has_value()) CheckLabels(*part.labels, classes.size(), problems);
  }
  constexpr int kMostClasses = 256;  // a label is one byte
  if (classes.size() > kMostClasses) {
    problems->push_back(
        absl::StrCat(config.idx().folder(), ": ", classes.size(),
                     " class names, but labels of IDX files are single bytes, so at most 256; is class_names_file the right file?"));
  }
  const bool all_read = std::all_of(parts.begin(), parts.end(), [](const IdxPart& part) { return part.labels.has_value(); });
  if (classes.size() == 1 && all_read) {
    problems->push_back(absl::StrCat(config.idx().folder(), ": one class only (", classes.name(0), "); a classifier needs at least 2"));
  }
}

// Moves the pixels of a part that was read whole into the index and adds a record for each sample.
void AddPart(IdxPart* part, DatasetIndex* index) {
  const int64_t samples = part->images->samples();
  const int64_t header_bytes = part->images->data_offset;
  const absl::string_view labels = part->labels->data();
  index->shape = {/*channels=*/1, static_cast<int>(part->images->dimensions[1]), static_cast<int>(part->images->dimensions[2])};
  const int64_t length = index->shape.values();
  const int32_t file = static_cast<int32_t>(index->files.size());
  index->files.push_back({part->images->path, std::make_shared<const std::string>(std::move(part->images->bytes))});
  for (int64_t position = 0; position < samples; ++position) {
    ImageRecord record;
    record.id = static_cast<int64_t>(index->records.size());
    record.file = file;
    record.label = Label(labels[position]);
    record.position = position;
    record.offset = header_bytes + position * length;
    record.length = length;
    record.split = part->split;
    index->records.push_back(record);
  }
}

// Draws validation and test samples out of the training samples. Pixels are hashed only here, where a fraction asks for it.
absl::Status DrawSplits(const DatasetConfig& config, DatasetIndex* index) {
  const SplitFractions fractions = {config.validation_fraction(), config.test_fraction()};
  if (!(fractions.validation > 0 || fractions.test > 0)) return absl::OkStatus();
  for (ImageRecord& record : index->records) {
    if (record.split != Split::kTrain) continue;
    record.split = AssignSplit(index->PixelsOf(record), record.label, config.split_seed(), fractions);
  }
  Problems problems;
  const auto require_some = [&](Split split, absl::string_view field, double fraction) {
    if (!index->RecordsOf(split).empty()) return;
    problems.push_back(absl::StrCat(config.idx().folder(), ": the ", SplitName(split), " split is empty (", field, " ",
                                    FormatNumber(fraction), " of ", index->records.size(),
                                    " samples); choose other fractions or another split_seed"));
  };
  if (fractions.validation > 0) require_some(Split::kValidation, "validation_fraction", fractions.validation);
  if (fractions.test > 0) require_some(Split::kTest, "test_fraction", fractions.test);
  require_some(Split::kTrain, "1 - validation_fraction - test_fraction =", 1 - fractions.validation - fractions.test);
  return problems.empty() ? absl::OkStatus() : DataError(absl::StrJoin(problems, "\n"));
}

absl::StatusOr<DatasetIndex> BuildIdxIndex(const DatasetConfig& config) {
  IdxDataset data = ReadIdxDataset(config.idx());
  std::optional<std::vector<std::string>> names = ConfiguredNames(config, &data.problems);
  const bool names_are_known = names.has_value() || (config.class_names_file().empty() && !data.parts.empty());
  DatasetIndex index;
  if (names_are_known) {
    index.classes = ClassMap(names.has_value() ? *std::move(names) : NumbersAsNames(data.parts));
    CheckClasses(config, data.parts, index.classes, &data.problems);
  }
  if (!data.problems.empty()) return DataError(absl::StrJoin(data.problems, "\n"));
  index.fingerprint = data.fingerprint;
  for (IdxPart& part : data.parts) AddPart(&part, &index);
  MICA_RETURN_IF_ERROR(DrawSplits(config, &index));
  return index;
}

}  // namespace

absl::StatusOr<DatasetIndex> BuildDatasetIndex(const DatasetConfig& config) {
  switch (config.kind_case()) {
    case DatasetConfig::kIdx:
      return BuildIdxIndex(config);
    case DatasetConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("dataset is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("DatasetConfig.kind: unknown arm");  // an enum can hold any integer
}

}  // namespace mica
