// Turns, shears, scales and moves a picture that keeps its size: torchvision's affine(), rotate()
// and perspective() on u8 tensors.
//   AffineMotion motion;
//   motion.angle_degrees = 30;
//   WarpAffine(source, InverseAffineMatrix(motion), WarpFilter::kBilinear, {0, 0, 0}, &result);
// As torchvision (torch's grid_sample, align_corners=False), but for
// - rounding: places are computed to 2^-32 pixels, torch's to about 2^-17. Now and then a value
//   differs by 1 (bilinear) or a pixel is the neighbour (nearest). Midway between two pixels the
//   right or lower one is the nearest; torch's rounding takes either.
// - the rim, bilinear: what lies outside is `fill`. torchvision does the same without a fill
//   (black); with one it weighs the rim's pixels by their share twice.
// u8 HWC, 1 or 3 channels; of `fill`, a grey picture uses the first value. `result` is another
// picture than `source`, whose memory it keeps. Any matrix is allowed, also one with infinities.
// Thread-safe.
#ifndef MICA_DATA_AUGMENT_WARP_H_
#define MICA_DATA_AUGMENT_WARP_H_

#include <array>
#include <cstdint>

#include "data/augment/warp_matrix.h"
#include "data/picture/picture.h"

namespace mica {

enum class WarpFilter : uint8_t { kNearest, kBilinear };

void WarpAffine(const Picture& source, const AffineMatrix& matrix, WarpFilter filter, const std::array<uint8_t, 3>& fill, Picture* result);

void WarpPerspective(const Picture& source, const PerspectiveCoefficients& coefficients, WarpFilter filter,
                     const std::array<uint8_t, 3>& fill, Picture* result);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_WARP_H_
