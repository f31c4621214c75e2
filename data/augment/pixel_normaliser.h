// Bytes of pixels -> the numbers that networks see.
//   const PixelNormaliser normaliser(3, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f});
//   normaliser.Normalise(row, 224, output);      // u8 [224, 3] -> f32 [224, 3]
// (byte / 255 - mean) / std of each channel, every step rounded to f32 as IEEE 754 says: bit for
// bit torchvision's ToTensor (of PIL pictures) and Normalize. torchvision's ToDtype(scale=True)
// multiplies by 1/255 instead: values before mean and std differ by up to 6e-8, after ImageNet's by
// up to 7e-7.
#ifndef MICA_DATA_AUGMENT_PIXEL_NORMALISER_H_
#define MICA_DATA_AUGMENT_PIXEL_NORMALISER_H_

#include <array>
#include <cstdint>

#include "data/augment/normalise_kernels.h"

namespace mica {

// Uses AVX-512 or AVX2 where the processor has them, with equal results. Thread-safe.
class PixelNormaliser {
 public:
  // `channels` 1 or 3, as many of the numbers are used; std is not 0. Mean 0 and std 1 give byte /
  // 255. `kernel`: for tests; null: plain C++.
  PixelNormaliser(int channels, const std::array<float, 3>& mean, const std::array<float, 3>& std,
                  NormaliseKernel kernel = FindNormaliseKernel());

  // `pixels`: u8 [count, channels], channels innermost, of a row or of a whole picture.
  void Normalise(const uint8_t* pixels, int64_t count, float* result) const;

 private:
  void NormalisePlainly(const uint8_t* values, int64_t count, float* result) const;
  bool IsExact() const;

  int channels_;
  NormaliseFactors factors_;
  NormaliseKernel kernel_;
};

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_PIXEL_NORMALISER_H_
