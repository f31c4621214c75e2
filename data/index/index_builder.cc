#include "data/index/index_builder.h"

#include <glog/logging.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/class_coverage.h"
#include "data/index/class_names.h"
#include "data/index/class_resolution.h"
#include "data/index/dataset_format_factory.h"
#include "data/index/label_fixes.h"
#include "data/index/shared_samples.h"
#include "data/index/split_assignment.h"
#include "data/index/split_drawing.h"

namespace mica {
namespace {

// The names that the config gives, directly or in a file; none if it gives none.
absl::StatusOr<std::optional<std::vector<std::string>>> ConfiguredNames(const DatasetConfig& config) {
  if (config.class_names_size() > 0) return std::vector<std::string>(config.class_names().begin(), config.class_names().end());
  if (config.class_names_file().empty()) return std::nullopt;
  return ReadClassNames(config.class_names_file());
}

// Of the files, in the order of the parts. Files that each hold one picture count by their paths
// and labels, with the offset that is added to these, here; who opens them adds their sizes.
std::string FingerprintOf(const std::vector<DatasetPart>& parts) {
  std::string lines;
  for (const DatasetPart& part : parts) {
    const SampleList& list = part.samples;
    lines += list.fingerprint_lines;
    if (!list.fingerprint_lines.empty()) continue;
    uint64_t hash = list.records.size();
    for (const ListedLabel& label : list.labels) hash = Fingerprint(label.text, hash);
    if (list.label_offset != 0) hash = Fingerprint(absl::StrCat("label_offset ", list.label_offset), hash);
    for (const ImageRecord& record : list.records) hash = Fingerprint(list.files[record.file].relative_path(), hash + record.label);
    absl::StrAppend(&lines, FormatFingerprint(hash), " ", list.records.size(), "\n");
  }
  return FormatFingerprint(Fingerprint(lines));
}

// Moves the samples of all parts into the index.
void MergeParts(std::vector<DatasetPart> parts, DatasetIndex* index) {
  size_t files = 0;
  size_t records = 0;
  for (const DatasetPart& part : parts) {
    files += part.samples.files.size();
    records += part.samples.records.size();
  }
  const bool is_single = parts.size() == 1;
  if (!is_single) {
    index->files.reserve(files);
    index->records.reserve(records);
  }
  for (DatasetPart& part : parts) {
    SampleList& list = part.samples;
    for (ImageRecord& record : list.records) {
      record.file += static_cast<int32_t>(index->files.size());
      if (record.group >= 0) record.group += static_cast<int32_t>(index->groups.size());
    }
    if (is_single) {
      index->files = std::move(list.files);
      index->records = std::move(list.records);
    } else {
      std::move(list.files.begin(), list.files.end(), std::back_inserter(index->files));
      index->records.insert(index->records.end(), list.records.begin(), list.records.end());
    }
    std::move(list.groups.begin(), list.groups.end(), std::back_inserter(index->groups));
    list = SampleList();
  }
  for (size_t id = 0; id < index->records.size(); ++id) index->records[id].id = static_cast<int64_t>(id);
}

// How the config draws a split: "validation_fraction 0.1"; "" if it does not.
std::string HowDrawn(const DatasetConfig& config, Split split) {
  const double validation = config.validation_fraction();
  const double test = config.test_fraction();
  if (split == Split::kValidation && config.has_fold()) return absl::StrCat("fold: 1 / ", config.fold().of());
  if (split == Split::kValidation && validation > 0) return absl::StrCat("validation_fraction ", FormatNumber(validation));
  if (split == Split::kTest && test > 0) return absl::StrCat("test_fraction ", FormatNumber(test));
  if (split == Split::kTrain && config.has_fold()) return "what fold and test_fraction leave";
  if (split == Split::kTrain && validation + test > 0) {
    return absl::StrCat("1 - validation_fraction - test_fraction = ", FormatNumber(1 - validation - test));
  }
  return "";
}

// Every split that is drawn, has sources of its own, or is trained on.
void RequireSomeInEachSplit(const DatasetConfig& config, const std::string& origin, const DatasetIndex& index,
                            std::vector<std::string>* problems) {
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(config);
  for (const Split split : {Split::kValidation, Split::kTest, Split::kTrain}) {
    const std::string drawn = HowDrawn(config, split);
    const std::string source = format == nullptr ? "" : format->SourceOf(split);
    const bool is_meant = split == Split::kTrain || !drawn.empty() || !source.empty();
    if (!is_meant || !index.RecordsOf(split).empty()) continue;
    const std::string why =
        drawn.empty() ? absl::StrCat("; none of the samples of ", source.empty() ? "its sources" : "dataset." + source,
                                     " can be used: mend or replace them")
                      : absl::StrCat(" (", drawn, " of ", index.records.size(), " samples); choose other fractions or another split_seed");
    problems->push_back(absl::StrCat(Printable(origin), ": the ", SplitName(split), " split is empty", why));
  }
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
    messages.push_back(absl::StrCat(Printable(origin), ": ", found.shared, " of the ", found.samples, " ", SplitName(split),
                                    " samples are training samples too (", Printable(index.PathOf(index.records[id])), " is ",
                                    Printable(index.PathOf(index.records[train_id])), found.shared > 1 ? ", …" : "",
                                    "), so they show what was memorised",
                                    allowed ? "" : "; take them out of one of the two, or set dataset { allow_shared_samples: true }"));
  }
}

// What makes figures wrong although every file is sound.
SplitFindings CheckSplits(const DatasetConfig& config, ClassCoverageOptions options, const DrawnSplits& drawn, const DatasetIndex& index) {
  options.has_names = config.class_names_size() > 0 || !config.class_names_file().empty();
  options.is_drawn = DrawsSplits(config);
  options.allow_empty = config.allow_empty_class();
  if (config.class_order() == DatasetConfig::BY_VALUE) {
    options.empty_class_remedy = "put pictures into its folder, or number the folders from 0 without gaps";
  }
  if (!drawn.positions.empty()) {
    options.smallest_fix = [&](int label, Split split) { return SmallestFix(config, drawn.positions[label], split); };
  }
  SplitFindings findings = CheckClassCoverage(index, options);
  CheckSharedSamples(config, options.origin, index, &findings);
  return findings;
}

// How messages about all labels call what they are about.
ClassCoverageOptions DescribeLabels(const std::string& origin, const std::vector<DatasetPart>& parts) {
  ClassCoverageOptions options;
  options.origin = origin;
  for (const DatasetPart& part : parts) {
    if (options.empty_class_remedy.empty()) options.empty_class_remedy = part.samples.empty_class_remedy;
  }
  for (const DatasetPart& part : parts) {
    if (!part.samples.labels_are_numbers) continue;
    options.first_label = -part.samples.label_offset;
    options.begin_labels_at = part.samples.begin_labels_at;
    break;
  }
  return options;
}

void MoveTo(std::vector<std::string>* to, std::vector<std::string>* from) {
  std::move(from->begin(), from->end(), std::back_inserter(*to));
  from->clear();
}

// Gives the samples their classes. False: their labels cannot be understood.
bool Resolve(const DatasetConfig& config, std::optional<std::vector<std::string>> names, std::vector<DatasetPart>* parts,
             DatasetDraft* draft) {
  SplitFindings findings;
  draft->index.classes = ResolveClasses({std::move(names), config.class_order()}, parts, &findings);
  if (findings.problems.empty() && draft->index.classes.size() == 1) {
    findings.problems.push_back(absl::StrCat(Printable(draft->origin), ": one class only (", Printable(draft->index.classes.name(0)),
                                             "); a classifier needs at least 2"));
  }
  const bool is_sound = findings.problems.empty();
  MoveTo(&draft->problems, &findings.problems);
  MoveTo(&draft->index.warnings, &findings.warnings);
  return is_sound;
}

void LeaveOut(const std::unordered_set<std::string>& paths, SampleList* list) {
  if (paths.empty()) return;
  const auto is_left_out = [&](const ImageRecord& record) { return paths.count(PathOfSample(list->files[record.file], record)) > 0; };
  list->records.erase(std::remove_if(list->records.begin(), list->records.end(), is_left_out), list->records.end());
}

// Corrects labels as the config's file says, and tells how many.
void FixLabels(const DatasetConfig& config, const std::unordered_set<std::string>& left_out, std::vector<DatasetPart>* parts,
               DatasetDraft* draft) {
  if (config.label_fixes_file().empty()) return;
  const absl::StatusOr<LabelFixes> fixes = ReadLabelFixes(config.label_fixes_file());
  if (!fixes.ok()) {
    draft->problems.emplace_back(fixes.status().message());
    return;
  }
  FixedLabels fixed = ApplyLabelFixes(*fixes, draft->index.classes, left_out, parts);
  MoveTo(&draft->problems, &fixed.problems);
  if (fixed.changed + fixed.dropped > 0) {
    draft->index.fingerprint = FormatFingerprint(Fingerprint(draft->index.fingerprint, fixed.fingerprint));
  }
  draft->index.warnings.push_back(absl::StrCat(Printable(fixes->file), ": labels of ", fixed.changed,
                                               fixed.changed == 1 ? " sample" : " samples", " corrected, ", fixed.dropped, " dropped",
                                               fixed.unchanged > 0 ? absl::StrCat(", ", fixed.unchanged, " right already") : ""));
}

// Samples of a part whose labels nobody understood.
void ForgetLabels(std::vector<DatasetPart>* parts) {
  for (DatasetPart& part : *parts) {
    for (ImageRecord& record : part.samples.records) {
      record.label = -1;
      record.split = part.split;
    }
  }
}

}  // namespace

