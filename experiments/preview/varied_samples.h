// A few samples that show what a data set holds.
//   VariedSamples(index, {7, 3, 12, …}, 8)  // ids: one of each class, then a second of each, …
#ifndef MICA_EXPERIMENTS_PREVIEW_VARIED_SAMPLES_H_
#define MICA_EXPERIMENTS_PREVIEW_VARIED_SAMPLES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "data/index/dataset_index.h"

namespace mica {

// At most `count` ids out of `ids`, each once. The first of each class in order of appearance, then
// the second of each class, and so on; those without labels count as one class.
std::vector<int64_t> VariedSamples(const DatasetIndex& index, absl::Span<const int64_t> ids, int64_t count);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_VARIED_SAMPLES_H_
