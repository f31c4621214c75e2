#include "data/augment/sharpness.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/processor_versions.h"
#include "data/augment/clamped_byte.h"

namespace mica {
namespace {

// `above`, `middle` and `below` are rows at the first value that has neighbours; `step` values
// further comes the next pixel.
MICA_PROCESSOR_VERSIONS void SharpenRow(const uint8_t* above, const uint8_t* middle, const uint8_t* below, int64_t step, int64_t count,
                                        float mean_factor, uint8_t* result) {
  for (int64_t i = 0; i < count; ++i) {
    const uint16_t sum = above[i - step] + above[i] + above[i + step] + middle[i - step] + 5 * middle[i] + middle[i + step] +
                         below[i - step] + below[i] + below[i + step];
    const uint16_t mean = static_cast<uint16_t>(sum + 6) / 13;  // rounded: 13 is odd, so nothing lies between
    result[i] = ClampedByte(__builtin_fmaf(static_cast<float>(static_cast<int16_t>(mean - middle[i])), mean_factor, middle[i]));
  }
}

}  // namespace

void AdjustSharpness(double factor, Picture* picture, Picture* scratch) {
  const int32_t height = picture->height_px;
  const int32_t width = picture->width_px;
  if (height <= 2 || width <= 2) return;
  std::swap(*picture, *scratch);
  const int32_t step = scratch->channels;
  picture->Reshape(height, width, step);
  const int64_t row_bytes = picture->row_bytes();
  std::memcpy(picture->Row(0), scratch->Row(0), row_bytes);
  for (int32_t y = 1; y < height - 1; ++y) {
    const uint8_t* const row = scratch->Row(y);
    uint8_t* const result = picture->Row(y);
    std::memcpy(result, row, step);
    SharpenRow(row - row_bytes + step, row + step, row + row_bytes + step, step, row_bytes - 2 * step, static_cast<float>(1 - factor),
               result + step);
    std::memcpy(result + row_bytes - step, row + row_bytes - step, step);
  }
  std::memcpy(picture->Row(height - 1), scratch->Row(height - 1), row_bytes);
}

}  // namespace mica
