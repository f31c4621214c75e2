#include "data/augment/pixel_normaliser.h"

#include <glog/logging.h>

#include <cstring>

namespace mica {

PixelNormaliser::PixelNormaliser(int channels, const std::array<float, 3>& mean, const std::array<float, 3>& std, NormaliseKernel kernel)
    : channels_(channels), kernel_(kernel) {
  CHECK(channels == 1 || channels == 3) << channels << " channels";
  for (int i = 0; i < kNormaliseBlock; ++i) {
    factors_.mean[i] = mean[i % channels];
    factors_.std[i] = std[i % channels];
    factors_.inverse_std[i] = 1.0f / std[i % channels];
  }
  if (kernel_ != nullptr && !IsExact()) kernel_ = nullptr;
}

void PixelNormaliser::NormalisePlainly(const uint8_t* values, int64_t count, float* result) const {
  int channel = 0;
  for (int64_t i = 0; i < count; ++i) {
    result[i] = (static_cast<float>(values[i]) / 255.0f - factors_.mean[channel]) / factors_.std[channel];
    channel = channel + 1 == channels_ ? 0 : channel + 1;
  }
}

// Whether the kernel makes the same of every byte in every channel.
bool PixelNormaliser::IsExact() const {
  for (int byte = 0; byte <= 255; ++byte) {
    uint8_t values[kNormaliseBlock];
    float expected[kNormaliseBlock], results[kNormaliseBlock];
    std::memset(values, byte, sizeof(values));
    NormalisePlainly(values, kNormaliseBlock, expected);
    kernel_(factors_, values, 1, results);
    if (std::memcmp(expected, results, sizeof(expected)) != 0) return false;
  }
  return true;
}

void PixelNormaliser::Normalise(const uint8_t* pixels, int64_t count, float* result) const {
  const int64_t values = count * channels_, blocks = kernel_ == nullptr ? 0 : values / kNormaliseBlock;
  if (blocks > 0) kernel_(factors_, pixels, blocks, result);
  const int64_t done = blocks * kNormaliseBlock;
  NormalisePlainly(pixels + done, values - done, result + done);
}

}  // namespace mica
