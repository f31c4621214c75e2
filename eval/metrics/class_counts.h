// How often each class was right, was there and was predicted: all that the scores of a confusion
// matrix need, at 24 bytes a class instead of 8 bytes a pair of classes.
//   ClassCounts counts(/*num_classes=*/3);
//   counts.Add(/*truth=*/2, /*prediction=*/0);
//   counts.MacroF1()
// Classes and samples are those of a single-label problem. A score is 0 if its divisor is 0.
// Thread-compatible.
#ifndef MICA_EVAL_METRICS_CLASS_COUNTS_H_
#define MICA_EVAL_METRICS_CLASS_COUNTS_H_

#include <cstdint>
#include <vector>

namespace mica {

// Precision, recall and F1 of one class or of an average over classes, each in [0, 1].
struct ClassScores {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  int64_t support = 0;  // samples of the class; of an average, all samples
};

class ClassCounts {
 public:
  explicit ClassCounts(int num_classes);

  // Both are classes: 0 <= truth, prediction < num_classes.
  void Add(int truth, int prediction, int64_t count = 1) {
    truth_[truth] += count;
    predicted_[prediction] += count;
    if (truth == prediction) right_[truth] += count;
  }

  int num_classes() const { return static_cast<int>(truth_.size()); }
  int64_t total() const;
  int64_t right(int label) const { return right_[label]; }
  int64_t right() const;                                        // samples that were predicted right
  const std::vector<int64_t>& truth() const { return truth_; }  // samples of each class, [classes]

  ClassScores Scores(int label) const;

  // All in [0, 1]. Macro is the unweighted mean over all classes of the class map; empty classes
  // count as 0.
  double Accuracy() const;
  double BalancedAccuracy() const;  // = macro recall
  double MacroPrecision() const;
  double MacroF1() const;

  // Micro scores pool the decisions of all classes. With one label a sample, all three are the
  // accuracy.
  ClassScores MicroScores() const;

  // Means over classes by the share of their samples. The recall is the accuracy.
  ClassScores WeightedScores() const;

  // Cohen's kappa (Cohen 1960): (p - e) / (1 - e) for the accuracy p and the accuracy e that the
  // same predictions would reach if they were dealt out by chance. [-1, 1].
  double CohenKappa() const;

  // Matthews' correlation of truth and prediction, for any number of classes (Gorodkin 2004).
  // [-1, 1].
  double MatthewsCorrelation() const;

  // Classes that are neither a truth nor a prediction.
  int EmptyClasses() const;

 private:
  double MeanOver(double ClassScores::*score) const;

  std::vector<int64_t> right_, truth_, predicted_;  // [classes] each
};

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CLASS_COUNTS_H_
