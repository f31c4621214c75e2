// What the values of a tensor look like: of weights, of a layer's output.
//   const TensorStatistics statistics = TensorStatisticsOf(values);
//   statistics.mean, statistics.std …
// Torch-free, thread-safe.
#ifndef MICA_BASE_TENSOR_STATISTICS_H_
#define MICA_BASE_TENSOR_STATISTICS_H_

#include <cstdint>

#include "absl/types/span.h"

namespace mica {

// Mean, std, min and max are those of the finite values; NaN if there are none.
struct TensorStatistics {
  int64_t values = 0;  // all of them
  double mean = 0;
  double std = 0;  // over the number of values, not one less
  float min = 0;
  float max = 0;
  int64_t zeros = 0;
  int64_t positive = 0;    // above 0, infinity included
  int64_t not_finite = 0;  // NaN and infinities
};

TensorStatistics TensorStatisticsOf(absl::Span<const float> values);

}  // namespace mica

#endif  // MICA_BASE_TENSOR_STATISTICS_H_
