// A decoded picture.
//   Picture picture;
//   picture.Reshape(/*height=*/28, /*width=*/28, /*channel_count=*/1);
//   std::memset(picture.Row(3), 0, 28);
// A picture that is reshaped again and again keeps the memory of the largest.
#ifndef MICA_DATA_PICTURE_PICTURE_H_
#define MICA_DATA_PICTURE_PICTURE_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/picture/picture_region.h"

namespace mica {

// Leaves new elements as the memory was. Zeros would be written only to be overwritten, and the
// pages of a file that claims many pixels and holds few would all be touched.
template <typename T>
struct UninitialisedAllocator : std::allocator<T> {
  UninitialisedAllocator() = default;
  template <typename U>
  explicit UninitialisedAllocator(const UninitialisedAllocator<U>&) {}
  template <typename U>
  struct rebind {
    using other = UninitialisedAllocator<U>;
  };

  template <typename U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }
  template <typename U, typename... Args>
  void construct(U* element, Args&&... args) {
    ::new (static_cast<void*>(element)) U(std::forward<Args>(args)...);
  }
};

using Pixels = std::vector<uint8_t, UninitialisedAllocator<uint8_t>>;

// u8 HWC, grey or RGB, rows without gaps.
struct Picture {
  int32_t height_px = 0;
  int32_t width_px = 0;
  int32_t channels = 0;  // 1: grey, 3: RGB
  Pixels pixels;         // height_px * width_px * channels

  // The pixels may then hold anything. Throws std::bad_alloc.
  void Reshape(int32_t height, int32_t width, int32_t channel_count);

  PictureSize size() const { return {height_px, width_px}; }
  int64_t row_bytes() const { return int64_t{width_px} * channels; }
  uint8_t* Row(int64_t y) { return pixels.data() + y * row_bytes(); }
  const uint8_t* Row(int64_t y) const { return pixels.data() + y * row_bytes(); }
};

// From u8 CHW, one channel's plane behind the other as IDX and CIFAR files have them, to HWC.
// `planes` has height * width * channels bytes; another size is a bug of ours. Throws
// std::bad_alloc.
void FromPlanes(absl::string_view planes, int32_t height, int32_t width, int32_t channels, Picture* picture);

}  // namespace mica

#endif  // MICA_DATA_PICTURE_PICTURE_H_
