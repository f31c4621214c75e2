// Spreads the values of each channel, in place, as torchvision.transforms.v2.functional does for a
// u8 tensor, bit for bit. u8 HWC, 1 or 3 channels. Thread-safe. Nothing is allocated.
#ifndef MICA_DATA_AUGMENT_HISTOGRAM_OPS_H_
#define MICA_DATA_AUGMENT_HISTOGRAM_OPS_H_

#include "data/picture/picture.h"

namespace mica {

// Evenly, so that the least value becomes 0 and the largest 255, or 254 where a quotient is
// rounded down. A channel of one value stays.
void AutoContrast(Picture* picture);

// So that all values are about equally frequent. A channel stays if fewer than 255 of its pixels
// have another value than the largest.
void Equalize(Picture* picture);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_HISTOGRAM_OPS_H_
