#include "experiments/audit/audit_tables.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr size_t kMostRows = 20;  // of a table for people
constexpr int kNameColumns = 24;

// A cell of the joint that is not on its diagonal.
struct MixedUp {
  int64_t count = 0;
  int32_t label = 0, of = 0;
};

std::vector<MixedUp> LargestCells(const LabelAudit& audit) {
  std::vector<MixedUp> cells;
  for (size_t label = 0; label < audit.joint.size(); ++label) {
    for (const auto& [of, count] : audit.joint[label]) {
      if (of != static_cast<int32_t>(label) && count > 0) cells.push_back({count, static_cast<int32_t>(label), of});
    }
  }
  std::sort(cells.begin(), cells.end(), [](const MixedUp& a, const MixedUp& b) {
    return std::make_tuple(-a.count, a.label, a.of) < std::make_tuple(-b.count, b.label, b.of);
  });
  cells.resize(std::min(cells.size(), kMostRows));
  return cells;
}

// Labels with wrong samples, the largest share first.
std::vector<int32_t> WorstClasses(const LabelAudit& audit) {
  std::vector<int32_t> labels;
  for (int32_t label = 0; label < static_cast<int32_t>(audit.joint.size()); ++label) {
    if (audit.Wrong(label) > 0) labels.push_back(label);
  }
  const auto share = [&](int32_t label) { return static_cast<double>(audit.Wrong(label)) / static_cast<double>(audit.Labelled(label)); };
  std::stable_sort(labels.begin(), labels.end(), [&](int32_t a, int32_t b) { return share(a) > share(b); });
  labels.resize(std::min(labels.size(), kMostRows));
  return labels;
}

std::string Percent(int64_t part, int64_t of) {
  return of == 0 ? "" : absl::StrCat(FormatFixed(100 * static_cast<double>(part) / static_cast<double>(of), 2), " %");
}

std::string ClassTable(const AuditedRuns& runs, const LabelAudit& audit) {
  std::vector<int64_t> suspects(audit.joint.size(), 0);
  for (const LabelIssue& issue : audit.issues) ++suspects[runs.judged[issue.sample].label];
  std::vector<std::vector<std::string>> rows = {{"label", "samples", "wrong (estimated)", "share", "suspects listed"}};
  for (const int32_t label : WorstClasses(audit)) {
    const int64_t labelled = audit.Labelled(label), wrong = audit.Wrong(label);
    rows.push_back({TerminalText(runs.class_names[label], kNameColumns), absl::StrCat(labelled), absl::StrCat(wrong),
                    Percent(wrong, labelled), absl::StrCat(suspects[label])});
  }
  return rows.size() == 1 ? "" : absl::StrCat("\nLabels that are wrong most often\n", ConsoleTable(rows));
}

std::string CellTable(const AuditedRuns& runs, const LabelAudit& audit) {
  std::vector<std::vector<std::string>> rows = {{"label", "truly", "samples (estimated)", "share of the label"}};
  for (const MixedUp& cell : LargestCells(audit)) {
    rows.push_back({TerminalText(runs.class_names[cell.label], kNameColumns), TerminalText(runs.class_names[cell.of], kNameColumns),
                    absl::StrCat(cell.count), Percent(cell.count, audit.Labelled(cell.label))});
  }
  return rows.size() == 1 ? "" : absl::StrCat("\nWhat is mixed up most\n", ConsoleTable(rows));
}

std::string Limits(const AuditedRuns& runs) {
  std::string text = "\nThese are guesses of models: they doubt hard samples too. Look at each before its label is changed.\n";
  if (runs.is_selected_by) {
    absl::StrAppend(&text, "Checkpoints were chosen on the samples they judge (validation); this hides a few suspects.\n");
  }
  if (!runs.has_all_probabilities()) {
    absl::StrAppend(&text,
                    "With more than 100 classes a run keeps the five most probable ones of each sample and that of\n"
                    "its label. All others count as impossible, so they are never suggested.\n");
  }
  return text;
}

}  // namespace

std::string LabelIssuesCsv(const AuditedRuns& runs, const LabelAudit& audit) {
  std::string csv = CsvRow({"rank", "id", "path", "label", "label_name", "suggestion", "suggestion_name", "self_confidence", "margin"});
  for (size_t rank = 0; rank < audit.issues.size(); ++rank) {
    const LabelIssue& issue = audit.issues[rank];
    const int32_t label = runs.judged[issue.sample].label;
    csv += CsvRow({absl::StrCat(rank + 1), absl::StrCat(runs.ids[issue.sample]), runs.paths[issue.sample], absl::StrCat(label),
                   runs.class_names[label], absl::StrCat(issue.suggestion), runs.class_names[issue.suggestion],
                   FormatNumber(issue.self_confidence), FormatNumber(issue.margin)});
  }
  return csv;
}

std::string LabelFixesCsv(const AuditedRuns& runs, const LabelAudit& audit) {
  std::string csv = CsvRow({"path", "label_name", "old_label_name"});
  for (const LabelIssue& issue : audit.issues) {
    csv += CsvRow({runs.paths[issue.sample], runs.class_names[issue.suggestion], runs.class_names[runs.judged[issue.sample].label]});
  }
  return csv;
}

std::string LabelAuditText(const AuditedRuns& runs, const LabelAudit& audit) {
  int64_t wrong = 0;
  for (int32_t label = 0; label < runs.num_classes(); ++label) wrong += audit.Wrong(label);
  const auto samples = static_cast<int64_t>(runs.judged.size());
  return absl::StrCat(samples, " samples of ", runs.num_classes(), " classes, judged by ", runs.folders.size(),
                      runs.folders.size() == 1 ? " run" : " runs", " that did not train on them\n",
                      "labels that are wrong, estimated: ", wrong, " (", Percent(wrong, samples),
                      "); suspects listed: ", audit.issues.size(), "\n", ClassTable(runs, audit), CellTable(runs, audit), Limits(runs));
}

}  // namespace mica
