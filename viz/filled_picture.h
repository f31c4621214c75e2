// For tests: a picture of one colour, whose number of values is that of the channels.
#ifndef MICA_VIZ_FILLED_PICTURE_H_
#define MICA_VIZ_FILLED_PICTURE_H_

#include <cstdint>
#include <vector>

#include "data/picture/picture.h"

namespace mica {

inline Picture Filled(int height, int width, const std::vector<uint8_t>& colour) {
  Picture picture;
  picture.Reshape(height, width, static_cast<int>(colour.size()));
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = colour[i % colour.size()];
  return picture;
}

}  // namespace mica

#endif  // MICA_VIZ_FILLED_PICTURE_H_
