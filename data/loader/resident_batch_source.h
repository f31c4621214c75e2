// Batches straight from resident raw files (dataset_index.h). Gathering a batch takes microseconds,
// so threads would only add overhead.
//   ResidentBatchSource::Options options;
//   options.batch_size = 32;
//   ResidentBatchSource train(index, Split::kTrain, options);
#ifndef MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"
#include "data/loader/sample_order.h"

namespace mica {

class ResidentBatchSource : public BatchSource {
 public:
  struct Options {
    int64_t batch_size = 1;  // at least 1
    bool shuffle = false;    // otherwise in the order of ids
    bool drop_last = false;
    uint64_t seed = 0;  // of the shuffled order
  };

  // Delivers the records of `split`. `index` is borrowed and must outlive the source. All its files
  // must be resident and raw, and their samples must have one shape.
  ResidentBatchSource(const DatasetIndex& index, Split split, const Options& options);

  // The records of any order, with images (byte / 255 - mean) / std for each channel.
  ResidentBatchSource(const DatasetIndex& index, SampleOrder order, const std::array<float, 3>& mean = {0, 0, 0},
                      const std::array<float, 3>& std = {1, 1, 1});

  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override;
  absl::StatusOr<bool> Next(Batch* batch) override;
  ImageShape image_shape() const override { return shape_; }
  int64_t samples_per_epoch() const override { return order_.samples_per_epoch(); }
  int64_t batches_per_epoch() const override { return order_.batches_per_epoch(); }

 private:
  const DatasetIndex& index_;
  const ImageShape shape_;
  const SampleOrder order_;
  std::vector<std::array<float, 256>> values_;  // of bytes, for each channel; empty: byte / 255
  std::vector<SampleTurn> turns_;               // of this epoch
  int64_t next_batch_ = 0;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_RESIDENT_BATCH_SOURCE_H_
