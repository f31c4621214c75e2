// Pictures of one size side by side, as TensorBoard's embedding projector takes them.
//   Embedding embedding;
//   embedding.sprite_png = EncodePng(DrawSpriteSheet(pictures, /*cell_px=*/32));
//   embedding.sprite_width_px = embedding.sprite_height_px = 32;
// For people, viz/picture_grid.h leaves room and writes words. Torch-free. Thread-safe.
#ifndef MICA_VIZ_SPRITE_SHEET_H_
#define MICA_VIZ_SPRITE_SHEET_H_

#include "absl/types/span.h"
#include "data/picture/picture.h"

namespace mica {

// The pictures row by row in a square, or a row less than that, of cells: 5 pictures stand in 2
// rows of 3. RGB. Each is fitted into its cell (FitIntoCell) and stands in the middle, on black.
// Browsers take up to 8192 pixels in a direction: 65,536 pictures of 32. pictures: at least one;
// cell_px: at least 16. Throws std::bad_alloc.
Picture DrawSpriteSheet(absl::Span<const Picture* const> pictures, int cell_px);

}  // namespace mica

#endif  // MICA_VIZ_SPRITE_SHEET_H_
