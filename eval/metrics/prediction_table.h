// A model's output for every sample of a split: the one source of all metrics, plots and prediction
// files.
//   PredictionTable predictions(/*num_classes=*/3);
//   predictions.Add(/*record_id=*/7, /*label=*/0, {2, 1, 0});
//   predictions.NegativeLogLikelihood(0) == 0.4076059644
// Keeps the logits as the model gave them (f32) and computes the rest in double. Any finite logits
// are fine. NaN ranks as the lowest logit; probabilities and likelihoods of a row with NaN or
// +infinity are NaN. Thread-compatible.
#ifndef MICA_EVAL_METRICS_PREDICTION_TABLE_H_
#define MICA_EVAL_METRICS_PREDICTION_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace mica {

// How well one sample was predicted.
struct SampleScores {
  int prediction = 0;
  // Classes that rank before the label, 0 … classes-1; of equal logits the lower class is first.
  int label_rank = 0;
  double confidence = 0;  // probability of the prediction, [1 / classes, 1]
  double nll = 0;         // nats, >= 0
  double brier = 0;       // sum over classes of (probability - truth)^2, [0, 2]
};

class PredictionTable {
 public:
  explicit PredictionTable(int num_classes) : num_classes_(num_classes) {}

  // `logits` holds one unnormalised score for each class; 0 <= label < num_classes, or -1 for a
  // sample whose class is not known. Metrics leave such samples out.
  void Add(int64_t record_id, int label, absl::Span<const float> logits);
  void Reserve(int64_t samples);

  int num_classes() const { return num_classes_; }
  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t record_id(int64_t row) const { return record_ids_[row]; }
  int label(int64_t row) const { return labels_[row]; }
  bool is_labelled(int64_t row) const { return labels_[row] >= 0; }
  absl::Span<const float> logits(int64_t row) const;

  // The class of the largest logit; of equals the lower class.
  int prediction(int64_t row) const;

  // softmax(logits), computed in double.
  std::vector<double> Probabilities(int64_t row) const;

  // -ln softmax(logits)[label], in nats, without overflow. The sample is labelled.
  double NegativeLogLikelihood(int64_t row) const;

  // The k classes with the largest logits (all if k is larger), largest first; equal ones in the
  // order of their classes.
  std::vector<int> TopClasses(int64_t row, int k) const;

  // Prediction, rank and losses of a labelled sample, in one pass without allocating.
  SampleScores Scores(int64_t row) const;

 private:
  int num_classes_;
  std::vector<int64_t> record_ids_;
  std::vector<int> labels_;
  std::vector<float> logits_;  // row after row
};

}  // namespace mica

#endif  // MICA_EVAL_METRICS_PREDICTION_TABLE_H_
