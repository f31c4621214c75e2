#include "data/decode/upright_picture.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace mica {
namespace {

// Which sides of the stored picture are exchanged, after rows and columns have been.
struct Turn {
  bool transposes = false;
  bool mirrors_x = false;  // of the upright picture
  bool mirrors_y = false;
};

Turn TurnOf(int orientation) {
  Turn turn;
  turn.transposes = IsTransposed(orientation);
  turn.mirrors_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  turn.mirrors_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  return turn;
}

uint8_t Luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16);
}

// `step`: bytes from one pixel of the source to the next.
template <int kFrom, int kTo>
void CopyPixels(const uint8_t* from, int64_t step, int64_t count, uint8_t* to) {
  for (int64_t i = 0; i < count; ++i, from += step, to += kTo) {
    if constexpr (kFrom == kTo) {
      for (int channel = 0; channel < kTo; ++channel) to[channel] = from[channel];
    } else if constexpr (kFrom == 3) {
      *to = Luma(from);
    } else {
      to[0] = to[1] = to[2] = *from;
    }
  }
}

void CopyRow(const uint8_t* from, int64_t step, int from_channels, int64_t count, int to_channels, uint8_t* to) {
  if (from_channels == to_channels && step == from_channels) {
    std::memcpy(to, from, static_cast<size_t>(count * from_channels));
  } else if (from_channels == 1) {
    to_channels == 1 ? CopyPixels<1, 1>(from, step, count, to) : CopyPixels<1, 3>(from, step, count, to);
  } else {
    to_channels == 1 ? CopyPixels<3, 1>(from, step, count, to) : CopyPixels<3, 3>(from, step, count, to);
  }
}

}  // namespace

bool IsTransposed(int orientation) {
  return orientation >= 5 && orientation <= 8;
}

PictureRegion StoredRegion(PictureRegion region, PictureSize upright_size, int orientation) {
  const Turn turn = TurnOf(orientation);
  if (turn.mirrors_x) region.left_px = upright_size.width_px - region.right_px();
  if (turn.mirrors_y) region.top_px = upright_size.height_px - region.bottom_px();
  if (!turn.transposes) return region;
  return {region.top_px, region.left_px, region.height_px, region.width_px};
}

PictureBox UprightBox(PictureBox box, PictureSize stored_size, int orientation) {
  const Turn turn = TurnOf(orientation);
  if (turn.transposes) {
    box = {box.top, box.left, box.height, box.width};
    std::swap(stored_size.height_px, stored_size.width_px);
  }
  if (turn.mirrors_x) box.left = stored_size.width_px - (box.left + box.width);
  if (turn.mirrors_y) box.top = stored_size.height_px - (box.top + box.height);
  return box;
}

void TurnUpright(const Picture& stored, PictureRegion region, int orientation, int channels, Picture* upright) {
  const Turn turn = TurnOf(orientation);
  const int32_t height = turn.transposes ? region.width_px : region.height_px;
  const int32_t width = turn.transposes ? region.height_px : region.width_px;
  upright->Reshape(height, width, channels);
  const int64_t along = turn.transposes ? stored.row_bytes() : stored.channels;  // to the next pixel of an upright row
  const int64_t across = turn.transposes ? stored.channels : stored.row_bytes();
  const uint8_t* const corner = stored.Row(region.top_px) + int64_t{region.left_px} * stored.channels;
  const uint8_t* const begin = corner + (turn.mirrors_x ? (width - 1) * along : 0);
  for (int32_t y = 0; y < height; ++y) {
    const uint8_t* const from = begin + (turn.mirrors_y ? height - 1 - y : y) * across;
    CopyRow(from, turn.mirrors_x ? -along : along, stored.channels, width, channels, upright->Row(y));
  }
}

Picture UprightPicture(const Picture& stored, int orientation) {
  Picture upright;
  TurnUpright(stored, PictureRegion::Whole(stored.size()), orientation, stored.channels, &upright);
  return upright;
}

}  // namespace mica
