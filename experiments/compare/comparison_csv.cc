#include "experiments/compare/comparison_csv.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "eval/metrics/baselines.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

// A row under construction; the first one also builds the header.
struct Row {
  std::vector<std::string> names;
  std::vector<std::string> values;

  void Add(std::string name, std::string value) {
    names.push_back(std::move(name));
    values.push_back(std::move(value));
  }
  void Add(std::string name, const std::optional<double>& value) { Add(std::move(name), value.has_value() ? FormatNumber(*value) : ""); }
  void Add(std::string name, const std::optional<int64_t>& value) { Add(std::move(name), value.has_value() ? absl::StrCat(*value) : ""); }
};

std::string Table(const std::vector<Row>& rows) {
  std::string text = CsvRow(rows[0].names);
  for (const Row& row : rows) text += CsvRow(row.values);
  return text;
}

std::vector<int64_t> GroupOfRun(const Comparison& comparison) {
  std::vector<int64_t> groups(comparison.runs.size());
  for (size_t g = 0; g < comparison.groups.size(); ++g) {
    for (const size_t run : comparison.groups[g].runs) groups[run] = static_cast<int64_t>(g + 1);
  }
  return groups;
}

std::vector<std::optional<int64_t>> SampleSetOfRun(const Comparison& comparison) {
  std::vector<std::optional<int64_t>> sets(comparison.runs.size());
  for (size_t s = 0; s < comparison.paired.same_samples.size(); ++s) {
    for (const size_t run : comparison.paired.same_samples[s]) sets[run] = static_cast<int64_t>(s + 1);
  }
  return sets;
}

void AddMetrics(const RunResults& run, Row* row) {
  for (const char* const prefix : {"val_", "test_"}) {
    for (const std::string& metric : MetricNames()) {
      const std::string name = absl::StrCat(prefix, metric);
      const bool has_value = run.summary.has_value() && run.summary->metrics.count(name) > 0;
      row->Add(name, has_value ? std::optional<double>(run.summary->metrics.at(name)) : std::nullopt);
    }
  }
  const auto add_best = [row](const std::string& name, const std::optional<ColumnPeak>& best) {
    row->Add(name, best.has_value() ? std::optional<double>(best->value) : std::nullopt);
    row->Add(absl::StrCat(name, "_epoch"), best.has_value() ? std::optional<int64_t>(best->epoch) : std::nullopt);
  };
  add_best("best_val_accuracy", run.best_val_accuracy);
  add_best("best_test_accuracy_seen", run.best_test_accuracy);
  const bool has_split = !run.class_counts.empty();
  const Baselines baselines = has_split ? ComputeBaselines(run.class_counts, run.class_names) : Baselines();
  row->Add("chance_accuracy", has_split ? std::optional<double>(baselines.chance_accuracy) : std::nullopt);
  row->Add("majority_accuracy", has_split ? std::optional<double>(baselines.majority_accuracy) : std::nullopt);
}

void AddCost(const RunResults& run, Row* row) {
  const RunReport& report = run.record.report;
  const RunSummary* const summary = run.summary.has_value() ? &*run.summary : nullptr;
  row->Add("parameters", summary != nullptr ? std::optional<int64_t>(summary->parameters) : std::nullopt);
  row->Add("seed", absl::StrCat(report.seed()));
  row->Add("device", report.device());
  row->Add("cpu_threads", absl::StrCat(report.cpu_threads()));
  row->Add("host", report.host());
  row->Add("train_seconds", summary != nullptr ? std::optional<double>(summary->train_seconds) : std::nullopt);
  row->Add("peak_memory_mib", summary != nullptr ? std::optional<double>(summary->peak_memory_mib) : std::nullopt);
  row->Add("dataset_fingerprint", report.dataset_fingerprint());
  row->Add("class_map_fingerprint", report.class_map_fingerprint());
}

