// Counts of values in TensorBoard's default buckets, whose limits grow by 10 %: ..., -1.1e-12,
// -1e-12, 0, 1e-12, 1.1e-12, ..., as TensorFlow's histograms have them.
//   file->AddHistogram("Weights/conv1.weight", time, CountIntoBuckets(weights));
// Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_HISTOGRAM_BUCKETS_H_
#define MICA_VIZ_TENSORBOARD_HISTOGRAM_BUCKETS_H_

#include <vector>

#include "absl/types/span.h"

namespace mica {

// Bucket i holds the values from limits[i-1] (of the first bucket: from min) to below limits[i].
struct HistogramBuckets {
  double min = 0;  // min and max are 0 without values
  double max = 0;
  double count = 0;
  double sum = 0;
  double sum_squares = 0;
  std::vector<double> limits;  // growing
  std::vector<double> counts;  // as many as limits, at least one
};

// The 1551 limits in growing order. The outermost are the least and the largest double.
const std::vector<double>& DefaultBucketLimits();

// Values that are not finite are left out. Neighbouring buckets without values become one. Takes
// some 6 ns a value, a ninth of what a search for the bucket takes.
HistogramBuckets CountIntoBuckets(absl::Span<const float> values);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_HISTOGRAM_BUCKETS_H_
