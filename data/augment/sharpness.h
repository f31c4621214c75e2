// Sharper or smoother, as torchvision.transforms.v2.functional.adjust_sharpness does for a u8
// tensor, bit for bit.
#ifndef MICA_DATA_AUGMENT_SHARPNESS_H_
#define MICA_DATA_AUGMENT_SHARPNESS_H_

#include "data/picture/picture.h"

namespace mica {

// Away from, or towards, the mean of a pixel (5 parts) and its eight neighbours (1 part each). The
// factor is >= 0 and finite; 1 changes nothing, 0 gives the mean. Pixels at the edge stay.
// `scratch` may hold anything; its memory and the picture's are exchanged.
void AdjustSharpness(double factor, Picture* picture, Picture* scratch);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_SHARPNESS_H_
