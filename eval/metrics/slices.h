// The metrics of groups of samples: by camera, by source, by the size of the picture. A good mean
// can hide a group for which the model is useless.
//   for (const SliceScores& slice : ScoreSlices(samples)) …
//   // {"cam-2", 412 samples, accuracy .83 [.79, .86], loss .61}
#ifndef MICA_EVAL_METRICS_SLICES_H_
#define MICA_EVAL_METRICS_SLICES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/intervals.h"

namespace mica {

struct SliceScores {
  std::string name;
  int64_t samples = 0;  // at least 1
  int64_t right = 0;
  double accuracy = 0;         // [0, 1]
  Interval accuracy_interval;  // Wilson's, 95 %
  double loss = 0;             // mean, nats; NaN if one of them is
};

// A labelled sample.
struct SlicedSample {
  std::string slice;
  bool is_right = false;
  double loss = 0;  // nats
};

// By name, in the order of its bytes.
std::vector<SliceScores> ScoreSlices(absl::Span<const SlicedSample> samples);

}  // namespace mica

#endif  // MICA_EVAL_METRICS_SLICES_H_
