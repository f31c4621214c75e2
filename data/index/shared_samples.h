// Samples that stand in two splits: a model is then tested on what it was trained on.
#ifndef MICA_DATA_INDEX_SHARED_SAMPLES_H_
#define MICA_DATA_INDEX_SHARED_SAMPLES_H_

#include <cstdint>
#include <utility>

#include "data/index/dataset_index.h"

namespace mica {

struct SharedSamples {
  int64_t samples = 0;  // of the split
  int64_t shared = 0;   // of them, those that are a training sample too

  // If some are shared, the first: its id, and that of the first training sample that it is.
  std::pair<int64_t, int64_t> first;
};

// Compares the bytes, whatever the labels, of samples whose files are in memory, and the paths of
// others, with the members' names where files pack pictures. Thread-safe.
// Fashion-MNIST's 70,000 samples take about 10 ms.
SharedSamples FindSharedSamples(const DatasetIndex& index, Split split);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SHARED_SAMPLES_H_
