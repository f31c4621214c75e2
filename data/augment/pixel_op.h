// What a transform does to a picture after all that is random in it was drawn: plain values, in the
// order in which they are done.
//   const std::vector<PixelOp> ops = {CropOp{{10, 10, 24, 24}}, FlipOp{}, ColourOp{ColourOp::Kind::kInvert}};
//   RunPixelOps(ops, &picture, &scratch);
// Semantics are those of the functions of the same names in this folder.
#ifndef MICA_DATA_AUGMENT_PIXEL_OP_H_
#define MICA_DATA_AUGMENT_PIXEL_OP_H_

#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "data/augment/blur.h"
#include "data/augment/pad.h"
#include "data/augment/resample.h"
#include "data/augment/warp.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

using PixelFill = std::array<uint8_t, 3>;  // of a grey picture: the first

struct CropOp {
  PictureRegion region;  // inside the picture
};
struct ScaleOp {
  PictureSize size;
  ResampleFilter filter = ResampleFilter::kBilinear;
  bool antialias = true;
};
struct FlipOp {
  bool is_vertical = false;
};
struct PadOp {
  PadMargins margins;
  PadMode mode = PadMode::kConstant;
  PixelFill fill = {0, 0, 0};
};
struct AffineOp {
  AffineMotion motion;
  WarpFilter filter = WarpFilter::kNearest;
  PixelFill fill = {0, 0, 0};
};
struct PerspectiveOp {
  WarpCorners corners;  // where the corners of the picture go
  PerspectiveCoefficients coefficients;
  WarpFilter filter = WarpFilter::kBilinear;
  PixelFill fill = {0, 0, 0};
};
struct ColourOp {
  enum class Kind : uint8_t {
    kBrightness,
    kContrast,
    kSaturation,
    kHue,
    kSharpness,
    kPosterize,
    kSolarize,
    kGrey,
    kAutoContrast,
    kEqualize,
    kInvert,
  };
  Kind kind;
  double amount = 0;  // factor, shift, bits or threshold, where the kind has one
};
struct BlurOp {
  int32_t kernel_px = 1;
  double sigma_px = 1;
};
struct EraseOp {
  PictureRegion region;                    // inside the picture
  std::array<float, 3> value = {0, 0, 0};  // 1 is white; behind normalize, in its units
  bool is_noise = false;                   // behind normalize only
  uint64_t noise_seed = 0;
};
// The picture times `weight`, plus what the chains that follow make of it.
struct MixOp {
  float weight = 1;
  int32_t chains = 0;
};
// The next `length` operations, which start from the picture before MixOp.
struct ChainOp {
  float weight = 0;
  int32_t length = 0;
};

using PixelOp = std::variant<CropOp, ScaleOp, FlipOp, PadOp, AffineOp, PerspectiveOp, ColourOp, BlurOp, EraseOp, MixOp, ChainOp>;

PictureSize SizeAfter(const PixelOp& op, PictureSize before);

// Kept from picture to picture, so that nothing is allocated. One for each thread.
struct PixelOpScratch {
  Picture spare, original;
  BlurScratch blur;
  Resampler resampler;
  std::vector<float> mix;
};

// In place: `picture` has another size afterwards if the operations change it. u8 HWC, 1 or 3
// channels.
void RunPixelOps(absl::Span<const PixelOp> ops, Picture* picture, PixelOpScratch* scratch);

// On a normalised picture, f32 HWC.
void EraseNormalised(const EraseOp& op, PictureSize size, int channels, float* pixels);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_PIXEL_OP_H_
