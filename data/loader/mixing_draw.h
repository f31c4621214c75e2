// What MixUp and CutMix draw: how large a sample's own share is, and where the other's pixels are.
//   Rng rng(seed, RngStream::kMixing, epoch, batch);
//   const MixingDraw draw = DrawMixing(config, size, &rng);
// The formulas are torchvision's.
#ifndef MICA_DATA_LOADER_MIXING_DRAW_H_
#define MICA_DATA_LOADER_MIXING_DRAW_H_

#include <cstdint>

#include "base/rng.h"
#include "data/loader/batch_mixing.pb.h"
#include "data/picture/picture_region.h"

namespace mica {

struct MixingDraw {
  enum class Kind { kNone, kMixUp, kCutMix };
  Kind kind = Kind::kNone;
  double share = 1;   // of the sample itself, lambda
  PictureRegion cut;  // of CutMix: the other sample's pixels; may be empty
};

// For a batch or a sample of a valid config.
MixingDraw DrawMixing(const BatchMixingConfig& config, PictureSize size, Rng* rng);

// The rectangle of CutMix around a pixel of the picture: (1 - share) of its area, less what lies
// outside, which the drawn share then counts. 32 x 32, share .75, around (3, 2): left 0, top 0,
// width 11, height 10; then the share is .892578125.
MixingDraw CutAround(double share, int32_t x, int32_t y, PictureSize size);

// From Beta(alpha, alpha): its mean is 1/2, its variance 1 / (4 (2 alpha + 1)). alpha > 0. For
// small alphas nearly all are 0 or 1.
double DrawBeta(double alpha, Rng* rng);

}  // namespace mica

#endif  // MICA_DATA_LOADER_MIXING_DRAW_H_
