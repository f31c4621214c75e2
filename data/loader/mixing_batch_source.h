// MixUp and CutMix over the batches of another source.
//   MixingBatchSource mixed(std::move(batches), experiment.batch_mixing(), classes, seed);
// Sample i of a batch is mixed with sample i-1, the first with the last (as torchvision rolls a
// batch): images, all views alike, and targets. Draws are keyed by (seed, kMixing, epoch, batch),
// so an epoch that begins in the middle mixes as if it had begun at its start.
#ifndef MICA_DATA_LOADER_MIXING_BATCH_SOURCE_H_
#define MICA_DATA_LOADER_MIXING_BATCH_SOURCE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "data/loader/batch_mixing.pb.h"
#include "data/loader/batch_source.h"
#include "data/loader/mixing_draw.h"

namespace mica {

class MixingBatchSource : public BatchSource {
 public:
  // `config` is valid. Every sample must have a label below `classes`.
  MixingBatchSource(std::unique_ptr<BatchSource> source, const BatchMixingConfig& config, int classes, uint64_t seed);

  // A mixed batch has targets, f32 [N,classes], and its labels name the class with the larger
  // share, the sample's own if they are equal. A batch that nothing is mixed in is the source's
  // own.
  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override;
  absl::StatusOr<bool> Next(Batch* batch) override;
  ImageShape image_shape() const override { return source_->image_shape(); }
  int64_t samples_per_epoch() const override { return source_->samples_per_epoch(); }
  int64_t batches_per_epoch() const override { return source_->batches_per_epoch(); }

 private:
  // One for all samples, or one for each.
  std::vector<MixingDraw> Draw(const Batch& batch) const;

  const std::unique_ptr<BatchSource> source_;
  const BatchMixingConfig config_;
  const int classes_;
  const uint64_t seed_;
  int64_t epoch_ = 0;
  int64_t next_batch_ = 0;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_MIXING_BATCH_SOURCE_H_
