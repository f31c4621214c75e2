// What the network gets of samples in an evaluation, as pictures for people: for sheets of many
// small ones, and beside heat maps.
//   MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures,
//                         NetworkPictures(index, decode, eval_transforms, ids, /*cell_px=*/32));
// Torch-free.
#ifndef MICA_EXPERIMENTS_PREVIEW_NETWORK_PICTURES_H_
#define MICA_EXPERIMENTS_PREVIEW_NETWORK_PICTURES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/augment/transform_pipeline.h"
#include "data/decode/decode.pb.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"

namespace mica {

// In the order of `ids`, each fitted into a cell of that side (FitIntoCell), at least 16. On as
// many threads as there are processors. An error names the sample that cannot be read.
absl::StatusOr<std::vector<Picture>> NetworkPictures(const DatasetIndex& index, const DecodeConfig& decode,
                                                     const TransformList& eval_transforms, absl::Span<const int64_t> ids, int cell_px);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_NETWORK_PICTURES_H_
