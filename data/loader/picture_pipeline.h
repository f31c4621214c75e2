// The way of a sample from its bytes to the network's input: the only one, for training,
// evaluation, prediction and previews.
//   const auto pipeline = PicturePipeline::Create(index, decode, views, options).value();
//   PipelineScratch scratch(*pipeline);  // one a thread
//   MICA_RETURN_IF_ERROR(pipeline->Prepare(record, epoch, /*copy=*/0, &scratch, {output}));
// bytes -> header -> size -> draws -> only the part that is needed is decoded -> resampling, flips,
// colours, normalisation. Packed pixels (IDX, CIFAR) go the same way without being decoded. Several
// views of a sample, each with transforms and draws of its own, share one decoding of all that they
// need.
// What a sample becomes depends on the seed, the epoch, its id, its copy and its view alone.
#ifndef MICA_DATA_LOADER_PICTURE_PIPELINE_H_
#define MICA_DATA_LOADER_PICTURE_PIPELINE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/rng.h"
#include "data/augment/transform_pipeline.h"
#include "data/decode/region_decoder.h"
#include "data/index/dataset_index.h"
#include "data/index/image_shape.h"
#include "data/loader/abandonable_wait.h"
#include "data/loader/decoded_pictures.h"
#include "data/loader/sample_decoder.h"

namespace mica {

// How a view of each sample is made.
struct ViewTransforms {
  const TransformList* transforms;
  std::string path;  // in the experiment, for messages: "train_transforms"
};

class PicturePipeline;

// What a thread keeps from sample to sample, so that it takes no memory for one: an open file, its
// bytes, decoded pixels, draws.
class PipelineScratch {
 public:
  // `wait`, if any, is told of reads that may hang; it is borrowed.
  explicit PipelineScratch(const PicturePipeline& pipeline, AbandonableWait* wait = nullptr);

  // Of the sample that was prepared last: the size of its whole picture, upright, and what was
  // drawn.
  PictureSize size() const { return size_; }
  const DrawnTransforms& drawn(int view) const { return drawn_[view]; }

 private:
  friend class PicturePipeline;

  AbandonableWait* const wait_;
  SampleDecoderScratch decoder_;
  PictureSize size_;
  PicturePart part_;
  PicturePart whole_;  // where a picture is decoded for the cache
  std::vector<DrawnTransforms> drawn_;
  TransformScratch transform_;
};

// Immutable, so thread-safe.
class PicturePipeline {
 public:
  struct Options {
    uint64_t seed = 0;
    RngStream stream = RngStream::kAugmentation;  // of the draws
    std::shared_ptr<DecodedPictures> cache;       // may be null

    // Decodes as for a cache, whether there is one or not: no picture at a fraction of its size,
    // whatever DecodeConfig.jpeg_reduction says.
    bool decodes_whole = false;
  };

  // `index` is borrowed; all else has been validated. At least one view. ConfigError, with what to
  // add, if not all pictures get one size (index.common_size counts), or not all views the same.
  static absl::StatusOr<std::shared_ptr<const PicturePipeline>> Create(const DatasetIndex& index, const DecodeConfig& decode,
                                                                       absl::Span<const ViewTransforms> views, Options options);

  // Writes each view of the sample to its output: f32 HWC, or u8 HWC of all but the normalisation.
  // Errors: DataError "PATH: reason"; kCancelled if the scratch's wait was given up.
  absl::Status Prepare(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                       absl::Span<float* const> outputs) const;
  absl::Status PrepareBytes(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                            absl::Span<uint8_t* const> outputs) const;

  // Where a sample's pixels come from, for messages: "PATH", or "PATH, decoded in CACHE" if the
  // cache has it in a file.
  std::string NameOf(const ImageRecord& record) const;

  // The whole picture, upright, as the transforms see it: `whole->pixels`.
  absl::Status Decode(const ImageRecord& record, PipelineScratch* scratch, PicturePart* whole) const;

  ImageShape output() const { return {decoder_.channels(), output_.height_px, output_.width_px}; }  // of every view
  int views() const { return static_cast<int>(views_.size()); }
  const TransformPipeline& view(int i) const { return views_[i]; }
  const SampleDecoder& decoder() const { return decoder_; }

 private:
  PicturePipeline(const DatasetIndex& index, const DecodeConfig& decode, Options options);

  // Draws, and fetches the part of the picture that the draws need into scratch->part_.
  absl::Status Fetch(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch, PictureRegion* fetched) const;
  absl::Status FetchCached(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch, PictureRegion* fetched) const;
  absl::Status CopyCached(int64_t id, PictureRegion region, PipelineScratch* scratch) const;
  absl::Status Draw(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch) const;
  absl::Status OtherSize(const ImageRecord& record, PictureSize size) const;

  const SampleDecoder decoder_;
  const Options options_;
  std::vector<TransformPipeline> views_;
  PictureSize output_;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_PICTURE_PIPELINE_H_
