// Sizes of pictures and parts of them, in pixels.
#ifndef MICA_DATA_PICTURE_PICTURE_REGION_H_
#define MICA_DATA_PICTURE_PICTURE_REGION_H_

#include <algorithm>
#include <cstdint>

namespace mica {

// No picture has more, as it is decoded or on its way through transforms: more are refused before
// any memory is taken. Pillow warns from there on.
inline constexpr int64_t kMaxPicturePixels = 89478485;

struct PictureSize {
  int32_t height_px = 0;
  int32_t width_px = 0;

  int64_t pixels() const { return int64_t{height_px} * width_px; }

  friend bool operator==(const PictureSize& a, const PictureSize& b) { return a.height_px == b.height_px && a.width_px == b.width_px; }
  friend bool operator!=(const PictureSize& a, const PictureSize& b) { return !(a == b); }
};

// A rectangle of a picture whose first row and column are 0.
struct PictureRegion {
  int32_t left_px = 0;
  int32_t top_px = 0;
  int32_t width_px = 0;
  int32_t height_px = 0;

  static PictureRegion Whole(PictureSize size) { return {0, 0, size.width_px, size.height_px}; }

  PictureSize size() const { return {height_px, width_px}; }
  int32_t right_px() const { return left_px + width_px; }   // of the first column behind it
  int32_t bottom_px() const { return top_px + height_px; }  // of the first row below it

  // `part` is inside, and not empty.
  bool Contains(const PictureRegion& part) const {
    return part.width_px > 0 && part.left_px >= left_px && part.width_px <= right_px() - part.left_px && part.height_px > 0 &&
           part.top_px >= top_px && part.height_px <= bottom_px() - part.top_px;
  }

  friend bool operator==(const PictureRegion& a, const PictureRegion& b) {
    return a.left_px == b.left_px && a.top_px == b.top_px && a.width_px == b.width_px && a.height_px == b.height_px;
  }
};

// Of regions that have pixels in common.
inline PictureRegion Intersection(const PictureRegion& a, const PictureRegion& b) {
  const int32_t left = std::max(a.left_px, b.left_px), top = std::max(a.top_px, b.top_px);
  return {left, top, std::min(a.right_px(), b.right_px()) - left, std::min(a.bottom_px(), b.bottom_px()) - top};
}

// Where something lies between pixels: pixel x covers [x, x + 1).
struct PictureBox {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

}  // namespace mica

#endif  // MICA_DATA_PICTURE_PICTURE_REGION_H_
