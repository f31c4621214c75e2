// The metrics of a split as named values, in the order used in files.
//   const MetricSet metrics = ComputeMetrics(predictions);
//   metrics.Get("accuracy") == 0.8834
//   ComputeMetrics(predictions, {"kappa", "top3_accuracy"}).Get("kappa")
// The names say which average is taken. loss and nll (mean negative log likelihood, nats), brier
// (sum of squares over classes, mean over samples) and ece (expected calibration error: 15 equal
// bins of the top-1 confidence, l1) need probabilities; the others follow from the confusion
// matrix. All are exact over samples, never means of batch means. loss is plain cross-entropy
// whatever the training loss was, so runs can be compared. Sums go row by row: another order of the
// rows may change the last digits. A row with NaN or +infinity makes loss, nll, brier and ece NaN.
//
// More metrics on request, with the header that defines each:
//   class_counts.h: kappa, mcc, weighted_precision, weighted_f1
//   ranking_metrics.h: macro_auroc, weighted_auroc, macro_average_precision,
//       weighted_average_precision
//   calibration.h: mce, rmsce, ece_equal_mass
//   selective_prediction.h: aurc
//   top2_accuracy, top3_accuracy, …: truth among the k largest logits, as top5_accuracy
// All but the first line's and the last's need probabilities and become NaN as ece does.
#ifndef MICA_EVAL_METRICS_METRIC_SET_H_
#define MICA_EVAL_METRICS_METRIC_SET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eval/metrics/prediction_table.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

struct Metric {
  std::string name;
  double value = 0;
};

struct MetricSet {
  std::vector<Metric> values;

  double Get(absl::string_view name) const;  // the name must exist
};

// loss, accuracy, balanced_accuracy, macro_precision, macro_recall, macro_f1, top5_accuracy, nll,
// brier, ece. Needs at least one sample. Linear in samples x classes: 10,000 x 10 take about 2 ms.
MetricSet ComputeMetrics(const PredictionTable& predictions);

// The names above, in order: the columns of metrics.csv and summary.csv.
const std::vector<std::string>& MetricNames();

// Those and then the extra ones, in their order. IsMetricName holds for each.
MetricSet ComputeMetrics(const PredictionTable& predictions, absl::Span<const std::string> extra);

// Whether there is a metric of that name, standard or extra.
bool IsMetricName(absl::string_view name);

// One metric of chosen samples of the table, some of them perhaps several times. IsMetricName(name)
// holds, and there is at least one sample.
double ComputeMetric(const PredictionTable& predictions, absl::Span<const ScoredSample> samples, absl::string_view name);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_METRIC_SET_H_
