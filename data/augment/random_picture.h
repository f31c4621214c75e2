// Pictures for tests.
#ifndef MICA_DATA_AUGMENT_RANDOM_PICTURE_H_
#define MICA_DATA_AUGMENT_RANDOM_PICTURE_H_

#include <cstdint>
#include <ostream>
#include <random>
#include <vector>

#include "data/picture/picture.h"

namespace mica {

// Every value with the same probability; the same pixels for the same arguments.
inline Picture RandomPicture(int32_t height, int32_t width, int32_t channels, uint32_t seed = 1) {
  Picture picture;
  picture.Reshape(height, width, channels);
  std::mt19937 random(seed);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random() >> 24);
  return picture;
}

inline Picture FlatPicture(int32_t height, int32_t width, const std::vector<uint8_t>& pixel) {
  Picture picture;
  picture.Reshape(height, width, static_cast<int32_t>(pixel.size()));
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = pixel[i % pixel.size()];
  return picture;
}

// One pixel, one row, one column, and what fills vectors partly.
inline std::vector<Picture> PicturesOfManySizes() {
  std::vector<Picture> pictures;
  for (const int32_t channels : {1, 3}) {
    pictures.push_back(RandomPicture(1, 1, channels));
    pictures.push_back(RandomPicture(1, 9, channels));
    pictures.push_back(RandomPicture(13, 1, channels));
    pictures.push_back(RandomPicture(8, 24, channels));
    pictures.push_back(RandomPicture(31, 67, channels));
  }
  return pictures;
}

inline bool operator==(const Picture& a, const Picture& b) {
  return a.height_px == b.height_px && a.width_px == b.width_px && a.channels == b.channels && a.pixels == b.pixels;
}

inline bool operator!=(const Picture& a, const Picture& b) {
  return !(a == b);
}

inline std::ostream& operator<<(std::ostream& out, const Picture& picture) {
  return out << picture.height_px << " x " << picture.width_px << " x " << picture.channels;
}

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RANDOM_PICTURE_H_
