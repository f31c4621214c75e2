#include "eval/report/result_tables.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/files/csv.h"
#include "base/for_each_on_threads.h"
#include "base/number_format.h"
#include "eval/metrics/baselines.h"
#include "eval/metrics/calibration.h"
#include "eval/metrics/class_counts.h"
#include "eval/metrics/confusions.h"
#include "eval/metrics/intervals.h"
#include "eval/metrics/metric_interval.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/ranking_metrics.h"
#include "eval/metrics/selective_prediction.h"

namespace mica {
namespace {

constexpr int kMostPairs = 100;
constexpr size_t kMostCurves = 20;  // classes

std::string Text(double value) {
  return std::isnan(value) ? "" : FormatNumber(value);
}

std::string Text(int64_t value) {
  return absl::StrCat(value);
}

// Those that are quoted. The bootstrap of each takes 0.2 s for 10,000 samples.
constexpr const char* kQuoted[] = {"loss", "accuracy", "balanced_accuracy", "macro_f1", "ece"};

Interval IntervalOf(const PredictionTable& predictions, const ClassCounts& counts, const std::string& metric) {
  if (metric == "accuracy") return WilsonInterval(counts.right(), counts.total());
  return MetricInterval(predictions, metric);
}

void AppendBins(const Reliability& reliability, double temperature, const char* name, std::string* csv) {
  for (const ReliabilityBin& bin : reliability.bins) {
    const bool is_empty = bin.samples == 0;
    *csv += CsvRow({Text(temperature), name, Text(bin.low), Text(bin.high), Text(bin.samples), is_empty ? "" : Text(bin.accuracy()),
                    is_empty ? "" : Text(bin.confidence())});
  }
}

void AppendReliability(absl::Span<const ScoredSample> samples, double temperature, std::string* csv) {
  AppendBins(EqualWidthReliability(samples), temperature, "equal_width", csv);
  AppendBins(EqualMassReliability(samples), temperature, "equal_mass", csv);
}

}  // namespace

ResultTables::ResultTables(const PredictionTable& predictions, const DatasetIndex& index)
    : predictions_(predictions),
      index_(index),
      samples_(ScoreSamples(predictions)),
      ranking_(ComputeRankingMetrics(predictions, samples_)) {}

std::string ResultTables::IntervalsCsv() const {
  const ClassCounts counts = CountClasses(samples_, predictions_.num_classes());
  const Baselines baselines = ComputeBaselines(counts.truth(), index_.classes.names());
  std::vector<Interval> intervals(std::size(kQuoted));
  ForEachOnThreads(intervals.size(), intervals.size(), [&](size_t i) { intervals[i] = IntervalOf(predictions_, counts, kQuoted[i]); });
  std::string csv = CsvRow({"metric", "value", "low", "high", "method", "chance", "majority"});
  for (size_t i = 0; i < intervals.size(); ++i) {
    const std::string metric = kQuoted[i];
    const bool is_accuracy = metric == "accuracy";
    const std::optional<double> chance = ChanceOf(metric, baselines);
    csv += CsvRow({metric, Text(ComputeMetric(predictions_, samples_, metric)), Text(intervals[i].low), Text(intervals[i].high),
                   is_accuracy ? "wilson" : "bootstrap", chance.has_value() ? Text(*chance) : "",
                   is_accuracy ? Text(baselines.majority_accuracy) : ""});
  }
  return csv;
}

std::string ResultTables::PerClassCsv() const {
  const ClassCounts counts = CountClasses(samples_, predictions_.num_classes());
  std::string csv =
      CsvRow({"id", "name", "precision", "recall", "f1", "support", "recall_low", "recall_high", "auroc", "average_precision"});
  for (int label = 0; label < index_.classes.size(); ++label) {
    const ClassScores scores = counts.Scores(label);
    const Interval recall = WilsonInterval(counts.right(label), scores.support);
    csv += CsvRow({Text(int64_t{label}), index_.classes.name(label), Text(scores.precision), Text(scores.recall), Text(scores.f1),
                   Text(scores.support), Text(recall.low), Text(recall.high), Text(ranking_.classes[label].auroc),
                   Text(ranking_.classes[label].average_precision)});
  }
  return csv;
}

std::string ResultTables::MostConfusedCsv() const {
  std::string csv = CsvRow({"truth", "truth_name", "prediction", "prediction_name", "samples", "share_of_truth", "ids"});
  for (const Confusion& pair : MostConfused(predictions_, kMostPairs)) {
    csv += CsvRow({Text(int64_t{pair.truth}), index_.classes.name(pair.truth), Text(int64_t{pair.prediction}),
                   index_.classes.name(pair.prediction), Text(pair.count), Text(pair.share), absl::StrJoin(pair.record_ids, " ")});
  }
  return csv;
}

std::string ResultTables::RiskCoverageCsv() const {
  std::string csv = CsvRow({"threshold", "kept", "coverage", "accuracy"});
  for (const SelectivePoint& point : RiskCoverageCurve(samples_)) {
    csv += CsvRow({Text(point.threshold), Text(point.kept), Text(point.coverage), Text(point.accuracy)});
  }
  return csv;
}

std::string ResultTables::ThresholdSweepCsv() const {
  std::string csv = CsvRow({"threshold", "kept", "coverage", "accuracy", "macro_precision", "macro_recall", "macro_f1"});
  for (const ThresholdScores& row : SweepThresholds(samples_, predictions_.num_classes(), UsualThresholds())) {
    csv += CsvRow({Text(row.threshold), Text(row.kept), Text(row.coverage), Text(row.accuracy), Text(row.macro_precision),
                   Text(row.macro_recall), Text(row.macro_f1)});
  }
  return csv;
}

std::string ResultTables::ReliabilityCsv(std::optional<double> temperature) const {
  std::string csv = CsvRow({"temperature", "bins", "low", "high", "samples", "accuracy", "confidence"});
  AppendReliability(samples_, 1, &csv);
  if (temperature.has_value()) AppendReliability(ScoreSamples(WithTemperature(predictions_, *temperature)), *temperature, &csv);
  return csv;
}

// Ascending. Those without positives or negatives have no curve.
std::vector<int> ResultTables::CurveClasses() const {
  std::vector<int> labels;
  for (int label = 0; label < index_.classes.size(); ++label) {
    if (!std::isnan(ranking_.classes[label].auroc)) labels.push_back(label);
  }
  std::stable_sort(labels.begin(), labels.end(), [&](int a, int b) { return ranking_.classes[a].auroc < ranking_.classes[b].auroc; });
  labels.resize(std::min(labels.size(), kMostCurves));
  std::sort(labels.begin(), labels.end());
  return labels;
}

std::string ResultTables::CurvesCsv() const {
  std::string csv = CsvRow({"curve", "id", "name", "x", "y", "threshold"});
  for (const int label : CurveClasses()) {
    const std::string id = Text(int64_t{label}), name = index_.classes.name(label);
    for (const RocPoint& point : RocCurve(predictions_, samples_, label)) {
      csv += CsvRow({"roc", id, name, Text(point.false_positive_rate), Text(point.true_positive_rate), Text(point.threshold)});
    }
    for (const PrecisionRecallPoint& point : PrecisionRecallCurve(predictions_, samples_, label)) {
      csv += CsvRow({"precision_recall", id, name, Text(point.recall), Text(point.precision), Text(point.threshold)});
    }
  }
  return csv;
}

}  // namespace mica
