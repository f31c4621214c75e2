#include "data/decode/picture.h"

namespace mica {

void Picture::Reshape(int32_t height, int32_t width, int32_t channel_count) {
  const size_t bytes = size_t{1} * height * width * channel_count;
  height_px = height;
  width_px = width;
  channels = channel_count;
  if (bytes > pixels.capacity()) Pixels().swap(pixels);  // a vector that grows would copy old pixels
  pixels.resize(bytes);
}

}  // namespace mica
