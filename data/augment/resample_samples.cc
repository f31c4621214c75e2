#include "data/augment/resample_samples.h"

namespace mica {

std::vector<NamedKernels> AllResampleKernels() {
  std::vector<NamedKernels> all = {{"plain", nullptr}};
  if (__builtin_cpu_supports("avx2")) all.push_back({"AVX2", &kResampleKernelsAvx2});
  if (HasResampleAvx512()) all.push_back({"AVX-512", &kResampleKernelsAvx512});
  return all;
}

Picture GeneratedPixels(int32_t height, int32_t width, int32_t channels) {
  Picture picture;
  picture.Reshape(height, width, channels);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    uint32_t mixed = static_cast<uint32_t>(i) * 2654435761u + 12345;
    mixed = (mixed ^ (mixed >> 15)) * 2246822519u;
    picture.pixels[i] = mixed >> 24;
  }
  return picture;
}

}  // namespace mica
