#include "models/layers/token_grid.h"

#include <cmath>

namespace mica {

std::optional<TokenGrid> TokenGridOf(int64_t tokens, int64_t height_px, int64_t width_px) {
  for (const int64_t first : {0, 1}) {
    const int64_t patches = tokens - first;
    if (patches < 1) continue;
    const double side_px = std::sqrt(static_cast<double>(height_px) * static_cast<double>(width_px) / static_cast<double>(patches));
    const int64_t rows = std::llround(static_cast<double>(height_px) / side_px),
                  columns = std::llround(static_cast<double>(width_px) / side_px);
    if (rows * columns == patches) return TokenGrid{rows, columns, first};
  }
  return std::nullopt;
}

}  // namespace mica
