#include "data/augment/blur.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/processor_versions.h"
#include "data/augment/border_index.h"
#include "data/augment/clamped_byte.h"

namespace mica {
namespace {

// exp(-distance^2 / (2 sigma^2)), of sum 1 over both sides. Without the ends that no sum would
// notice.
void FindWeights(int radius, double sigma, std::vector<float>* weights) {
  double sum = 0;
  weights->clear();
  for (int k = 0; k <= radius; ++k) {
    const double distance = k / sigma;
    const double weight = std::exp(-0.5 * distance * distance);
    if (weight < 1e-9) break;
    weights->push_back(static_cast<float>(weight));
    sum += k == 0 ? weight : 2 * weight;
  }
  for (float& weight : *weights) weight = static_cast<float>(weight / sum);
}

MICA_PROCESSOR_VERSIONS void Begin(const uint8_t* __restrict row, float weight, int64_t count, float* __restrict sums) {
  for (int64_t i = 0; i < count; ++i) sums[i] = row[i] * weight;
}

MICA_PROCESSOR_VERSIONS void AddRows(const uint8_t* __restrict above, const uint8_t* __restrict below, float weight, int64_t count,
                                     float* __restrict sums) {
  for (int64_t i = 0; i < count; ++i) sums[i] += (above[i] + below[i]) * weight;
}

constexpr int kTile = 64;

// `row` has radius * step more values at both ends.
MICA_PROCESSOR_VERSIONS void BlurRow(const float* __restrict row, const float* __restrict weights, int radius, int64_t step, int64_t count,
                                     uint8_t* __restrict result) {
  for (int64_t i = 0; i < count; i += kTile) {
    const int length = count - i < kTile ? static_cast<int>(count - i) : kTile;
    float sums[kTile];
    for (int k = 0; k < length; ++k) sums[k] = row[i + k] * weights[0];
    for (int distance = 1; distance <= radius; ++distance) {
      const float* const left = row + i - distance * step;
      const float* const right = row + i + distance * step;
      for (int k = 0; k < length; ++k) sums[k] += (left[k] + right[k]) * weights[distance];
    }
    for (int k = 0; k < length; ++k) result[i + k] = RoundedByte(sums[k]);
  }
}

void MirrorEnds(int radius, int64_t width, int64_t step, float* row) {
  for (int64_t x = 1; x <= radius; ++x) {
    std::memcpy(row - x * step, row + ReflectedIndex(-x, width) * step, step * sizeof(float));
    std::memcpy(row + (width - 1 + x) * step, row + ReflectedIndex(width - 1 + x, width) * step, step * sizeof(float));
  }
}

}  // namespace

void GaussianBlur(int kernel_px, double sigma, Picture* picture, BlurScratch* scratch) {
  if (picture->pixels.empty()) return;
  FindWeights(kernel_px / 2, sigma, &scratch->weights);
  const int radius = static_cast<int>(scratch->weights.size()) - 1;
  if (radius == 0) return;
  std::swap(*picture, scratch->source);
  const Picture& source = scratch->source;
  const int64_t step = source.channels;
  const int64_t count = source.row_bytes();
  picture->Reshape(source.height_px, source.width_px, source.channels);
  scratch->row.resize(count + 2 * radius * step);
  float* const row = scratch->row.data() + radius * step;
  for (int64_t y = 0; y < source.height_px; ++y) {
    Begin(source.Row(y), scratch->weights[0], count, row);
    for (int64_t k = 1; k <= radius; ++k) {
      AddRows(source.Row(ReflectedIndex(y - k, source.height_px)), source.Row(ReflectedIndex(y + k, source.height_px)), scratch->weights[k],
              count, row);
    }
    MirrorEnds(radius, source.width_px, step, row);
    BlurRow(row, scratch->weights.data(), radius, step, count, picture->Row(y));
  }
}

}  // namespace mica
