// What a network gets, as a picture that people can look at.
//   Picture picture;
//   ShowNetworkPixels(values, {224, 224}, mean, std, &picture);
#ifndef MICA_EXPERIMENTS_PREVIEW_NETWORK_PIXELS_H_
#define MICA_EXPERIMENTS_PREVIEW_NETWORK_PIXELS_H_

#include "absl/types/span.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

// values     f32 HWC, as many channels as `mean`, which are 1 or 3: (v - mean) / std of v in [0,1].
// mean, std  one a channel; 0 and 1 if nothing was normalised.
// The pixels are round(255 v), with v cut off at 0 and 1; so they are those that were normalised.
void ShowNetworkPixels(absl::Span<const float> values, PictureSize size, absl::Span<const float> mean, absl::Span<const float> std,
                       Picture* picture);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_NETWORK_PIXELS_H_
