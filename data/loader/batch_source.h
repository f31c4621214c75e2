// Batches of a split, epoch after epoch.
//   MICA_RETURN_IF_ERROR(source->StartEpoch(/*epoch=*/1, /*first_batch=*/0));
//   for (Batch batch;;) {
//     MICA_ASSIGN_OR_RETURN(const bool there_is_one, source->Next(&batch));
//     if (!there_is_one) break;
//     …
//   }
// Sources can wrap others: one that mixes or uploads batches is a BatchSource over a BatchSource,
// and its reader does not notice.
#ifndef MICA_DATA_LOADER_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_BATCH_SOURCE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/batch/batch.h"
#include "data/index/image_shape.h"

namespace mica {

// Single-thread. What an epoch delivers depends only on the seed and the epoch's number.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  // Goes to a batch of an epoch; epochs count from 1, batches from 0. Skips the batches before it
  // without preparing them.
  virtual absl::Status StartEpoch(int64_t epoch, int64_t first_batch) = 0;

  // Puts the next batch into *batch, or returns false at the end of the epoch. Errors name the
  // sample that cannot be delivered (exit code 3).
  virtual absl::StatusOr<bool> Next(Batch* batch) = 0;

  virtual ImageShape image_shape() const = 0;  // of every image
  virtual int64_t samples_per_epoch() const = 0;
  virtual int64_t batches_per_epoch() const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_BATCH_SOURCE_H_
