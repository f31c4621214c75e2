// How much of a picture crops leave.
//   // A resize of the short side and a centre crop of 640 x 480 pixels:
//   KeptArea({ScaleOp{{224, 298}}, CropOp{{37, 0, 224, 224}}}, {480, 640})  // 0.752
#ifndef MICA_DATA_AUGMENT_KEPT_AREA_H_
#define MICA_DATA_AUGMENT_KEPT_AREA_H_

#include "absl/types/span.h"
#include "data/augment/pixel_op.h"
#include "data/picture/picture_region.h"

namespace mica {

// The share of the picture's area that lies inside all crops, in [0, 1]. Borders that were added
// are none of it. What rotations, shears and shifts move out of sight counts as kept.
double KeptArea(absl::Span<const PixelOp> ops, PictureSize source);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_KEPT_AREA_H_
