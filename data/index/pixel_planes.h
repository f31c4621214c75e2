// From pictures as other programs store them to u8 CHW, as SampleFile::raw has them.
//   const ImageShape shape = ToPlanes({/*channels=*/3, /*height_px=*/28, /*width_px=*/28}, false,
//                                     absl::MakeSpan(bytes).subspan(header));
#ifndef MICA_DATA_INDEX_PIXEL_PLANES_H_
#define MICA_DATA_INDEX_PIXEL_PLANES_H_

#include "absl/types/span.h"
#include "data/index/image_shape.h"

namespace mica {

// Rearranges pictures in place. `pictures` are u8 [n, height, width, channels] of this shape, and
// become [n, channels, height, width] or, if transposed, [n, channels, width, height]. Returns
// their new shape. Beside them it needs memory for one picture. Thread-safe for different pictures.
// 60,000 pictures of 28x28 take about 60 ms; none where nothing moves.
ImageShape ToPlanes(const ImageShape& shape, bool transpose, absl::Span<char> pictures);

}  // namespace mica

#endif  // MICA_DATA_INDEX_PIXEL_PLANES_H_