Row RunRow(const Comparison& comparison, size_t place, int64_t group, const std::optional<int64_t>& sample_set) {
  const RunResults& run = comparison.runs[place];
  const RunReport& report = run.record.report;
  Row row;
  row.Add("id", absl::StrCat(place + 1));
  row.Add("folder", run.record.folder);
  row.Add("experiment", report.experiment());
  row.Add("run", report.run());
  row.Add("state", RunReport::State_Name(run.record.state));
  row.Add("group", absl::StrCat(group));
  row.Add("sample_set", sample_set);
  row.Add("reported_split", report.reported_split());
  row.Add("best_epoch", run.summary.has_value() ? run.summary->best_epoch : std::nullopt);
  AddMetrics(run, &row);
  AddCost(run, &row);
  for (const FieldDifference& difference : comparison.differences) {
    const std::string& value = difference.values[place];
    row.Add(absl::StrCat("config.", difference.path), value == kAbsentValue ? "" : value);
  }
  return row;
}

Row PairRow(const RunPair& pair) {
  const bool compared = pair.reason.empty();
  const auto if_compared = [compared](double value) { return compared ? std::optional<double>(value) : std::nullopt; };
  const auto count = [compared](int64_t value) { return compared ? std::optional<int64_t>(value) : std::nullopt; };
  const PairedCounts& counts = pair.counts;
  const auto n = static_cast<double>(counts.total());
  Row row;
  row.Add("a", absl::StrCat(pair.a + 1));
  row.Add("b", absl::StrCat(pair.b + 1));
  row.Add("n", count(counts.total()));
  row.Add("accuracy_a", if_compared(static_cast<double>(counts.both_right + counts.only_a_right) / n));
  row.Add("accuracy_b", if_compared(static_cast<double>(counts.both_right + counts.only_b_right) / n));
  row.Add("difference", if_compared(counts.Difference()));
  row.Add("low", if_compared(pair.interval.low));
  row.Add("high", if_compared(pair.interval.high));
  row.Add("only_a_right", count(counts.only_a_right));
  row.Add("only_b_right", count(counts.only_b_right));
  row.Add("mcnemar_p", if_compared(pair.p));
  row.Add("holm_p", if_compared(pair.holm_p));
  row.Add("reason", pair.reason);
  return row;
}

Row GroupRow(const Comparison& comparison, size_t number) {
  const RunGroup& group = comparison.groups[number];
  Row row;
  row.Add("group", absl::StrCat(number + 1));
  row.Add("experiment", comparison.runs[group.runs[0]].record.report.experiment());
  row.Add("runs", absl::StrJoin(group.repeats, " ", [](std::string* text, size_t run) { absl::StrAppend(text, run + 1); }));
  row.Add("n", absl::StrCat(group.repeats.size()));
  row.Add("reported_split", group.repeats.empty() ? "" : comparison.runs[group.repeats[0]].record.report.reported_split());
  for (const std::string& metric : MetricNames()) {
    std::vector<double> values;
    for (const size_t run : group.repeats) {
      if (const std::optional<double> value = comparison.runs[run].Reported(metric)) values.push_back(*value);
    }
    const std::optional<Spread> spread = values.empty() ? std::nullopt : std::optional<Spread>(SpreadOf(values));
    const auto value = [&](double number) { return spread.has_value() ? std::optional<double>(number) : std::nullopt; };
    const Spread shown = spread.value_or(Spread());
    row.Add(absl::StrCat(metric, "_mean"), value(shown.mean));
    row.Add(absl::StrCat(metric, "_sd"), shown.deviation);
    row.Add(absl::StrCat(metric, "_min"), value(shown.smallest));
    row.Add(absl::StrCat(metric, "_max"), value(shown.largest));
  }
  return row;
}

}  // namespace

std::string ComparisonCsv(const Comparison& comparison) {
  const std::vector<int64_t> groups = GroupOfRun(comparison);
  const std::vector<std::optional<int64_t>> sets = SampleSetOfRun(comparison);
  std::vector<Row> rows;
  for (size_t i = 0; i < comparison.runs.size(); ++i) rows.push_back(RunRow(comparison, i, groups[i], sets[i]));
  return Table(rows);
}

std::string ComparisonPairsCsv(const Comparison& comparison) {
  std::vector<Row> rows;
  for (const RunPair& pair : comparison.paired.pairs) rows.push_back(PairRow(pair));
  return Table(rows);
}

std::string ComparisonGroupsCsv(const Comparison& comparison) {
  std::vector<Row> rows;
  for (size_t i = 0; i < comparison.groups.size(); ++i) rows.push_back(GroupRow(comparison, i));
  return Table(rows);
}

}  // namespace mica
