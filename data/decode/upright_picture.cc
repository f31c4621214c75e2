#include "data/decode/upright_picture.h"

#include <cstdint>
#include <cstring>

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
  turn.transposes = orientation >= 5 && orientation <= 8;
  turn.mirrors_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  turn.mirrors_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  return turn;
}

}  // namespace

Picture UprightPicture(const Picture& stored, int orientation) {
  const Turn turn = TurnOf(orientation);
  Picture upright;
  if (turn.transposes) {
    upright.Reshape(stored.width_px, stored.height_px, stored.channels);
  } else {
    upright.Reshape(stored.height_px, stored.width_px, stored.channels);
  }
  for (int32_t y = 0; y < upright.height_px; ++y) {
    uint8_t* to = upright.Row(y);
    for (int32_t x = 0; x < upright.width_px; ++x, to += upright.channels) {
      const int32_t from_y = turn.mirrors_y ? upright.height_px - 1 - y : y;
      const int32_t from_x = turn.mirrors_x ? upright.width_px - 1 - x : x;
      const uint8_t* const from =
          turn.transposes ? stored.Row(from_x) + int64_t{from_y} * stored.channels : stored.Row(from_y) + int64_t{from_x} * stored.channels;
      std::memcpy(to, from, static_cast<size_t>(upright.channels));
    }
  }
  return upright;
}

}  // namespace mica
