#include "eval/metrics/metric_set.h"

#include <glog/logging.h>

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "eval/metrics/calibration.h"
#include "eval/metrics/class_counts.h"
#include "eval/metrics/ranking_metrics.h"
#include "eval/metrics/selective_prediction.h"

namespace mica {
namespace {

// What metrics are computed from. What only some of them need is made when it is first asked for.
class MetricSource {
 public:
  MetricSource(const PredictionTable& predictions, absl::Span<const ScoredSample> samples) : predictions_(predictions), samples_(samples) {
    CHECK(!samples.empty());
  }

  absl::Span<const ScoredSample> samples() const { return samples_; }

  double Mean(double SampleScores::*value) const {
    double sum = 0;
    for (const ScoredSample& sample : samples_) sum += sample.scores.*value;
    return sum / static_cast<double>(samples_.size());
  }

  double TopAccuracy(int k) const {
    const auto right = std::count_if(samples_.begin(), samples_.end(), [k](const ScoredSample& s) { return s.scores.label_rank < k; });
    return static_cast<double>(right) / static_cast<double>(samples_.size());
  }

  const ClassCounts& counts() {
    if (!counts_) counts_ = CountClasses(samples_, predictions_.num_classes());
    return *counts_;
  }

  const Reliability& reliability() {
    if (!reliability_) reliability_ = EqualWidthReliability(samples_);
    return *reliability_;
  }

  const RankingMetrics& ranking() {
    if (!ranking_) ranking_ = ComputeRankingMetrics(predictions_, samples_);
    return *ranking_;
  }

 private:
  const PredictionTable& predictions_;
  const absl::Span<const ScoredSample> samples_;
  std::optional<ClassCounts> counts_;
  std::optional<Reliability> reliability_;
  std::optional<RankingMetrics> ranking_;
};

struct Formula {
  const char* name;
  double (*compute)(MetricSource& source);
};

const Formula kStandard[] = {
    {"loss", [](MetricSource& source) { return source.Mean(&SampleScores::nll); }},
    {"accuracy", [](MetricSource& source) { return source.counts().Accuracy(); }},
    {"balanced_accuracy", [](MetricSource& source) { return source.counts().BalancedAccuracy(); }},
    {"macro_precision", [](MetricSource& source) { return source.counts().MacroPrecision(); }},
    {"macro_recall", [](MetricSource& source) { return source.counts().BalancedAccuracy(); }},
    {"macro_f1", [](MetricSource& source) { return source.counts().MacroF1(); }},
    {"top5_accuracy", [](MetricSource& source) { return source.TopAccuracy(5); }},
    {"nll", [](MetricSource& source) { return source.Mean(&SampleScores::nll); }},
    {"brier", [](MetricSource& source) { return source.Mean(&SampleScores::brier); }},
    {"ece", [](MetricSource& source) { return source.reliability().ExpectedError(); }},
};

const Formula kExtra[] = {
    {"kappa", [](MetricSource& source) { return source.counts().CohenKappa(); }},
    {"mcc", [](MetricSource& source) { return source.counts().MatthewsCorrelation(); }},
    {"weighted_precision", [](MetricSource& source) { return source.counts().WeightedScores().precision; }},
    {"weighted_f1", [](MetricSource& source) { return source.counts().WeightedScores().f1; }},
    {"macro_auroc", [](MetricSource& source) { return source.ranking().macro_auroc; }},
    {"weighted_auroc", [](MetricSource& source) { return source.ranking().weighted_auroc; }},
    {"macro_average_precision", [](MetricSource& source) { return source.ranking().macro_average_precision; }},
    {"weighted_average_precision", [](MetricSource& source) { return source.ranking().weighted_average_precision; }},
    {"mce", [](MetricSource& source) { return source.reliability().MaximumError(); }},
    {"rmsce", [](MetricSource& source) { return source.reliability().RootMeanSquareError(); }},
    {"ece_equal_mass", [](MetricSource& source) { return EqualMassReliability(source.samples()).ExpectedError(); }},
    {"aurc", [](MetricSource& source) { return AreaUnderRiskCoverage(source.samples()); }},
};

const Formula* FindFormula(absl::Span<const Formula> formulas, absl::string_view name) {
  const auto found = std::find_if(formulas.begin(), formulas.end(), [name](const Formula& formula) { return name == formula.name; });
  return found == formulas.end() ? nullptr : found;
}

const Formula* FindFormula(absl::string_view name) {
  const Formula* const standard = FindFormula(kStandard, name);
  return standard != nullptr ? standard : FindFormula(kExtra, name);
}

// 3 for "top3_accuracy"; none for other names.
std::optional<int> TopCount(absl::string_view name) {
  absl::string_view digits = name;
  int k = 0;
  if (!absl::ConsumePrefix(&digits, "top") || !absl::ConsumeSuffix(&digits, "_accuracy") || !absl::SimpleAtoi(digits, &k)) return {};
  if (k < 1 || name != absl::StrCat("top", k, "_accuracy")) return {};  // "top05_accuracy"
  return k;
}

double Compute(MetricSource* source, absl::string_view name) {
  const Formula* const formula = FindFormula(name);
  if (formula != nullptr) return formula->compute(*source);
  const std::optional<int> k = TopCount(name);
  CHECK(k) << "no metric " << name;
  return source->TopAccuracy(*k);
}

}  // namespace

double MetricSet::Get(absl::string_view name) const {
  const auto metric = std::find_if(values.begin(), values.end(), [&](const Metric& m) { return m.name == name; });
  CHECK(metric != values.end()) << "no metric " << name;
  return metric->value;
}

MetricSet ComputeMetrics(const PredictionTable& predictions) {
  return ComputeMetrics(predictions, {});
}

const std::vector<std::string>& MetricNames() {
  static const auto* const names = [] {
    auto* const standard = new std::vector<std::string>;
    for (const Formula& formula : kStandard) standard->emplace_back(formula.name);
    return standard;
  }();
  return *names;
}

MetricSet ComputeMetrics(const PredictionTable& predictions, absl::Span<const std::string> extra) {
  const std::vector<ScoredSample> samples = ScoreSamples(predictions);
  MetricSource source(predictions, samples);
  MetricSet metrics;
  for (const std::string& name : MetricNames()) metrics.values.push_back({name, Compute(&source, name)});
  for (const std::string& name : extra) metrics.values.push_back({name, Compute(&source, name)});
  return metrics;
}

bool IsMetricName(absl::string_view name) {
  return FindFormula(name) != nullptr || TopCount(name).has_value();
}

double ComputeMetric(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, absl::string_view name) {
  MetricSource source(predictions, samples);
  return Compute(&source, name);
}

}  // namespace mica
