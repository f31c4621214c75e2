// Checks which metrics are asked for.
//   ValidateMetricsConfig(config, "evaluation.metrics", &problems);
#ifndef MICA_EVAL_METRICS_METRICS_VALIDATION_H_
#define MICA_EVAL_METRICS_METRICS_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "eval/metrics/metrics.pb.h"

namespace mica {

void ValidateMetricsConfig(const MetricsConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_METRICS_VALIDATION_H_
