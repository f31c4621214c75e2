// How well each class's probability ranks its samples before all others, whatever the threshold:
// area under the ROC curve (AUROC) and average precision, one class against the rest.
//   const std::vector<ScoredSample> samples = ScoreSamples(predictions);
//   const RankingMetrics ranking = ComputeRankingMetrics(predictions, samples);
//   ranking.classes[6].auroc == 0.979, ranking.macro_auroc == 0.991
//   for (const RocPoint& point : RocCurve(predictions, samples, /*label=*/6)) …
// A sample's score for a class is its probability, softmax in double. Scores tie if they are equal
// doubles; tied samples pass a threshold together, as in scikit-learn. Does not depend on the order
// of the samples. A row without probabilities (NaN or +infinity among its logits) can be ranked for
// no class: the metrics are NaN then and the curves empty. Thread-safe.
#ifndef MICA_EVAL_METRICS_RANKING_METRICS_H_
#define MICA_EVAL_METRICS_RANKING_METRICS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

struct ClassRanking {
  int64_t positives = 0;  // samples of the class
  int64_t negatives = 0;  // all others

  // The probability that a sample of the class scores above one of another class, ties counting
  // half. [0, 1], .5 by chance. NaN without positives or negatives.
  double auroc = 0;

  // The sum over thresholds, from the highest down, of (recall - recall before) x precision. No
  // interpolation. (0, 1], about the share of positives by chance. NaN as auroc.
  double average_precision = 0;
};

struct RankingMetrics {
  std::vector<ClassRanking> classes;  // [classes]

  // Classes that have no positives or no negatives, ascending. The means leave them out.
  std::vector<int> left_out;

  // Macro is the unweighted mean over the other classes, weighted that by their positives. NaN if
  // there are no other classes.
  double macro_auroc = 0;
  double weighted_auroc = 0;
  double macro_average_precision = 0;
  double weighted_average_precision = 0;
};

// Only the samples of a class are sorted, the others counted between them: 10,000 x 10 take about 7
// ms, 10,000 x 1,000 a second, with the scores.
RankingMetrics ComputeRankingMetrics(const PredictionTable& predictions);

// The same of chosen samples of the table, some of them several times.
RankingMetrics ComputeRankingMetrics(const PredictionTable& predictions, absl::Span<const ScoredSample> samples);

// Positive are the samples with a probability of at least the threshold.
struct RocPoint {
  double false_positive_rate = 0;  // [0, 1]
  double true_positive_rate = 0;   // [0, 1]
  double threshold = 0;            // [0, 1]; +infinity for the first point
};

struct PrecisionRecallPoint {
  double recall = 0;     // [0, 1]
  double precision = 0;  // [0, 1]
  double threshold = 0;  // [0, 1]; +infinity for the first point
};

// The curves of a class, from the highest threshold to the lowest. The first ROC point is (0, 0),
// the last (1, 1). The first point of precision and recall is (0, 1) by convention, the last has
// recall 1. Points that do not change the picture are left out (curve_thinning.h). Empty without
// positives or negatives. `samples` are as above. max_points >= 2.
std::vector<RocPoint> RocCurve(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, int label, int max_points = 300);
std::vector<PrecisionRecallPoint> PrecisionRecallCurve(const PredictionTable& predictions, absl::Span<const ScoredSample> samples,
                                                       int label, int max_points = 300);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_RANKING_METRICS_H_
