#include "viz/tensorboard/threshold_counts.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>

namespace mica {
namespace {

double Share(int64_t part, int64_t rest) {
  return part == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + rest);
}

// How many thresholds are reached.
int Reached(float probability, int thresholds) {
  if (!(probability >= 0)) return 0;
  return 1 + static_cast<int>(std::floor(std::min(double{probability}, 1.0) * (thresholds - 1)));
}

// From the numbers of samples that reach exactly i thresholds to those that reach more than i.
std::vector<int64_t> ReachMore(const std::vector<int64_t>& samples) {
  std::vector<int64_t> more(samples.size() - 1);
  int64_t sum = 0;
  for (size_t i = more.size(); i-- > 0;) more[i] = sum += samples[i + 1];
  return more;
}

std::vector<int64_t> Rest(int64_t total, const std::vector<int64_t>& parts) {
  std::vector<int64_t> rests;
  for (const int64_t part : parts) rests.push_back(total - part);
  return rests;
}

}  // namespace

double ThresholdCounts::Precision(int i) const {
  return Share(true_positives[i], false_positives[i]);
}

double ThresholdCounts::Recall(int i) const {
  return Share(true_positives[i], false_negatives[i]);
}

ThresholdCounts CountByThreshold(absl::Span<const float> probabilities, absl::Span<const uint8_t> truth, int thresholds) {
  CHECK_EQ(probabilities.size(), truth.size());
  CHECK_GE(thresholds, 2);
  std::vector<int64_t> positives(thresholds + 1), negatives(thresholds + 1);
  for (size_t i = 0; i < truth.size(); ++i) ++(truth[i] != 0 ? positives : negatives)[Reached(probabilities[i], thresholds)];
  const int64_t positive = std::count_if(truth.begin(), truth.end(), [](uint8_t is_positive) { return is_positive != 0; });
  ThresholdCounts counts;
  counts.true_positives = ReachMore(positives);
  counts.false_positives = ReachMore(negatives);
  counts.true_negatives = Rest(static_cast<int64_t>(truth.size()) - positive, counts.false_positives);
  counts.false_negatives = Rest(positive, counts.true_positives);
  return counts;
}

}  // namespace mica
