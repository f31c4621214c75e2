#include "data/augment/normalise_kernels.h"

namespace mica {

NormaliseKernel FindNormaliseKernel() {
  if (__builtin_cpu_supports("avx512f")) return NormaliseAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return NormaliseAvx2;
  return nullptr;
}

}  // namespace mica
