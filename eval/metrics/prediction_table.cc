#include "eval/metrics/prediction_table.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mica {
namespace {

// Orders the logits totally, so that a NaN never wins and the result does not depend on the order
// of comparisons.
float RankingKey(float logit) {
  return std::isnan(logit) ? -std::numeric_limits<float>::infinity() : logit;
}

int LargestLogit(absl::Span<const float> logits) {
  int largest = 0;
  for (int c = 1; c < static_cast<int>(logits.size()); ++c) {
    if (RankingKey(logits[c]) > RankingKey(logits[largest])) largest = c;
  }
  return largest;
}

// Whether class `a` ranks before class `b`: its logit is larger, or equal and its number is lower.
bool StandsBefore(absl::Span<const float> logits, int a, int b) {
  const float key_a = RankingKey(logits[a]);
  const float key_b = RankingKey(logits[b]);
  return key_a > key_b || (key_a == key_b && a < b);
}

int Rank(absl::Span<const float> logits, int label) {
  int before = 0;
  for (int c = 0; c < static_cast<int>(logits.size()); ++c) before += StandsBefore(logits, c, label) ? 1 : 0;
  return before;
}

}  // namespace

void PredictionTable::Add(int64_t record_id, int label, absl::Span<const float> logits) {
  CHECK(label >= -1 && label < num_classes_) << "label " << label << " of record " << record_id << ", classes " << num_classes_;
  CHECK_EQ(static_cast<int>(logits.size()), num_classes_);
  record_ids_.push_back(record_id);
  labels_.push_back(label);
  logits_.insert(logits_.end(), logits.begin(), logits.end());
}

void PredictionTable::Reserve(int64_t samples) {
  record_ids_.reserve(samples);
  labels_.reserve(samples);
  logits_.reserve(samples * num_classes_);
}

absl::Span<const float> PredictionTable::logits(int64_t row) const {
  return absl::MakeConstSpan(logits_).subspan(row * num_classes_, num_classes_);
}

int PredictionTable::prediction(int64_t row) const {
  return LargestLogit(logits(row));
}

std::vector<double> PredictionTable::Probabilities(int64_t row) const {
  const absl::Span<const float> z = logits(row);
  const double largest = z[LargestLogit(z)];
  std::vector<double> probabilities(z.size());
  double sum = 0;
  for (size_t c = 0; c < z.size(); ++c) sum += probabilities[c] = std::exp(z[c] - largest);
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

double PredictionTable::NegativeLogLikelihood(int64_t row) const {
  return Scores(row).nll;
}

std::vector<int> PredictionTable::TopClasses(int64_t row, int k) const {
  const absl::Span<const float> z = logits(row);
  std::vector<int> classes(num_classes_);
  std::iota(classes.begin(), classes.end(), 0);
  const int top = std::clamp(k, 0, num_classes_);
  std::partial_sort(classes.begin(), classes.begin() + top, classes.end(), [z](int a, int b) { return StandsBefore(z, a, b); });
  classes.resize(top);
  return classes;
}

SampleScores PredictionTable::Scores(int64_t row) const {
  const absl::Span<const float> z = logits(row);
  const int label = labels_[row];
  CHECK_GE(label, 0) << "record " << record_ids_[row] << " is unlabelled";
  SampleScores scores;
  scores.prediction = LargestLogit(z);
  scores.label_rank = Rank(z, label);

  // These sums leave out the largest logit or the label. So they keep the digits that 1 - p would
  // lose for p close to 1.
  const double largest = z[scores.prediction];
  double behind_prediction = 0;  // exp(z - largest), summed over all but the prediction
  double beside_label = 0;       // the same over all but the label
  double beside_label_squares = 0;
  for (int c = 0; c < num_classes_; ++c) {
    const double e = std::exp(z[c] - largest);
    if (c != scores.prediction) behind_prediction += e;
    if (c == label) continue;
    beside_label += e;
    beside_label_squares += e * e;
  }
  const double self = std::exp(largest - largest);  // 1, or NaN for an infinite logit
  const double sum = self + behind_prediction;
  scores.confidence = self / sum;
  scores.nll = std::log1p(behind_prediction) + (largest - z[label]) + (self - 1);
  scores.brier = (beside_label_squares + beside_label * beside_label) / (sum * sum);
  return scores;
}

}  // namespace mica
