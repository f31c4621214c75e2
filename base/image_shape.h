// Size of the images of a data set.
#ifndef MICA_BASE_IMAGE_SHAPE_H_
#define MICA_BASE_IMAGE_SHAPE_H_

#include <cstdint>

namespace mica {

struct ImageShape {
  int channels = 0;
  int height_px = 0;
  int width_px = 0;

  int64_t pixels() const { return int64_t{height_px} * width_px; }
  int64_t values() const { return channels * pixels(); }
};

}  // namespace mica

#endif  // MICA_BASE_IMAGE_SHAPE_H_
