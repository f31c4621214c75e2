#include "base/tensor_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mica {

TensorStatistics TensorStatisticsOf(absl::Span<const float> values) {
  TensorStatistics statistics;
  statistics.values = static_cast<int64_t>(values.size());
  statistics.min = std::numeric_limits<float>::infinity();
  statistics.max = -statistics.min;
  double sum = 0, squares = 0;
  for (const float value : values) {
    statistics.zeros += value == 0;
    statistics.positive += value > 0;
    statistics.not_finite += !std::isfinite(value);
    if (!std::isfinite(value)) continue;
    statistics.min = std::min(statistics.min, value);
    statistics.max = std::max(statistics.max, value);
    sum += value;
  }
  const double finite = static_cast<double>(statistics.values - statistics.not_finite);
  statistics.mean = sum / finite;
  // A second pass, because the difference of two large sums would lose a small deviation.
  for (const float value : values) {
    if (std::isfinite(value)) squares += (value - statistics.mean) * (value - statistics.mean);
  }
  statistics.std = std::sqrt(squares / finite);
  if (finite == 0) statistics.min = statistics.max = std::numeric_limits<float>::quiet_NaN();
  return statistics;
}

}  // namespace mica
