#include "eval/metrics/confusion_matrix.h"

#include <glog/logging.h>

#include <numeric>

namespace mica {

ConfusionMatrix::ConfusionMatrix(int num_classes) : num_classes_(num_classes), counts_(int64_t{num_classes} * num_classes, 0) {}

ConfusionMatrix::ConfusionMatrix(const PredictionTable& predictions) : ConfusionMatrix(predictions.num_classes()) {
  for (int64_t row = 0; row < predictions.size(); ++row) {
    if (predictions.is_labelled(row)) Add(predictions.label(row), predictions.prediction(row));
  }
}

void ConfusionMatrix::Add(int truth, int prediction, int64_t count) {
  CHECK(truth >= 0 && truth < num_classes_) << truth;
  CHECK(prediction >= 0 && prediction < num_classes_) << prediction;
  counts_[int64_t{truth} * num_classes_ + prediction] += count;
}

int64_t ConfusionMatrix::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

std::vector<double> ConfusionMatrix::Shares(ShareOf whole) const {
  std::vector<int64_t> of_truth(num_classes_), of_prediction(num_classes_);
  for (int truth = 0; truth < num_classes_; ++truth) {
    for (int prediction = 0; prediction < num_classes_; ++prediction) {
      of_truth[truth] += count(truth, prediction);
      of_prediction[prediction] += count(truth, prediction);
    }
  }
  const int64_t all = total();
  std::vector<double> shares;
  shares.reserve(counts_.size());
  for (int truth = 0; truth < num_classes_; ++truth) {
    for (int prediction = 0; prediction < num_classes_; ++prediction) {
      const int64_t divisor = whole == ShareOf::kTruth ? of_truth[truth] : whole == ShareOf::kPrediction ? of_prediction[prediction] : all;
      shares.push_back(divisor == 0 ? 0 : static_cast<double>(count(truth, prediction)) / static_cast<double>(divisor));
    }
  }
  return shares;
}

ClassCounts ConfusionMatrix::Counts() const {
  ClassCounts counts(num_classes_);
  for (int truth = 0; truth < num_classes_; ++truth) {
    for (int prediction = 0; prediction < num_classes_; ++prediction) counts.Add(truth, prediction, count(truth, prediction));
  }
  return counts;
}

std::vector<ClassScores> ConfusionMatrix::AllScores() const {
  const ClassCounts counts = Counts();
  std::vector<ClassScores> scores;
  for (int c = 0; c < num_classes_; ++c) scores.push_back(counts.Scores(c));
  return scores;
}

}  // namespace mica
