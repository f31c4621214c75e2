#include "eval/metrics/metric_interval.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/scored_samples.h"

namespace mica {
namespace {

// Macro means of counts. Those of rankings leave empty classes out.
bool CountsEmptyClassesAsZero(absl::string_view name) {
  return name == "balanced_accuracy" || name == "macro_recall" || name == "macro_precision" || name == "macro_f1";
}

// Of classes that have samples.
double ShareOfClasses(absl::Span<const ScoredSample> samples, int num_classes) {
  const std::vector<int64_t> truth = CountClasses(samples, num_classes).truth();
  const auto present = std::count_if(truth.begin(), truth.end(), [](int64_t count) { return count > 0; });
  return static_cast<double>(present) / num_classes;
}

}  // namespace

Interval MetricInterval(const PredictionTable& predictions, absl::string_view name, const BootstrapOptions& options) {
  const std::vector<ScoredSample> samples = ScoreSamples(predictions);
  const double whole = ComputeMetric(predictions, samples, name);
  if (std::isnan(whole)) return {whole, whole};
  const bool is_macro = CountsEmptyClassesAsZero(name);
  const double whole_share = is_macro ? ShareOfClasses(samples, predictions.num_classes()) : 1;
  std::vector<ScoredSample> resample(samples.size());
  const auto metric = [&](absl::Span<const int64_t> drawn) {
    for (size_t i = 0; i < drawn.size(); ++i) resample[i] = samples[drawn[i]];
    const double value = ComputeMetric(predictions, resample, name);
    return is_macro ? value / ShareOfClasses(resample, predictions.num_classes()) * whole_share : value;
  };
  return BootstrapInterval(static_cast<int64_t>(samples.size()), metric, options);
}

}  // namespace mica
