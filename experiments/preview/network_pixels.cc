#include "experiments/preview/network_pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mica {

void ShowNetworkPixels(absl::Span<const float> values, PictureSize size, absl::Span<const float> mean, absl::Span<const float> std,
                       Picture* picture) {
  const size_t channels = mean.size();
  picture->Reshape(size.height_px, size.width_px, static_cast<int32_t>(channels));
  for (size_t i = 0; i < values.size(); ++i) {
    const float value = values[i] * std[i % channels] + mean[i % channels];
    picture->pixels[i] = static_cast<uint8_t>(std::lround(255 * std::clamp(value, 0.0f, 1.0f)));
  }
}

}  // namespace mica
