#include "data/augment/resample_kernels.h"

#include <algorithm>

namespace mica {
namespace {

constexpr uint32_t kLowMask = (1u << kResampleLowBits) - 1;

uint32_t Low(int32_t weight) {
  return static_cast<uint32_t>(weight) & kLowMask;
}

uint32_t High(int32_t weight) {
  return static_cast<uint32_t>(weight >> kResampleLowBits) & 0xFFFF;
}

uint8_t Limited(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kResampleBits, 0, 255));
}

template <int kChannels>
void SumRow(const AxisWeights& weights, const uint8_t* source, uint8_t* result) {
  for (size_t pixel = 0; pixel < weights.begin.size(); ++pixel) {
    const int32_t* factors = weights.Of(pixel);
    const uint8_t* from = source + int64_t{weights.begin[pixel]} * kChannels;
    int32_t sums[kChannels];
    for (int32_t& sum : sums) sum = 1 << (kResampleBits - 1);
    for (int32_t t = 0; t < weights.count[pixel]; ++t) {
      for (int c = 0; c < kChannels; ++c) sums[c] += from[t * kChannels + c] * factors[t];
    }
    for (int c = 0; c < kChannels; ++c) *result++ = Limited(sums[c]);
  }
}

}  // namespace

void ResampleRow(const AxisWeights& weights, int32_t channels, const uint8_t* source, uint8_t* result) {
  return channels == 1 ? SumRow<1>(weights, source, result) : SumRow<3>(weights, source, result);
}

void ResampleColumn(const int32_t* weights, int32_t count, const uint8_t* const* sources, int64_t bytes, uint8_t* result) {
  constexpr int64_t kAtOnce = 64;
  for (int64_t begin = 0; begin < bytes; begin += kAtOnce) {
    const int64_t end = std::min(bytes - begin, kAtOnce);
    int32_t sums[kAtOnce];
    std::fill(sums, sums + end, 1 << (kResampleBits - 1));
    for (int32_t t = 0; t < count; ++t) {
      for (int64_t x = 0; x < end; ++x) sums[x] += sources[t][begin + x] * weights[t];
    }
    for (int64_t x = 0; x < end; ++x) result[begin + x] = Limited(sums[x]);
  }
}

// Pixels near the end begin earlier, with weights of 0, so that all pairs of weights lie inside.
void ColumnPacker::Shift(const AxisWeights& weights, int32_t source_px) {
  const int32_t most = weights.count.empty() ? 0 : *std::max_element(weights.count.begin(), weights.count.end());
  packed_.pairs = (most + 1) / 2;
  const int32_t last = std::max(source_px - 2 * packed_.pairs, 0);
  begin_.resize(weights.begin.size());
  std::transform(weights.begin.begin(), weights.begin.end(), begin_.begin(), [last](int32_t begin) { return std::min(begin, last); });
}

bool ColumnPacker::Fits(const ColumnKernel& kernel, int32_t window_pixels) const {
  const int32_t pixels = begin_.size(), taps = kernel.holds_all_pairs ? 2 * packed_.pairs : 2;
  for (int32_t first = 0; first < pixels; first += window_pixels) {
    const int32_t last = std::min(first + window_pixels, pixels) - 1;  // they ascend or, flipped, descend
    if ((std::abs(begin_[last] - begin_[first]) + taps) * packed_.channels > kernel.window_bytes) return false;
  }
  return true;
}

// The sparse kernel always fits, if need be with one pixel a window.
void ColumnPacker::Choose(const ResampleKernels& kernels) {
  packed_.kernel = &kernels.dense;
  packed_.window_pixels = kernels.dense.lanes / packed_.channels;
  if (Fits(kernels.dense, packed_.window_pixels)) return;
  packed_.kernel = &kernels.sparse;
  packed_.window_pixels = kernels.sparse.lanes / packed_.channels;
  while (packed_.window_pixels > 1 && !Fits(kernels.sparse, packed_.window_pixels)) --packed_.window_pixels;
}

void ColumnPacker::PackWindow(const AxisWeights& weights, int64_t window) {
  const ColumnKernel& kernel = *packed_.kernel;
  const int64_t pixels = begin_.size(), first = window * packed_.window_pixels;
  const int64_t end = std::min(first + packed_.window_pixels, pixels);
  if (first >= end) return;
  const int32_t offset = std::min(begin_[first], begin_[end - 1]), channels = packed_.channels;
  offsets_[window] = offset * channels;
  const int64_t block_lanes = int64_t{kernel.windows} * kernel.lanes, block = window / kernel.windows;
  uint8_t* shuffle = &shuffle_[window * kernel.lanes * 4];
  uint32_t* low = &weights_[block * packed_.pairs * 2 * block_lanes + window % kernel.windows * kernel.lanes];
  for (int64_t pixel = first; pixel < end; ++pixel, low += channels) {
    for (int32_t c = 0; c < channels; ++c, shuffle += 4) {
      shuffle[0] = static_cast<uint8_t>((begin_[pixel] - offset) * channels + c);
      shuffle[2] = static_cast<uint8_t>(shuffle[0] + channels);
    }
    const int32_t* factors = weights.Of(pixel);
    const int32_t skipped = weights.begin[pixel] - begin_[pixel], count = weights.count[pixel];
    const auto weight = [factors, skipped, count](int32_t t) { return t >= skipped && t - skipped < count ? factors[t - skipped] : 0; };
    uint32_t* pair = low;
    for (int32_t p = 0; p < packed_.pairs; ++p, pair += 2 * block_lanes) {
      const int32_t a = weight(2 * p), b = weight(2 * p + 1);
      for (int32_t c = 0; c < channels; ++c) {
        pair[c] = Low(a) | Low(b) << 16;
        pair[block_lanes + c] = High(a) | High(b) << 16;
      }
    }
  }
}

const PackedColumns& ColumnPacker::Pack(const AxisWeights& weights, int32_t source_px, int32_t channels, const ResampleKernels& kernels) {
  packed_.channels = channels;
  Shift(weights, source_px);
  Choose(kernels);
  const ColumnKernel& kernel = *packed_.kernel;
  const int64_t block_pixels = int64_t{packed_.window_pixels} * kernel.windows;
  packed_.blocks = (begin_.size() + block_pixels - 1) / block_pixels;
  const int64_t windows = int64_t{packed_.blocks} * kernel.windows;
  offsets_.assign(windows, 0);
  shuffle_.assign(windows * kernel.lanes * 4, 0x80);
  weights_.assign(windows * kernel.lanes * 2 * packed_.pairs, 0);
  for (int64_t window = 0; window < windows; ++window) PackWindow(weights, window);
  packed_.offsets = offsets_.data();
  packed_.shuffle = shuffle_.data();
  packed_.weights = weights_.data();
  return packed_;
}

void PackRowWeights(const int32_t* weights, int32_t count, std::vector<uint32_t>* result) {
  for (int32_t t = 0; t < count; t += 2) {
    const int32_t a = weights[t], b = t + 1 < count ? weights[t + 1] : 0;
    result->push_back(Low(a) | Low(b) << 16);
    result->push_back(High(a) | High(b) << 16);
  }
}

bool HasResampleAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

const ResampleKernels* FindResampleKernels() {
  if (HasResampleAvx512()) return &kResampleKernelsAvx512;
  if (__builtin_cpu_supports("avx2")) return &kResampleKernelsAvx2;
  return nullptr;
}

}  // namespace mica
