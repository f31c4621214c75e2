#include "eval/metrics/selective_prediction.h"

#include <algorithm>
#include <limits>

#include "eval/metrics/curve_thinning.h"

namespace mica {
namespace {

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Those that have a confidence, the surest first.
std::vector<const ScoredSample*> SurestFirst(absl::Span<const ScoredSample> samples) {
  std::vector<const ScoredSample*> sorted;
  sorted.reserve(samples.size());
  for (const ScoredSample& sample : samples) {
    if (sample.has_confidence()) sorted.push_back(&sample);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const ScoredSample* a, const ScoredSample* b) { return a->scores.confidence > b->scores.confidence; });
  return sorted;
}

// One for each confidence that occurs, the highest first.
std::vector<SelectivePoint> AllPoints(absl::Span<const ScoredSample> samples) {
  std::vector<SelectivePoint> points;
  int64_t kept = 0;
  int64_t right = 0;
  for (const ScoredSample* sample : SurestFirst(samples)) {
    const double confidence = sample->scores.confidence;
    if (points.empty() || points.back().threshold != confidence) points.emplace_back().threshold = confidence;
    ++kept;
    right += sample->right() ? 1 : 0;
    SelectivePoint& point = points.back();
    point.kept = kept;
    point.right = right;
    point.coverage = Share(kept, static_cast<int64_t>(samples.size()));
    point.accuracy = Share(right, kept);
  }
  return points;
}

ThresholdScores ScoresOf(const ClassCounts& counts, double threshold, int64_t samples) {
  ThresholdScores scores;
  scores.threshold = threshold;
  scores.kept = counts.total();
  scores.coverage = Share(scores.kept, samples);
  scores.accuracy = counts.Accuracy();
  scores.macro_precision = counts.MacroPrecision();
  scores.macro_recall = counts.BalancedAccuracy();
  scores.macro_f1 = counts.MacroF1();
  scores.empty_classes = counts.EmptyClasses();
  return scores;
}

}  // namespace

std::vector<SelectivePoint> RiskCoverageCurve(absl::Span<const ScoredSample> samples, int max_points) {
  return Thinned(AllPoints(samples), &SelectivePoint::coverage, &SelectivePoint::accuracy, max_points);
}

double AreaUnderRiskCoverage(absl::Span<const ScoredSample> samples) {
  const std::vector<SelectivePoint> points = AllPoints(samples);
  if (points.empty() || points.back().kept < static_cast<int64_t>(samples.size())) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  int64_t kept = 0;
  double wrong = 0;
  for (const SelectivePoint& point : points) {
    // Among ties, each next sample is wrong with the share of wrong ones.
    const double share_wrong = (static_cast<double>(point.kept - point.right) - wrong) / static_cast<double>(point.kept - kept);
    const double wrong_before = wrong;
    for (int64_t k = kept + 1; k <= point.kept; ++k) {
      sum += (wrong_before + share_wrong * static_cast<double>(k - kept)) / static_cast<double>(k);
    }
    kept = point.kept;
    wrong = static_cast<double>(point.kept - point.right);
  }
  return sum / static_cast<double>(kept);
}

std::optional<SelectivePoint> LargestCoverage(absl::Span<const ScoredSample> samples, double accuracy) {
  const std::vector<SelectivePoint> points = AllPoints(samples);
  const auto last = std::find_if(points.rbegin(), points.rend(), [accuracy](const SelectivePoint& p) { return p.accuracy >= accuracy; });
  if (last == points.rend()) return std::nullopt;
  return *last;
}

std::vector<ThresholdScores> SweepThresholds(absl::Span<const ScoredSample> samples, int num_classes, absl::Span<const double> thresholds) {
  const std::vector<const ScoredSample*> sorted = SurestFirst(samples);
  std::vector<size_t> order(thresholds.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return thresholds[a] > thresholds[b]; });
  std::vector<ThresholdScores> rows(thresholds.size());
  ClassCounts counts(num_classes);
  size_t next = 0;
  for (const size_t i : order) {
    for (; next < sorted.size() && sorted[next]->scores.confidence >= thresholds[i]; ++next) {
      counts.Add(sorted[next]->label, sorted[next]->scores.prediction);
    }
    rows[i] = ScoresOf(counts, thresholds[i], static_cast<int64_t>(samples.size()));
  }
  return rows;
}

std::vector<double> UsualThresholds() {
  std::vector<double> thresholds;
  for (int i = 0; i < 20; ++i) thresholds.push_back(i / 20.0);
  thresholds.push_back(.99);
  return thresholds;
}

}  // namespace mica
