// Counts of (truth, prediction), and the scores that follow from them. Rows are truth, columns
// predictions.
//   ConfusionMatrix matrix(predictions);
//   matrix.Accuracy() == 0.8834, matrix.Scores(/*label=*/6).recall == 0.61
// Takes 8 bytes x classes^2. What the scores mean is said in class_counts.h. Thread-compatible.
#ifndef MICA_EVAL_METRICS_CONFUSION_MATRIX_H_
#define MICA_EVAL_METRICS_CONFUSION_MATRIX_H_

#include <cstdint>
#include <vector>

#include "eval/metrics/class_counts.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int num_classes);
  explicit ConfusionMatrix(const PredictionTable& predictions);

  void Add(int truth, int prediction, int64_t count = 1);

  int num_classes() const { return num_classes_; }
  int64_t count(int truth, int prediction) const { return counts_[int64_t{truth} * num_classes_ + prediction]; }
  int64_t total() const;

  // The counts as shares of their row (truth), of their column (prediction) or of all, [classes x
  // classes] row by row. A row or column without samples is 0.
  enum class ShareOf { kTruth, kPrediction, kAll };
  std::vector<double> Shares(ShareOf whole) const;

  // What the scores need. For several scores of a large matrix, ask for this once.
  ClassCounts Counts() const;

  ClassScores Scores(int label) const { return Counts().Scores(label); }
  std::vector<ClassScores> AllScores() const;  // [classes]

  // Samples of each class, [classes].
  std::vector<int64_t> Supports() const { return Counts().truth(); }

  double Accuracy() const { return Counts().Accuracy(); }
  double BalancedAccuracy() const { return Counts().BalancedAccuracy(); }
  double MacroPrecision() const { return Counts().MacroPrecision(); }
  double MacroF1() const { return Counts().MacroF1(); }
  ClassScores MicroScores() const { return Counts().MicroScores(); }
  ClassScores WeightedScores() const { return Counts().WeightedScores(); }
  double CohenKappa() const { return Counts().CohenKappa(); }
  double MatthewsCorrelation() const { return Counts().MatthewsCorrelation(); }
  int EmptyClasses() const { return Counts().EmptyClasses(); }

 private:
  int num_classes_;
  std::vector<int64_t> counts_;
};

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CONFUSION_MATRIX_H_
