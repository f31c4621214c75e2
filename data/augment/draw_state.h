// What is decided so far about one sample, while its transforms are drawn one after the other.
#ifndef MICA_DATA_AUGMENT_DRAW_STATE_H_
#define MICA_DATA_AUGMENT_DRAW_STATE_H_

#include <cstdint>
#include <vector>

#include "base/rng.h"
#include "data/augment/pixel_op.h"
#include "data/augment/transform_list.h"
#include "data/picture/picture_region.h"

namespace mica {

// Which transform an operation comes from.
struct PixelOpOrigin {
  int32_t position = 0;                        // in the experiment's list
  const TransformConfig* transform = nullptr;  // itself, which may stand in another transform
};

// Single-thread.
struct DrawState {
  Rng* rng = nullptr;
  PictureSize size;  // of the picture that the next operation gets
  PixelOpOrigin origin;
  std::vector<PixelOp>* ops = nullptr;
  std::vector<PixelOpOrigin>* origins = nullptr;  // one for each of `ops`

  void Add(const PixelOp& op) {
    ops->push_back(op);
    origins->push_back(origin);
    size = SizeAfter(op, size);
  }
};

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_DRAW_STATE_H_
