#include "experiments/compare/comparison_tables.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "experiments/compare/comparison_plots.h"

namespace mica {
namespace {

struct MetricColumn {
  const char* metric;
  const char* label;
  bool is_percent;
  bool is_less_better;
};

constexpr MetricColumn kMetrics[] = {
    {"accuracy", "accuracy (%)", true, false}, {"macro_f1", "macro F1 (%)", true, false}, {"loss", "loss", false, true}};

// A row of the table before it is written in either language.
struct TableRow {
  std::string name, model;
  size_t n = 0;
  int64_t parameters = 0;
  double train_seconds = 0;  // mean; NaN if they were trained in different places
  std::string samples;       // what they were tested on: only then one is better than another
  std::vector<std::optional<Spread>> metrics;
};

TableRow RowOf(const Comparison& comparison, const RunGroup& group) {
  const RunResults& first = comparison.runs[group.repeats[0]];
  TableRow row;
  row.name = first.record.report.experiment();
  row.n = group.repeats.size();
  row.samples = absl::StrCat(first.record.report.dataset_fingerprint(), " ", first.record.report.reported_split());
  for (const size_t run : group.repeats) {
    if (PlaceOf(comparison.runs[run]) != PlaceOf(first)) row.train_seconds = std::nan("");
    if (!comparison.runs[run].summary.has_value()) continue;
    row.parameters = comparison.runs[run].summary->parameters;
    row.train_seconds += comparison.runs[run].summary->train_seconds / static_cast<double>(row.n);
  }
  for (const MetricColumn& column : kMetrics) {
    std::vector<double> values;
    for (const size_t run : group.repeats) {
      if (const auto value = comparison.runs[run].Reported(column.metric)) values.push_back(*value * (column.is_percent ? 100 : 1));
    }
    row.metrics.push_back(values.empty() ? std::nullopt : std::optional<Spread>(SpreadOf(values)));
  }
  return row;
}

std::vector<TableRow> RowsOf(const Comparison& comparison) {
  std::vector<TableRow> rows;
  std::set<std::string> names;
  for (const RunGroup& group : comparison.groups) {
    if (group.repeats.empty()) continue;
    rows.push_back(RowOf(comparison, group));
    // Two experiments of one name: the run's folder tells them apart.
    if (!names.insert(rows.back().name).second) rows.back().name = comparison.names[group.repeats[0]];
  }
  return rows;
}

// The best mean on the same samples, as it is shown: what looks equal is equally bold.
std::string BestOf(const std::vector<TableRow>& rows, const std::string& samples, size_t column) {
  std::optional<double> best;
  for (const TableRow& row : rows) {
    const std::optional<Spread>& spread = row.metrics[column];
    if (row.samples != samples || !spread.has_value() || std::isnan(spread->mean)) continue;
    const bool is_better = !best.has_value() || (kMetrics[column].is_less_better ? spread->mean < *best : spread->mean > *best);
    if (is_better) best = spread->mean;
  }
  return best.has_value() ? FormatFixed(*best, kMetrics[column].is_percent ? 2 : 4) : "";
}

template <typename Value>
std::string Distinct(const Comparison& comparison, Value value_of) {
  std::set<std::string> values;
  for (const RunGroup& group : comparison.groups) {
    for (const size_t run : group.repeats) values.insert(value_of(comparison.runs[run]));
  }
  return absl::StrJoin(values, ", ");
}

std::string SeedsOf(const Comparison& comparison) {
  std::set<uint64_t> seeds;
  for (const RunGroup& group : comparison.groups) {
    for (const size_t run : group.repeats) seeds.insert(comparison.runs[run].record.report.seed());
  }
  return absl::StrJoin(seeds, ", ");
}

std::string Protocol(const Comparison& comparison) {
  const auto of_report = [&](auto field) { return Distinct(comparison, [&](const RunResults& run) { return field(run.record.report); }); };
  return absl::StrCat("Reported on the ", of_report([](const RunReport& report) { return report.reported_split(); }), " split (data ",
                      of_report([](const RunReport& report) { return report.dataset_fingerprint(); }),
                      "), checkpoints selected on validation where there is one; ", "mean and standard deviation over n seeds (",
                      SeedsOf(comparison), "); epochs: ", of_report([](const RunReport& report) { return absl::StrCat(report.epochs()); }),
                      "; trained on ", Distinct(comparison, PlaceOf), ". Best means in bold.");
}

// The two languages.
struct Language {
  std::function<std::string(const std::string&)> escape;
  const char* plus_minus;
  const char* bold_begin;
  const char* bold_end;
};

std::string Cell(const std::optional<Spread>& spread, const MetricColumn& column, const std::string& best, const Language& language) {
  if (!spread.has_value()) return "–";
  const int digits = column.is_percent ? 2 : 4;
  const std::string mean = FormatFixed(spread->mean, digits);
  const std::string shown = mean == best ? absl::StrCat(language.bold_begin, mean, language.bold_end) : mean;
  return spread->deviation.has_value() ? absl::StrCat(shown, language.plus_minus, FormatFixed(*spread->deviation, digits)) : shown;
}

std::vector<std::vector<std::string>> CellsOf(const Comparison& comparison, const Language& language) {
  std::vector<std::vector<std::string>> cells = {{"experiment"}};
  for (const MetricColumn& column : kMetrics) cells[0].push_back(language.escape(column.label));
  for (const char* const label : {"parameters", "training (s)", "n"}) cells[0].push_back(label);
  const std::vector<TableRow> rows = RowsOf(comparison);
  for (const TableRow& row : rows) {
    std::vector<std::string>& line = cells.emplace_back();
    line.push_back(language.escape(row.name));
    for (size_t i = 0; i < row.metrics.size(); ++i)
      line.push_back(Cell(row.metrics[i], kMetrics[i], BestOf(rows, row.samples, i), language));
    line.push_back(absl::StrCat(row.parameters));
    line.push_back(std::isnan(row.train_seconds) ? "–" : FormatFixed(row.train_seconds, 1));
    line.push_back(absl::StrCat(row.n));
  }
  return cells;
}

}  // namespace

std::string EscapeMarkdown(absl::string_view text) {
  std::string escaped;
  for (const char letter : Printable(text)) {
    if (absl::string_view("\\`*_{}[]<>#|~&").find(letter) != absl::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string EscapeLatex(absl::string_view text) {
  return absl::StrReplaceAll(Printable(text), {{"\\", "\\textbackslash{}"},
                                               {"{", "\\{"},
                                               {"}", "\\}"},
                                               {"$", "\\$"},
                                               {"&", "\\&"},
                                               {"#", "\\#"},
                                               {"%", "\\%"},
                                               {"_", "\\_"},
                                               {"~", "\\textasciitilde{}"},
                                               {"^", "\\textasciicircum{}"},
                                               {"<", "\\textless{}"},
                                               {">", "\\textgreater{}"},
                                               {"|", "\\textbar{}"},
                                               {"[", "{[}"},
                                               {"]", "{]}"}});
}

std::string ComparisonMarkdown(const Comparison& comparison) {
  const Language language{[](const std::string& text) { return EscapeMarkdown(text); }, " ± ", "**", "**"};
  const std::vector<std::vector<std::string>> cells = CellsOf(comparison, language);
  std::string text;
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&text, "| ", absl::StrJoin(cells[i], " | "), " |\n");
    if (i == 0) absl::StrAppend(&text, "|---|", absl::StrJoin(std::vector<std::string>(cells[0].size() - 1, "---:"), "|"), "|\n");
  }
  return absl::StrCat(text, "\n", EscapeMarkdown(Protocol(comparison)), "\n");
}

std::string ComparisonLatex(const Comparison& comparison) {
  const Language language{[](const std::string& text) { return EscapeLatex(text); }, " $\\pm$ ", "\\textbf{", "}"};
  const std::vector<std::vector<std::string>> cells = CellsOf(comparison, language);
  std::string text =
      absl::StrCat("% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{", EscapeLatex(Protocol(comparison)),
                   "}\n\\begin{tabular}{l", std::string(cells[0].size() - 1, 'r'), "}\n\\toprule\n");
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&text, absl::StrReplaceAll(absl::StrJoin(cells[i], " & "), {{"–", "--"}}), " \\\\\n", i == 0 ? "\\midrule\n" : "");
  }
  return absl::StrCat(text, "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
}

}  // namespace mica
