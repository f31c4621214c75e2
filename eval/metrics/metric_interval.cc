#include "eval/metrics/metric_interval.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

Interval MetricInterval(const PredictionTable& predictions, absl::string_view name, const BootstrapOptions& options) {
  const std::vector<ScoredSample> samples = ScoreSamples(predictions);
  const double whole = ComputeMetric(predictions, samples, name);
  if (std::isnan(whole)) return {whole, whole};
  std::vector<ScoredSample> resample(samples.size());
  const auto metric = [&](absl::Span<const int64_t> drawn) {
    for (size_t i = 0; i < drawn.size(); ++i) resample[i] = samples[drawn[i]];
    return ComputeMetric(predictions, resample, name);
  };
  return BootstrapInterval(static_cast<int64_t>(samples.size()), metric, options);
}

}  // namespace mica
