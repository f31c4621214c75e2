// What colour jitter and automatic augmentation do to each pixel by itself, in place.
//   AdjustBrightness(1.2, &picture);
//   AdjustHue(-0.1, &picture);
// All give what torchvision.transforms.v2.functional gives for a u8 tensor (0.26 to 0.29), bit for
// bit and on every processor: sums are fused as torch's are. Golden files hold them to that for
// small pictures; of large ones torch's f32 mean, which AdjustContrast needs, may be rounded
// otherwise.
// u8 HWC, 1 or 3 channels. Thread-safe. Nothing is allocated.
// The same for what needs the whole picture's values: histogram_ops.h; a pixel's neighbours:
// sharpness.h, blur.h; places: warp.h, pad.h.
#ifndef MICA_DATA_AUGMENT_COLOUR_OPS_H_
#define MICA_DATA_AUGMENT_COLOUR_OPS_H_

#include "data/picture/picture.h"

namespace mica {

// Factors are >= 0 and finite. 1 changes nothing; 0 gives black, the mean grey, grey.
void AdjustBrightness(double factor, Picture* picture);
// Away from, or towards, the mean of the grey picture.
void AdjustContrast(double factor, Picture* picture);
// Away from, or towards, each pixel's grey. A grey picture stays.
void AdjustSaturation(double factor, Picture* picture);

// By a part of the circle, [-0.5, 0.5]. 0 changes nothing. A grey picture stays.
void AdjustHue(double shift, Picture* picture);

// All three channels become 0.2989 red + 0.587 green + 0.114 blue, rounded down.
void ToGrey(Picture* picture);

void Invert(Picture* picture);
// Keeps the upper `bits` bits, 0 … 8.
void Posterize(int bits, Picture* picture);
// Inverts values of at least `threshold`, which may lie outside 0 … 255.
void Solarize(double threshold, Picture* picture);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_COLOUR_OPS_H_
