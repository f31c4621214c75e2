// Batches of pictures that are read, decoded and augmented by threads, ahead of their reader.
//   DecodingBatchSource train(pipeline, order, options);
// The order of samples and what becomes of each depend on seeds, epochs and ids alone: not on the
// number of threads, nor on the batch size. Batches' memory is used again once nobody holds them,
// so a source takes that of prefetch_batches + 1 or 2 batches.
#ifndef MICA_DATA_LOADER_DECODING_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_DECODING_BATCH_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/loader/batch_source.h"
#include "data/loader/failed_sample.h"
#include "data/loader/ordered_prefetch.h"
#include "data/loader/picture_pipeline.h"
#include "data/loader/sample_order.h"

namespace mica {

class DecodingBatchSource : public BatchSource {
 public:
  struct Options {
    int threads = 1;           // at least 1
    int prefetch_batches = 4;  // at least 1
    double timeout_seconds = 120;

    // Whether an epoch is followed by the next one, which is then begun while nobody reads. If not,
    // memory is given back at an epoch's end.
    bool prepares_next_epoch = false;

    // Images are u8, not normalised, for NormalisingBatchSource; in page-locked memory, from which
    // a GPU copies, if `pinned`.
    bool as_bytes = false;
    bool pinned = false;

    // Samples that cannot be prepared are left out of their batches and listed by failed(), instead
    // of ending with an error. Batches are then smaller, and an epoch may have fewer.
    bool leaves_out_failures = false;
  };

  // Starts no thread before the first epoch. The pipeline's index must outlive the source.
  DecodingBatchSource(std::shared_ptr<const PicturePipeline> pipeline, SampleOrder order, const Options& options);
  ~DecodingBatchSource() override;

  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override;
  absl::StatusOr<bool> Next(Batch* batch) override;
  ImageShape image_shape() const override { return pipeline_->output(); }
  int64_t samples_per_epoch() const override { return order_.samples_per_epoch(); }
  int64_t batches_per_epoch() const override { return order_.batches_per_epoch(); }

  // Since the epoch's start, in the order of samples.
  const std::vector<FailedSample>& failed() const { return failed_; }

 private:
  class Work;

  const std::shared_ptr<const PicturePipeline> pipeline_;
  const SampleOrder order_;
  const Options options_;
  const std::shared_ptr<Work> work_;
  OrderedPrefetch prefetch_;
  std::vector<FailedSample> failed_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_DECODING_BATCH_SOURCE_H_
