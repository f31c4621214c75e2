#include "models/kernels/batch_norm_kernels.h"

#include <algorithm>

namespace mica {
namespace {

// 32 KiB: the second look at a slice finds it in the first cache or close to it.
constexpr int64_t kSliceFloats = 8192;
constexpr int64_t kFewestRows = 16;

}  // namespace

const BatchNormKernels& FindBatchNormKernels() {
  if (__builtin_cpu_supports("avx512f")) return kBatchNormKernelsAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kBatchNormKernelsAvx2;
  return kBatchNormKernelsBaseline;
}

BatchNormSlices::BatchNormSlices(int64_t rows, int64_t channels)
    : rows(rows),
      channels(channels),
      rows_each(std::max(kFewestRows, kSliceFloats / channels)),
      count((rows + rows_each - 1) / rows_each) {}

void CombineMoments(const BatchNormSlices& slices, const float* moments, std::vector<double>* mean, std::vector<double>* variance) {
  const int64_t channels = slices.channels;
  mean->assign(channels, 0);
  variance->assign(channels, 0);
  for (int64_t slice = 0; slice < slices.count; ++slice) {
    const float* const means = moments + slice * 2 * channels;
    const double weight = static_cast<double>(slices.size(slice)) / static_cast<double>(slices.rows);
    for (int64_t c = 0; c < channels; ++c) (*mean)[c] += weight * means[c];
  }
  for (int64_t slice = 0; slice < slices.count; ++slice) {
    const float* const means = moments + slice * 2 * channels;
    const auto rows = static_cast<double>(slices.size(slice));
    for (int64_t c = 0; c < channels; ++c) {
      const double shift = means[c] - (*mean)[c];
      (*variance)[c] += (means[channels + c] + rows * shift * shift) / static_cast<double>(slices.rows);
    }
  }
}

std::vector<double> CombineSums(const BatchNormSlices& slices, const float* sums) {
  std::vector<double> totals(2 * slices.channels, 0);
  for (int64_t slice = 0; slice < slices.count; ++slice) {
    const float* const of_slice = sums + slice * 2 * slices.channels;
    for (int64_t i = 0; i < 2 * slices.channels; ++i) totals[i] += of_slice[i];
  }
  return totals;
}

}  // namespace mica
