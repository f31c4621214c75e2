#ifndef MICA_DATA_INDEX_IMAGE_SHAPE_H_
#define MICA_DATA_INDEX_IMAGE_SHAPE_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace mica {

struct ImageShape {
  int channels = 0;
  int height_px = 0;
  int width_px = 0;

  int64_t pixels() const { return int64_t{height_px} * width_px; }
  int64_t values() const { return channels * pixels(); }

  // "3x224x224": channels x height x width.
  std::string ToString() const { return absl::StrCat(channels, "x", height_px, "x", width_px); }

  friend bool operator==(const ImageShape& a, const ImageShape& b) {
    return a.channels == b.channels && a.height_px == b.height_px && a.width_px == b.width_px;
  }
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_IMAGE_SHAPE_H_
