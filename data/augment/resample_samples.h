// What the resampler's tests share.
#ifndef MICA_DATA_AUGMENT_RESAMPLE_SAMPLES_H_
#define MICA_DATA_AUGMENT_RESAMPLE_SAMPLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "data/augment/resample_kernels.h"
#include "data/picture/picture.h"

namespace mica {

struct NamedKernels {
  std::string name;
  const ResampleKernels* kernels;
};

// Those that this processor can run, plain C++ first.
std::vector<NamedKernels> AllResampleKernels();

// Noise, the same as in make_resample_goldens.py.
Picture GeneratedPixels(int32_t height, int32_t width, int32_t channels);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RESAMPLE_SAMPLES_H_
