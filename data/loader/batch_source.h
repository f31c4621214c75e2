// Batches of a split, epoch after epoch.
//   source->StartEpoch(1);
//   for (Batch batch; source->Next(&batch);) Train(batch);
#ifndef MICA_DATA_LOADER_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_BATCH_SOURCE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mica {

struct Batch {
  at::Tensor images;  // f32 [N,C,H,W], channels_last, values in [0,1], on the CPU
  at::Tensor labels;  // i64 [N], 0 … classes-1
  at::Tensor ids;     // i64 [N], ImageRecord::id

  int64_t size() const { return labels.size(0); }
};

// Single-thread. What an epoch delivers depends on the seed and the epoch's number alone.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  // Goes to the first batch of an epoch; epochs count from 1.
  virtual void StartEpoch(int64_t epoch) = 0;

  // The next batch into *batch, or false at the end of the epoch.
  virtual bool Next(Batch* batch) = 0;

  virtual int64_t samples_per_epoch() const = 0;
  virtual int64_t batches_per_epoch() const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_BATCH_SOURCE_H_
