#include "models/kernels/chwn_kernels.h"

namespace mica {

const ChwnKernels* FindChwnKernels() {
  if (__builtin_cpu_supports("avx512f")) return &kChwnKernelsAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &kChwnKernelsAvx2;
  return nullptr;
}

}  // namespace mica
