#include "eval/metrics/ranking_metrics.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "eval/metrics/curve_thinning.h"

namespace mica {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The samples' probabilities of one class.
struct ClassProbabilities {
  std::vector<double> positives;  // of samples of the class
  std::vector<double> negatives;
};

void ReadClass(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, int label, ClassProbabilities* probabilities) {
  probabilities->positives.clear();
  probabilities->negatives.clear();
  for (const ScoredSample& sample : samples) {
    const absl::Span<const float> logits = predictions.logits(sample.row);
    const double largest = logits[sample.scores.prediction];
    const double probability = std::exp(logits[label] - largest) * sample.scores.confidence;
    (sample.label == label ? probabilities->positives : probabilities->negatives).push_back(probability);
  }
}

// The negatives by their place among the positives' distinct probabilities.
struct Ladder {
  std::vector<double> steps;             // ascending
  std::vector<int64_t> positives;        // on each step
  std::vector<int64_t> negatives;        // on each step
  std::vector<int64_t> negatives_below;  // each step and above the one before it
  int64_t negatives_above = 0;           // all steps
};

Ladder BuildLadder(ClassProbabilities* probabilities) {
  std::sort(probabilities->positives.begin(), probabilities->positives.end());
  Ladder ladder;
  for (const double probability : probabilities->positives) {
    if (ladder.steps.empty() || ladder.steps.back() != probability) {
      ladder.steps.push_back(probability);
      ladder.positives.push_back(0);
    }
    ++ladder.positives.back();
  }
  ladder.negatives.resize(ladder.steps.size());
  ladder.negatives_below.resize(ladder.steps.size());
  for (const double probability : probabilities->negatives) {
    const auto step = std::lower_bound(ladder.steps.begin(), ladder.steps.end(), probability);
    if (step == ladder.steps.end()) {
      ++ladder.negatives_above;
    } else {
      ++(*step == probability ? ladder.negatives : ladder.negatives_below)[step - ladder.steps.begin()];
    }
  }
  return ladder;
}

ClassRanking RankClass(ClassProbabilities* probabilities) {
  ClassRanking ranking;
  ranking.positives = static_cast<int64_t>(probabilities->positives.size());
  ranking.negatives = static_cast<int64_t>(probabilities->negatives.size());
  ranking.auroc = ranking.average_precision = kNan;
  if (ranking.positives == 0 || ranking.negatives == 0) return ranking;
  const Ladder ladder = BuildLadder(probabilities);
  int64_t true_positives = 0;
  int64_t false_positives = ladder.negatives_above;
  double pairs_won = 0;
  double precision_sum = 0;
  for (size_t i = ladder.steps.size(); i-- > 0;) {
    const auto positives = static_cast<double>(ladder.positives[i]);
    const auto tied = static_cast<double>(ladder.negatives[i]);
    pairs_won += positives * (static_cast<double>(ranking.negatives - false_positives) - tied / 2);
    true_positives += ladder.positives[i];
    false_positives += ladder.negatives[i];
    precision_sum += positives * static_cast<double>(true_positives) / static_cast<double>(true_positives + false_positives);
    false_positives += ladder.negatives_below[i];
  }
  ranking.auroc = pairs_won / (static_cast<double>(ranking.positives) * static_cast<double>(ranking.negatives));
  ranking.average_precision = precision_sum / static_cast<double>(ranking.positives);
  return ranking;
}

bool AllHaveConfidence(absl::Span<const ScoredSample> samples) {
  return std::all_of(samples.begin(), samples.end(), [](const ScoredSample& sample) { return sample.has_confidence(); });
}

ClassRanking UnknownRanking(absl::Span<const ScoredSample> samples, int label) {
  ClassRanking ranking;
  ranking.positives = std::count_if(samples.begin(), samples.end(), [label](const ScoredSample& sample) { return sample.label == label; });
  ranking.negatives = static_cast<int64_t>(samples.size()) - ranking.positives;
  ranking.auroc = ranking.average_precision = kNan;
  return ranking;
}

// 0 / 0 = NaN if no class counts.
void TakeMeans(RankingMetrics* metrics) {
  double classes = 0;
  double samples = 0;
  for (int label = 0; label < static_cast<int>(metrics->classes.size()); ++label) {
    const ClassRanking& ranking = metrics->classes[label];
    if (ranking.positives == 0 || ranking.negatives == 0) {
      metrics->left_out.push_back(label);
      continue;
    }
    const auto weight = static_cast<double>(ranking.positives);
    classes += 1;
    samples += weight;
    metrics->macro_auroc += ranking.auroc;
    metrics->weighted_auroc += weight * ranking.auroc;
    metrics->macro_average_precision += ranking.average_precision;
    metrics->weighted_average_precision += weight * ranking.average_precision;
  }
  metrics->macro_auroc /= classes;
  metrics->weighted_auroc /= samples;
  metrics->macro_average_precision /= classes;
  metrics->weighted_average_precision /= samples;
}

// How many samples reach a threshold.
struct Reached {
  double threshold;
  int64_t positives;
  int64_t negatives;
};

// For +infinity and each probability that occurs, descending. Empty without positives, negatives or
// probabilities.
std::vector<Reached> CountReached(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, int label) {
  CHECK(label >= 0 && label < predictions.num_classes()) << label;
  ClassProbabilities probabilities;
  ReadClass(predictions, samples, label, &probabilities);
  std::vector<double>& positives = probabilities.positives;
  std::vector<double>& negatives = probabilities.negatives;
  if (positives.empty() || negatives.empty() || !AllHaveConfidence(samples)) return {};
  std::sort(positives.begin(), positives.end(), std::greater<>());
  std::sort(negatives.begin(), negatives.end(), std::greater<>());
  std::vector<Reached> reached = {{std::numeric_limits<double>::infinity(), 0, 0}};
  size_t p = 0, n = 0;
  while (p < positives.size() || n < negatives.size()) {
    const double threshold = n == negatives.size() || (p < positives.size() && positives[p] > negatives[n]) ? positives[p] : negatives[n];
    while (p < positives.size() && positives[p] == threshold) ++p;
    while (n < negatives.size() && negatives[n] == threshold) ++n;
    reached.push_back({threshold, static_cast<int64_t>(p), static_cast<int64_t>(n)});
  }
  return reached;
}

}  // namespace

