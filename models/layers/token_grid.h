// Which patch of an image a token stands for. Torch-free, thread-safe.
//   TokenGridOf(/*tokens=*/197, 224, 224): 14 rows of 14 after one class token
#ifndef MICA_MODELS_LAYERS_TOKEN_GRID_H_
#define MICA_MODELS_LAYERS_TOKEN_GRID_H_

#include <cstdint>
#include <optional>

namespace mica {

struct TokenGrid {
  int64_t rows = 0, columns = 0;
  int64_t first = 0;  // the token of the first patch: 1 behind a class token
};

// The grid of square patches, row by row, that an image of this size has as so many tokens, with or
// without one token before them. Nothing if no grid of the image's shape has so many.
std::optional<TokenGrid> TokenGridOf(int64_t tokens, int64_t height_px, int64_t width_px);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_TOKEN_GRID_H_
