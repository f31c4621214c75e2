#include "data/index/label_fixes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files/csv_reader.h"
#include "base/fingerprint.h"
#include "base/nearest_name.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr int32_t kDrop = -1;
constexpr size_t kMaxShown = 10;
constexpr int64_t kDropped = -1;  // as a record's length, until it is removed

// A sample and the label that it gets.
struct Change {
  ImageRecord* record;
  int64_t place;  // among all samples, in the order of the parts
  int32_t label;  // kDrop: none
};

std::unordered_map<std::string, const LabelFix*> FixesByPath(const LabelFixes& fixes) {
  std::unordered_map<std::string, const LabelFix*> by_path;
  for (const LabelFix& fix : fixes.fixes) by_path.emplace(fix.path, &fix);
  return by_path;
}

// The label of a class; nullopt: there is no such class.
std::optional<int32_t> LabelOf(const LabelFix& fix, const std::map<std::string, int32_t>& labels) {
  if (fix.label_name.empty()) return kDrop;
  const auto found = labels.find(fix.label_name);
  return found == labels.end() ? std::nullopt : std::optional<int32_t>(found->second);
}

void ReportUnknownClasses(const LabelFixes& fixes, const ClassMap& classes, const std::map<std::string, int32_t>& labels,
                          std::vector<std::string>* problems) {
  for (const LabelFix& fix : fixes.fixes) {
    if (LabelOf(fix, labels).has_value()) continue;
    const std::optional<std::string> near = NearestName(fix.label_name, classes.names());
    problems->push_back(absl::StrCat(Printable(fix.place), ": there is no class ", InQuotes(fix.label_name),
                                     near.has_value() ? absl::StrCat("; did you mean ", InQuotes(*near), "?")
                                                      : "; write the name of a class, or none to drop the sample"));
  }
}

void ReportUnmatched(const std::unordered_map<std::string, const LabelFix*>& unmatched, const std::unordered_set<std::string>& left_out,
                     std::vector<std::string>* problems) {
  std::vector<const LabelFix*> fixes;
  for (const auto& [path, fix] : unmatched) {
    if (left_out.count(path) == 0) fixes.push_back(fix);
  }
  std::sort(fixes.begin(), fixes.end());  // the order of the file
  for (const LabelFix* const fix : fixes) {
    problems->push_back(absl::StrCat(Printable(fix->place), ": no labelled sample has the path ", InQuotes(fix->path),
                                     "; take paths from predictions.csv"));
  }
}

void Shorten(const LabelFixes& fixes, std::vector<std::string>* problems) {
  if (problems->size() <= kMaxShown) return;
  const size_t found = problems->size();
  problems->resize(kMaxShown);
  problems->push_back(absl::StrCat(Printable(fixes.file), ": ", found, " entries cannot be used; the first ", kMaxShown, " are shown"));
}

bool IsDropped(const ImageRecord& record) {
  return record.length == kDropped;
}

}  // namespace

absl::StatusOr<LabelFixes> ReadLabelFixes(const std::string& file) {
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(file, {"path", "label_name"}));
  LabelFixes fixes;
  fixes.file = file;
  std::unordered_set<std::string> seen;
  for (size_t row = 0; row < table.size(); ++row) {
    const std::string& path = table.Text(row, "path");
    if (path.empty()) return table.Error(row, "path is empty");
    if (!seen.insert(path).second) return table.Error(row, absl::StrCat("path ", InQuotes(path), " stands twice; keep one of the two"));
    fixes.fixes.push_back({path, table.Text(row, "label_name"), absl::StrCat(file, ":", table.Line(row))});
  }
  return fixes;
}

FixedLabels ApplyLabelFixes(const LabelFixes& fixes, const ClassMap& classes, const std::unordered_set<std::string>& left_out,
                            std::vector<DatasetPart>* parts) {
  FixedLabels fixed;
  std::map<std::string, int32_t> labels;
  for (int32_t label = 0; label < classes.size(); ++label) labels.emplace(classes.name(label), label);
  ReportUnknownClasses(fixes, classes, labels, &fixed.problems);

  std::unordered_map<std::string, const LabelFix*> by_path = FixesByPath(fixes);
  std::vector<Change> changes;
  int64_t place = 0;
  for (DatasetPart& part : *parts) {
    for (ImageRecord& record : part.samples.records) {
      ++place;
      if (record.label < 0) continue;
      const auto found = by_path.find(PathOfSample(part.samples.files[record.file], record));
      if (found == by_path.end()) continue;
      if (const std::optional<int32_t> label = LabelOf(*found->second, labels)) changes.push_back({&record, place, *label});
      by_path.erase(found);
    }
  }
  ReportUnmatched(by_path, left_out, &fixed.problems);
  Shorten(fixes, &fixed.problems);
  if (!fixed.problems.empty()) return fixed;

  for (const Change& change : changes) {
    if (change.record->label == change.label) {
      ++fixed.unchanged;
      continue;
    }
    ++(change.label == kDrop ? fixed.dropped : fixed.changed);
    const std::string name = change.label == kDrop ? "" : classes.name(change.label);
    fixed.fingerprint = Fingerprint(absl::StrCat(change.place, " ", name), fixed.fingerprint);
    change.record->label = change.label;
    if (change.label == kDrop) change.record->length = kDropped;
  }
  for (DatasetPart& part : *parts) {
    std::vector<ImageRecord>& records = part.samples.records;
    records.erase(std::remove_if(records.begin(), records.end(), IsDropped), records.end());
  }
  return fixed;
}

}  // namespace mica
