// The table of weights of `mica summary --statistics`. Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_STATISTICS_TABLE_H_
#define MICA_EXPERIMENTS_SUMMARY_STATISTICS_TABLE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/tensor_statistics.h"

namespace mica {

// A tensor that is trained.
struct WeightStatistics {
  std::string tensor;        // "conv1.weight"
  TensorStatistics drawn;    // as its layer draws it
  TensorStatistics initial;  // as training begins with it
  bool is_as_drawn = false;  // no rule and no file changed a value
};

// A line for each tensor that is as its layer draws it, two for the others.
//   tensor        values  weights                 mean     std …
//   conv1.weight    9408  as its layer draws it  …
//   fc.weight       1024  as its layer draws it  …
//                         as training begins     …
std::string WeightTable(absl::Span<const WeightStatistics> weights);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_STATISTICS_TABLE_H_
