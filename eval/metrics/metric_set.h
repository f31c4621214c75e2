// The metrics of a split as named values, in the order used in files.
//   const MetricSet metrics = ComputeMetrics(predictions);
//   metrics.Get("accuracy") == 0.8834
// The names say which average is taken. loss and nll (mean negative log likelihood, nats), brier
// (sum of squares over classes, mean over samples) and ece (expected calibration error: 15 equal
// bins of the top-1 confidence, l1) need probabilities; the others follow from the confusion
// matrix. All are exact over samples, never means of batch means. loss is plain cross-entropy
// whatever the training loss was, so runs can be compared. Sums go row by row: another order of the
// rows may change the last digits. A row with NaN or +infinity makes loss, nll, brier and ece NaN.
#ifndef MICA_EVAL_METRICS_METRIC_SET_H_
#define MICA_EVAL_METRICS_METRIC_SET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "eval/metrics/prediction_table.h"

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

// Expected calibration error with another number of bins: sum over bins of n_b/N |accuracy_b - mean
// confidence_b|. Bin b of B holds b/B <= confidence < (b+1)/B; the last also holds 1. Needs at
// least one sample.
double ExpectedCalibrationError(const PredictionTable& predictions, int bins);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_METRIC_SET_H_