DatasetDraft ListDataset(const DatasetConfig& config, const std::unordered_set<std::string>& left_out) {
  DatasetDraft draft;
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(config);
  CHECK(format != nullptr) << "the config is valid";
  draft.origin = format->Origin();
  absl::StatusOr<std::optional<std::vector<std::string>>> names = ConfiguredNames(config);
  if (!names.ok()) draft.problems.emplace_back(names.status().message());
  std::vector<DatasetPart> parts = format->List();
  size_t samples = 0;
  for (DatasetPart& part : parts) {
    LeaveOut(left_out, &part.samples);
    samples += part.samples.records.size();
    MoveTo(&draft.problems, &part.samples.problems);
    MoveTo(&draft.index.warnings, &part.samples.warnings);
  }
  draft.index.fingerprint = FingerprintOf(parts);
  draft.labels = DescribeLabels(draft.origin, parts);
  draft.has_classes = names.ok() && samples > 0 && Resolve(config, *std::move(names), &parts, &draft);
  if (draft.has_classes) {
    FixLabels(config, left_out, &parts, &draft);
    draft.drawn = DrawSplits(config, draft.index.classes, &parts);
    MoveTo(&draft.problems, &draft.drawn.problems);
  } else {
    ForgetLabels(&parts);
  }
  MergeParts(std::move(parts), &draft.index);
  return draft;
}

void CheckDataset(const DatasetConfig& config, DatasetDraft* draft) {
  if (!draft->has_classes) return;
  const size_t problems = draft->problems.size();
  RequireSomeInEachSplit(config, draft->origin, draft->index, &draft->problems);
  if (draft->problems.size() > problems) return;  // what follows would only say so again
  SplitFindings findings = CheckSplits(config, draft->labels, draft->drawn, draft->index);
  MoveTo(&draft->problems, &findings.problems);
  MoveTo(&draft->index.warnings, &findings.warnings);
}

absl::StatusOr<DatasetIndex> BuildDatasetIndex(const DatasetConfig& config) {
  DatasetDraft draft = ListDataset(config);
  if (draft.problems.empty()) CheckDataset(config, &draft);
  if (!draft.problems.empty()) return DataError(absl::StrJoin(draft.problems, "\n"));
  return std::move(draft.index);
}

}  // namespace mica
