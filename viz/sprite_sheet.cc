#include "viz/sprite_sheet.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "viz/picture_grid.h"

namespace mica {
namespace {

// The smallest square that holds so many.
int32_t ColumnsFor(size_t pictures) {
  int32_t columns = 1;
  while (static_cast<size_t>(columns) * columns < pictures) ++columns;
  return columns;
}

void CopyRow(const Picture& from, int32_t y, uint8_t* to) {
  if (from.channels == 3) {
    std::memcpy(to, from.Row(y), from.row_bytes());
    return;
  }
  for (int32_t x = 0; x < from.width_px; ++x) std::fill_n(to + 3 * x, 3, from.Row(y)[x]);
}

}  // namespace

Picture DrawSpriteSheet(absl::Span<const Picture* const> pictures, int cell_px) {
  CHECK(!pictures.empty());
  const int32_t columns = ColumnsFor(pictures.size());
  const int32_t rows = (static_cast<int32_t>(pictures.size()) + columns - 1) / columns;
  Picture sheet;
  sheet.Reshape(rows * cell_px, columns * cell_px, /*channel_count=*/3);
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), 0);
  for (size_t i = 0; i < pictures.size(); ++i) {
    const Picture fitted = FitIntoCell(*pictures[i], cell_px);
    const int32_t top = static_cast<int32_t>(i) / columns * cell_px + (cell_px - fitted.height_px) / 2;
    const int32_t left = static_cast<int32_t>(i) % columns * cell_px + (cell_px - fitted.width_px) / 2;
    for (int32_t y = 0; y < fitted.height_px; ++y) CopyRow(fitted, y, sheet.Row(top + y) + 3 * left);
  }
  return sheet;
}

}  // namespace mica
