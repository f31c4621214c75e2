#include "models/weights/colour_change.h"

namespace mica {

std::vector<int64_t> ShapeAfter(ColourChange change, const std::vector<int64_t>& shape) {
  constexpr int64_t kColours = 3;
  const bool from_grey = change == ColourChange::kRepeatGrey;
  if (change == ColourChange::kNone || shape.size() < 2 || shape[1] != (from_grey ? 1 : kColours)) return shape;
  std::vector<int64_t> after = shape;
  after[1] = from_grey ? kColours : 1;
  return after;
}

}  // namespace mica
