#include "data/survey/dataset_report.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/csv.h"
#include "base/files/report_folder.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

std::string NameOfClass(const DatasetIndex& index, int32_t label) {
  return label < 0 ? "" : index.classes.name(label);
}

std::string NumberOrNothing(int64_t number) {
  return number > 0 ? absl::StrCat(number) : "";
}

// The kinds of what was found about each sample: "other format; duplicate".
std::map<int64_t, std::string> KindsBySample(absl::Span<const Finding> findings) {
  std::map<int64_t, std::string> kinds;
  for (const Finding& finding : findings) {
    if (finding.id < 0) continue;
    std::string& text = kinds[finding.id];
    const std::string name(FindingKindName(finding.kind));
    if (text.size() >= name.size() && text.compare(text.size() - name.size(), name.size(), name) == 0) continue;  // they are sorted by kind
    absl::StrAppend(&text, text.empty() ? "" : "; ", name);
  }
  return kinds;
}

}  // namespace

std::string IndexCsv(const DatasetExamination& examination, absl::Span<const Finding> findings) {
  const DatasetIndex& index = examination.draft.index;
  const std::map<int64_t, std::string> kinds = KindsBySample(findings);
  std::string csv =
      CsvRow({"id", "path", "offset", "split", "label", "class", "width", "height", "format", "colour", "hash", "group", "problems"});
  for (const ImageRecord& record : index.records) {
    const PictureFacts& facts = examination.survey.facts[record.id];
    const auto kind = kinds.find(record.id);
    csv += CsvRow({absl::StrCat(record.id), index.PathOf(record), absl::StrCat(record.offset), std::string(SplitName(record.split)),
                   record.label < 0 ? "" : absl::StrCat(record.label), NameOfClass(index, record.label), NumberOrNothing(facts.width_px),
                   NumberOrNothing(facts.height_px),
                   !facts.is_known() ? "" : std::string(facts.is_raw ? "raw" : PictureFormatName(facts.format)),
                   !facts.is_known() ? "" : std::string(ColourKindName(facts.colour)),
                   facts.content_hash == 0 ? "" : FormatFingerprint(facts.content_hash), record.group < 0 ? "" : index.groups[record.group],
                   kind == kinds.end() ? "" : kind->second});
  }
  return csv;
}

std::string ProblemsCsv(const DatasetExamination& examination, absl::Span<const Finding> findings) {
  const DatasetIndex& index = examination.draft.index;
  std::string csv = CsvRow({"kind", "severity", "id", "path", "split", "class", "other_id", "other_path", "distance", "message", "remedy"});
  for (const Finding& finding : findings) {
    const ImageRecord* const record = finding.id < 0 ? nullptr : &index.records[finding.id];
    csv +=
        CsvRow({std::string(FindingKindName(finding.kind)), std::string(SeverityName(finding.severity)),
                record == nullptr ? "" : absl::StrCat(finding.id), record == nullptr ? finding.path : index.PathOf(*record),
                record == nullptr ? "" : std::string(SplitName(record->split)), record == nullptr ? "" : NameOfClass(index, record->label),
                finding.other < 0 ? "" : absl::StrCat(finding.other), finding.other < 0 ? "" : index.PathOf(index.records[finding.other]),
                finding.distance < 0 ? "" : absl::StrCat(finding.distance), finding.message, finding.remedy});
  }
  return csv;
}

std::string Quarantine(const DatasetExamination& examination) {
  std::string paths;
  for (const ImageRecord& record : examination.draft.index.records) {
    if (!examination.survey.IsUsable(record.id)) absl::StrAppend(&paths, examination.draft.index.PathOf(record), "\n");
  }
  for (const DroppedPicture& picture : examination.dropped) absl::StrAppend(&paths, picture.path, "\n");
  return paths;
}

absl::Status WriteDatasetReport(const std::string& folder, const DatasetExamination& examination, absl::Span<const Finding> findings,
                                FileCalls& calls) {
  return WriteReportFolder(folder,
                           {{"index.csv", IndexCsv(examination, findings)},
                            {"problems.csv", ProblemsCsv(examination, findings)},
                            {"quarantine.txt", Quarantine(examination)}},
                           {"index.csv", "problems.csv", "quarantine.txt"}, "mica index", calls);
}

}  // namespace mica