RankingMetrics ComputeRankingMetrics(const PredictionTable& predictions) {
  return ComputeRankingMetrics(predictions, ScoreSamples(predictions));
}

RankingMetrics ComputeRankingMetrics(const PredictionTable& predictions, absl::Span<const ScoredSample> samples) {
  const bool known = AllHaveConfidence(samples);
  RankingMetrics metrics;
  ClassProbabilities probabilities;
  for (int label = 0; label < predictions.num_classes(); ++label) {
    if (known) ReadClass(predictions, samples, label, &probabilities);
    metrics.classes.push_back(known ? RankClass(&probabilities) : UnknownRanking(samples, label));
  }
  TakeMeans(&metrics);
  return metrics;
}

std::vector<RocPoint> RocCurve(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, int label, int max_points) {
  std::vector<RocPoint> points;
  const std::vector<Reached> reached = CountReached(predictions, samples, label);
  for (const Reached& at : reached) {
    points.push_back({static_cast<double>(at.negatives) / static_cast<double>(reached.back().negatives),
                      static_cast<double>(at.positives) / static_cast<double>(reached.back().positives), at.threshold});
  }
  return Thinned(points, &RocPoint::false_positive_rate, &RocPoint::true_positive_rate, max_points);
}

std::vector<PrecisionRecallPoint> PrecisionRecallCurve(const PredictionTable& predictions, absl::Span<const ScoredSample> samples,
                                                       int label, int max_points) {
  std::vector<PrecisionRecallPoint> points;
  const std::vector<Reached> reached = CountReached(predictions, samples, label);
  for (const Reached& at : reached) {
    const int64_t all = at.positives + at.negatives;
    points.push_back({static_cast<double>(at.positives) / static_cast<double>(reached.back().positives),
                      all == 0 ? 1 : static_cast<double>(at.positives) / static_cast<double>(all), at.threshold});
  }
  return Thinned(points, &PrecisionRecallPoint::recall, &PrecisionRecallPoint::precision, max_points);
}

}  // namespace mica
