// From a decoded picture to the network's input, by a list of transforms. Two steps: first all that
// is random is drawn, which tells what must be decoded; then it is done.
//   MICA_ASSIGN_OR_RETURN(const TransformPipeline pipeline,
//                         CreateTransformPipeline(config.train_transforms(), path, /*channels=*/3));
//   Rng rng(seed, RngStream::kAugmentation, epoch, id);
//   MICA_RETURN_IF_ERROR(pipeline.Draw(/*source=*/{375, 500}, &rng, &drawn));
//   …decode drawn.crop()…
//   pipeline.Apply(drawn, part.pixels, part.box, &scratch, output);
// Leading crops, a resize and flips are one resampling of the crop; if nothing but normalize
// follows, its rows are normalised as they come. The result depends on the pixels and on the
// generator's key alone: not on threads, on batches, nor on what `drawn` and `scratch` were used
// for before.
#ifndef MICA_DATA_AUGMENT_TRANSFORM_PIPELINE_H_
#define MICA_DATA_AUGMENT_TRANSFORM_PIPELINE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/rng.h"
#include "data/augment/draw_state.h"
#include "data/augment/drawn_transforms.h"
#include "data/augment/pixel_normaliser.h"
#include "data/augment/pixel_op.h"
#include "data/augment/transform.pb.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// Kept from sample to sample, so that nothing is allocated. One for each thread.
struct TransformScratch {
  Picture picture;
  PixelOpScratch ops;
};

// Copies share their config. Thread-safe.
class TransformPipeline {
 public:
  // What size comes out. `source`: the size of all pictures; nullopt: they differ. ConfigError,
  // with what to add, if not all pictures get the same size.
  absl::StatusOr<PictureSize> OutputSize(std::optional<PictureSize> source) const;

  // `source`: the size of the whole upright picture. DataError, with the transform's path and
  // without the picture's, if it is smaller than a random_crop or becomes larger than 89 million
  // pixels on its way.
  absl::Status Draw(PictureSize source, Rng* rng, DrawnTransforms* drawn) const;

  // `pixels` hold drawn.crop() at `crop` (PicturePart's fields): u8 HWC, channels(). `output`: f32
  // HWC of drawn.output_size().
  void Apply(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop, TransformScratch* scratch, float* output) const;

  // As it is before normalize, u8 HWC: for previews, and to normalise on a device. What is erased
  // behind normalize is erased here too, with the nearest grey levels.
  void ApplyToPixels(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop, TransformScratch* scratch,
                     uint8_t* output) const;

  // Whether pictures differ from draw to draw.
  bool is_random() const { return is_random_; }
  // Whether Apply gives (ApplyToPixels / 255 - mean) / std: nothing is erased behind normalize.
  bool ends_with_normalize() const { return ends_with_normalize_; }
  int channels() const { return channels_; }
  // Of normalize; 0 and 1 where there is none. A grey picture has the first.
  const std::array<float, 3>& mean() const { return mean_; }
  const std::array<float, 3>& std() const { return std_; }

 private:
  friend absl::StatusOr<TransformPipeline> CreateTransformPipeline(const TransformList& transforms, absl::string_view path, int channels);

  TransformPipeline() = default;
  void SetStatistics(const NormalizeConfig& config);
  absl::Status CheckSizes(const DrawnTransforms& drawn) const;
  void RunToPixels(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop, TransformScratch* scratch) const;
  EraseOp InPixels(const EraseOp& op) const;

  std::shared_ptr<const TransformList> transforms_;
  std::string path_;
  int channels_ = 3;
  int normalize_position_ = 0;  // behind the last transform if there is none
  bool is_random_ = false;
  bool ends_with_normalize_ = true;
  std::array<float, 3> mean_ = {0, 0, 0};
  std::array<float, 3> std_ = {1, 1, 1};
  PixelNormaliser normaliser_{3, {0, 0, 0}, {1, 1, 1}};
};

// `transforms` have been validated; `path` is theirs, "train_transforms". channels: 1 or 3.
// ConfigError if values for each channel are given and pictures have one.
absl::StatusOr<TransformPipeline> CreateTransformPipeline(const TransformList& transforms, absl::string_view path, int channels);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_TRANSFORM_PIPELINE_H_
