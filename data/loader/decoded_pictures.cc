#include "data/loader/decoded_pictures.h"

#include <cstring>

namespace mica {

void CopyPart(const uint8_t* pixels, PictureSize size, int channels, PictureRegion region, Picture* part) {
  part->Reshape(region.height_px, region.width_px, channels);
  const int64_t row_bytes = int64_t{size.width_px} * channels;
  const uint8_t* row = pixels + region.top_px * row_bytes + int64_t{region.left_px} * channels;
  for (int32_t y = 0; y < region.height_px; ++y, row += row_bytes) std::memcpy(part->Row(y), row, part->row_bytes());
}

}  // namespace mica
