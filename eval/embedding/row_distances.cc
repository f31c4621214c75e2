#include "eval/embedding/row_distances.h"

#include <algorithm>

#include "base/processor_versions.h"

namespace mica {
namespace {

constexpr int64_t kBlock = RowDistances::kBlock;

// Four columns at a time, so that sums are loaded and stored less often.
MICA_PROCESSOR_VERSIONS void AddSquares(const float* __restrict row, const float* __restrict block, int64_t columns,
                                        float* __restrict sums) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    const float r0 = row[c], r1 = row[c + 1], r2 = row[c + 2], r3 = row[c + 3];
    const float* const b = block + c * kBlock;
    for (int64_t j = 0; j < kBlock; ++j) {
      const float d0 = b[j] - r0, d1 = b[kBlock + j] - r1, d2 = b[2 * kBlock + j] - r2, d3 = b[3 * kBlock + j] - r3;
      sums[j] += (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3);
    }
  }
  for (; c < columns; ++c) {
    for (int64_t j = 0; j < kBlock; ++j) {
      const float difference = block[c * kBlock + j] - row[c];
      sums[j] += difference * difference;
    }
  }
}

}  // namespace

RowDistances::RowDistances(const FeatureRows& features) : features_(features), columns_(blocks() * features.columns * kBlock) {
  for (int64_t i = 0; i < features.count(); ++i) {
    float* const column = columns_.data() + i / kBlock * features.columns * kBlock + i % kBlock;
    for (int64_t c = 0; c < features.columns; ++c) column[c * kBlock] = features.row(i)[c];
  }
}

void RowDistances::ToBlock(int64_t first, int64_t rows, int64_t block, int64_t stride, float* distances) const {
  for (int64_t i = 0; i < rows; ++i) {
    float* const sums = distances + i * stride;
    std::fill_n(sums, kBlock, 0.0f);
    AddSquares(features_.row(first + i), columns_.data() + block * features_.columns * kBlock, features_.columns, sums);
  }
}

}  // namespace mica
