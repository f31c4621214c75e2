// Whether confidences can be believed: of the samples predicted with confidence .8, are 80 % right?
// And temperature scaling, which mends it afterwards (Guo et al. 2017, "On Calibration of Modern
// Neural Networks").
//   const Reliability reliability = EqualWidthReliability(ScoreSamples(validation));
//   reliability.ExpectedError() == 0.043
//   MICA_ASSIGN_OR_RETURN(const double temperature, FitTemperature(validation));
//   const PredictionTable calibrated = WithTemperature(test, temperature);
// The confidence is the probability of the prediction. Only top-1 calibration is looked at. Fit a
// temperature on samples that the model was not trained on, and judge it on yet others.
// Thread-safe.
#ifndef MICA_EVAL_METRICS_CALIBRATION_H_
#define MICA_EVAL_METRICS_CALIBRATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

constexpr int kReliabilityBins = 15;

// Samples of like confidence.
struct ReliabilityBin {
  double low = 0;   // confidences that belong here, [0, 1]
  double high = 0;  // not itself among them in bins of equal width, but for 1
  int64_t samples = 0;
  int64_t right = 0;
  double confidence_sum = 0;

  double accuracy() const;    // [0, 1]; 0 without samples
  double confidence() const;  // the mean, [0, 1]; 0 without samples
};

struct Reliability {
  std::vector<ReliabilityBin> bins;  // by ascending confidence
  int64_t without_confidence = 0;    // samples with NaN or +infinity among their logits, in no bin

  // How far accuracy a_b and mean confidence c_b of the bins lie apart, with n_b of N samples in
  // bin b. All in [0, 1]. NaN if a sample has no confidence, or without samples.
  double ExpectedError() const;        // ECE   = sum_b n_b/N |a_b - c_b|   (Naeini et al. 2015)
  double MaximumError() const;         // MCE   = max_b |a_b - c_b|
  double RootMeanSquareError() const;  // RMSCE = sqrt(sum_b n_b/N (a_b - c_b)^2)
};

// Bin b of B holds b/B <= confidence < (b+1)/B; the last also holds 1. Empty ones are there, so
// that there are always B. bins >= 1.
Reliability EqualWidthReliability(absl::Span<const ScoredSample> samples, int bins = kReliabilityBins);

// Bins with the same number of samples, as nearly as possible: bin b begins with rank b N/B in
// ascending order. Equal confidences stay together in the bin of the first of them, so there may be
// fewer bins. `low` and `high` are the least and the largest confidence in the bin. bins >= 1.
Reliability EqualMassReliability(absl::Span<const ScoredSample> samples, int bins = kReliabilityBins);

// The expected error with bins of equal width. Needs at least one labelled sample.
double ExpectedCalibrationError(const PredictionTable& predictions, int bins);

// The metrics that a temperature changes; it leaves the order of classes and so the accuracy alone.
struct CalibrationScores {
  double nll = 0;             // nats, mean over samples
  double brier = 0;           // [0, 2], mean over samples
  double ece = 0;             // of 15 bins of equal width
  double ece_equal_mass = 0;  // of 15 bins of equal mass
  double mce = 0;             // of 15 bins of equal width
  double rmsce = 0;           // of 15 bins of equal width
};

// NaN throughout without samples or if one has no confidence.
CalibrationScores ScoreCalibration(absl::Span<const ScoredSample> samples);

// The T > 0 for which softmax(z / T) has the least mean negative log likelihood. That is a convex
// function of 1/T; its zero slope is found by Newton's method within a shrinking bracket, to 1e-10
// of T, and depends on nothing but the table. T > 1 says that the model was too sure.
// A DataError with the reason where no T in [1e-6, 1e6] is best: no labelled sample, one class, a
// sample of infinite or NaN loss, no sample predicted wrong (the surer the better, T -> 0), a model
// no better than chance (the less sure the better, T -> infinity), or logits of an absurd size.
// About 10 passes over samples x classes: 10,000 x 10 take about 10 ms.
absl::StatusOr<double> FitTemperature(const PredictionTable& predictions);

// The table with logits (z - max z) / T, so that each row's largest is 0 and stays the largest.
// Rows whose largest logit is infinite or NaN are divided only. One pass; a second table in memory.
// T is > 0 and finite.
PredictionTable WithTemperature(const PredictionTable& predictions, double temperature);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CALIBRATION_H_
