#include "eval/metrics/confusion_matrix.h"

#include <glog/logging.h>

#include <numeric>

namespace mica {
namespace {

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

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

ClassScores ConfusionMatrix::Scores(int label) const {
  return AllScores()[label];
}

std::vector<ClassScores> ConfusionMatrix::AllScores() const {
  const Sums sums = ComputeSums();
  std::vector<ClassScores> scores(num_classes_);
  for (int c = 0; c < num_classes_; ++c) {
    const int64_t right = count(c, c);
    scores[c].precision = Share(right, sums.predicted[c]);
    scores[c].recall = Share(right, sums.truth[c]);
    scores[c].f1 = Share(2 * right, sums.truth[c] + sums.predicted[c]);  // 2TP / (2TP + FP + FN)
    scores[c].support = sums.truth[c];
  }
  return scores;
}

std::vector<int64_t> ConfusionMatrix::Supports() const {
  return ComputeSums().truth;
}

double ConfusionMatrix::Accuracy() const {
  int64_t right = 0;
  for (int c = 0; c < num_classes_; ++c) right += count(c, c);
  return Share(right, total());
}

double ConfusionMatrix::BalancedAccuracy() const {
  return MeanOver(&ClassScores::recall);
}

double ConfusionMatrix::MacroPrecision() const {
  return MeanOver(&ClassScores::precision);
}

double ConfusionMatrix::MacroF1() const {
  return MeanOver(&ClassScores::f1);
}

int ConfusionMatrix::EmptyClasses() const {
  const Sums sums = ComputeSums();
  int empty = 0;
  for (int c = 0; c < num_classes_; ++c) {
    if (sums.truth[c] == 0 && sums.predicted[c] == 0) ++empty;
  }
  return empty;
}

ConfusionMatrix::Sums ConfusionMatrix::ComputeSums() const {
  Sums sums{std::vector<int64_t>(num_classes_, 0), std::vector<int64_t>(num_classes_, 0)};
  for (int truth = 0; truth < num_classes_; ++truth) {
    for (int prediction = 0; prediction < num_classes_; ++prediction) {
      sums.truth[truth] += count(truth, prediction);
      sums.predicted[prediction] += count(truth, prediction);
    }
  }
  return sums;
}

double ConfusionMatrix::MeanOver(double ClassScores::*score) const {
  double sum = 0;
  for (const ClassScores& scores : AllScores()) sum += scores.*score;
  return num_classes_ == 0 ? 0 : sum / num_classes_;
}

}  // namespace mica
