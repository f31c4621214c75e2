#include "data/picture/picture.h"

#include <glog/logging.h>

#include <cstring>

namespace mica {

void Picture::Reshape(int32_t height, int32_t width, int32_t channel_count) {
  const size_t bytes = size_t{1} * height * width * channel_count;
  height_px = height;
  width_px = width;
  channels = channel_count;
  // A vector that grows would copy old pixels.
  if (bytes > pixels.capacity()) Pixels().swap(pixels);
  pixels.resize(bytes);
}

void FromPlanes(absl::string_view planes, int32_t height, int32_t width, int32_t channels, Picture* picture) {
  picture->Reshape(height, width, channels);
  CHECK_EQ(planes.size(), picture->pixels.size());
  if (channels == 1) {
    if (!planes.empty()) std::memcpy(picture->pixels.data(), planes.data(), planes.size());
    return;
  }
  const int64_t area = int64_t{height} * width;
  for (int32_t channel = 0; channel < channels; ++channel) {
    const char* const plane = planes.data() + channel * area;
    uint8_t* const to = picture->pixels.data() + channel;
    for (int64_t i = 0; i < area; ++i) to[i * channels] = static_cast<uint8_t>(plane[i]);
  }
}

}  // namespace mica
