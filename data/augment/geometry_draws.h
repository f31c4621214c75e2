// Draws the transforms that move pixels, with torchvision's distributions.
//   Draw(config.random_resized_crop(), &state);   // adds CropOp and ScaleOp
// What changes nothing adds no operation.
#ifndef MICA_DATA_AUGMENT_GEOMETRY_DRAWS_H_
#define MICA_DATA_AUGMENT_GEOMETRY_DRAWS_H_

#include "absl/status/status.h"
#include "data/augment/draw_state.h"
#include "data/augment/pixel_op.h"
#include "data/augment/transform.pb.h"
#include "data/picture/picture_region.h"

namespace mica {

// What `resize` with short_side_px makes of a picture; sides of more than 2^30 become that.
PictureSize ShortSideSize(int32_t short_side_px, PictureSize before);

// size_px, or both sides, of a crop's config.
template <typename Config>
PictureSize CropSize(const Config& config) {
  if (config.has_size_px()) return {config.size_px(), config.size_px()};
  return {config.height_px(), config.width_px()};
}

// Of a config: 1 value for all channels, or one for each; none: 0.
PixelFill FillOf(const google::protobuf::RepeatedField<int32_t>& fill);
WarpFilter WarpFilterOf(WarpFilterConfig::Filter filter);

void Draw(const ResizeConfig& config, DrawState* state);
void Draw(const CenterCropConfig& config, DrawState* state);
void Draw(const RandomResizedCropConfig& config, DrawState* state);
// DataError, without the transform's path, if the picture is smaller than the crop and
// pad_if_needed is not set.
absl::Status Draw(const RandomCropConfig& config, DrawState* state);
void Draw(const HorizontalFlipConfig& config, DrawState* state);
void Draw(const VerticalFlipConfig& config, DrawState* state);
void Draw(const RandomRotationConfig& config, DrawState* state);
void Draw(const RandomAffineConfig& config, DrawState* state);
// A picture of one row or column stays.
void Draw(const RandomPerspectiveConfig& config, DrawState* state);

// Adds it, unless it moves nothing.
void AddAffine(const AffineMotion& motion, WarpFilter filter, const PixelFill& fill, DrawState* state);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_GEOMETRY_DRAWS_H_
