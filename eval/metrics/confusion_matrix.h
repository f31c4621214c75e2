// Counts of (truth, prediction), and the scores that follow from them. Rows are truth, columns
// predictions.
//   ConfusionMatrix matrix(predictions);
//   matrix.Accuracy() == 0.8834, matrix.Scores(/*label=*/6).recall == 0.61
// Takes 8 bytes x classes^2. Thread-compatible.
#ifndef MICA_EVAL_METRICS_CONFUSION_MATRIX_H_
#define MICA_EVAL_METRICS_CONFUSION_MATRIX_H_

#include <cstdint>
#include <vector>

#include "eval/metrics/prediction_table.h"

namespace mica {

// One class's scores, each in [0, 1] and 0 if its divisor is 0.
struct ClassScores {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  int64_t support = 0;  // samples of the class
};

class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int num_classes);
  explicit ConfusionMatrix(const PredictionTable& predictions);

  void Add(int truth, int prediction, int64_t count = 1);

  int num_classes() const { return num_classes_; }
  int64_t count(int truth, int prediction) const { return counts_[int64_t{truth} * num_classes_ + prediction]; }
  int64_t total() const;

  ClassScores Scores(int label) const;
  std::vector<ClassScores> AllScores() const;  // [classes]

  // Samples of each class, [classes].
  std::vector<int64_t> Supports() const;

  // All in [0, 1]; 0 for an empty matrix. Macro is the unweighted mean over all classes of the
  // class map; empty classes count as 0.
  double Accuracy() const;
  double BalancedAccuracy() const;  // = macro recall
  double MacroPrecision() const;
  double MacroF1() const;

  // Classes that are neither a truth nor a prediction.
  int EmptyClasses() const;

 private:
  // The sums of rows (truth) and of columns (predictions), [classes] each.
  struct Sums {
    std::vector<int64_t> truth;
    std::vector<int64_t> predicted;
  };
  Sums ComputeSums() const;
  double MeanOver(double ClassScores::*score) const;

  int num_classes_;
  std::vector<int64_t> counts_;
};

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CONFUSION_MATRIX_H_
