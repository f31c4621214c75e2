// The metrics that a config asks for beyond the standard ones, by the names of metric_set.h.
//   const std::vector<std::string> extra = ExtraMetricNames(config);  // {"kappa", "top3_accuracy"}
//   const MetricSet metrics = ComputeMetrics(predictions, extra);
#ifndef MICA_EVAL_METRICS_EXTRA_METRIC_NAMES_H_
#define MICA_EVAL_METRICS_EXTRA_METRIC_NAMES_H_

#include <string>
#include <vector>

#include "eval/metrics/metrics.pb.h"

namespace mica {

// First those of `extra`, then those of `top_k`, each in the config's order: the order of columns.
// The config is valid (metrics_validation.h).
std::vector<std::string> ExtraMetricNames(const MetricsConfig& config);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_EXTRA_METRIC_NAMES_H_
