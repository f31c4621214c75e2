// Batches of bytes become normalised numbers on the device where the model computes: a quarter of
// the bytes go there, and the processor is spared the work.
//   NormalisingBatchSource batches(std::move(u8_batches), {{view.mean(), view.std()}}, device);
#ifndef MICA_DATA_LOADER_NORMALISING_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_NORMALISING_BATCH_SOURCE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "data/loader/batch_source.h"

namespace mica {

class NormalisingBatchSource : public BatchSource {
 public:
  // Of each view, in the order of `images` and more_views.
  struct Statistics {
    std::array<float, 3> mean;
    std::array<float, 3> std;
  };

  // `source` gives images u8 [N,C,H,W], as many views as there are statistics.
  NormalisingBatchSource(std::unique_ptr<BatchSource> source, std::vector<Statistics> statistics, c10::Device device);

  // Images are (byte / 255 - mean) / std, f32, on the device; all else is the source's.
  absl::StatusOr<bool> Next(Batch* batch) override;
  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override { return source_->StartEpoch(epoch, first_batch); }
  ImageShape image_shape() const override { return source_->image_shape(); }
  int64_t samples_per_epoch() const override { return source_->samples_per_epoch(); }
  int64_t batches_per_epoch() const override { return source_->batches_per_epoch(); }

 private:
  struct OnDevice {
    at::Tensor mean, std;  // f32 [1,C,1,1]
  };

  at::Tensor Normalised(const at::Tensor& images, const OnDevice& statistics) const;

  const std::unique_ptr<BatchSource> source_;
  const std::vector<Statistics> statistics_;
  const c10::Device device_;
  std::vector<OnDevice> on_device_;  // one a view, made for the first batch
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_NORMALISING_BATCH_SOURCE_H_
