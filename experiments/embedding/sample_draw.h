// Some samples of a split, for what takes too long with all of them.
//   const std::vector<int64_t> ids = DrawSamples(index, Split::kTest, 10'000, /*seed=*/1);
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_EMBEDDING_SAMPLE_DRAW_H_
#define MICA_EXPERIMENTS_EMBEDDING_SAMPLE_DRAW_H_

#include <cstdint>
#include <vector>

#include "data/index/dataset_index.h"

namespace mica {

// Ids, ascending: all if the split has no more than `count`. Otherwise `count` at random by the
// seed, of each class the share that it has in the split: rounded down, and what is left goes one
// each to the largest remainders (of equals to the lower class). Those without labels count as one
// class.
std::vector<int64_t> DrawSamples(const DatasetIndex& index, Split split, int64_t count, uint64_t seed);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_EMBEDDING_SAMPLE_DRAW_H_
