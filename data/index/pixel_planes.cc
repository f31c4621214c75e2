#include "data/index/pixel_planes.h"

#include <algorithm>
#include <string>

namespace mica {
namespace {

// One picture. `rows` and `columns` are those of the result; the steps lead from one to the next in
// the source.
struct Rearrangement {
  int channels;
  int rows, columns;
  int64_t row_step, column_step;

  void Apply(const char* from, char* to) const {
    for (int channel = 0; channel < channels; ++channel) {
      for (int row = 0; row < rows; ++row) {
        const char* pixel = from + channel + row * row_step;
        for (int column = 0; column < columns; ++column, pixel += column_step) *to++ = *pixel;
      }
    }
  }
};

}  // namespace

ImageShape ToPlanes(const ImageShape& shape, bool transpose, absl::Span<char> pictures) {
  const int64_t pixel_step = shape.channels;
  const int64_t line_step = pixel_step * shape.width_px;
  const Rearrangement rearrangement = transpose ? Rearrangement{shape.channels, shape.width_px, shape.height_px, pixel_step, line_step}
                                                : Rearrangement{shape.channels, shape.height_px, shape.width_px, line_step, pixel_step};
  const ImageShape planes = {shape.channels, rearrangement.rows, rearrangement.columns};
  if (shape.channels == 1 && !transpose) return planes;
  const auto size = static_cast<size_t>(shape.values());
  std::string picture;
  for (size_t begin = 0; begin + size <= pictures.size(); begin += size) {
    picture.assign(pictures.data() + begin, size);
    rearrangement.Apply(picture.data(), pictures.data() + begin);
  }
  return planes;
}

}  // namespace mica
