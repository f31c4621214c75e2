#include "models/kernels/nhwc_weight_gradient.h"

#include <algorithm>

namespace mica {
namespace {

using nhwc_weight_gradient::Block;
using nhwc_weight_gradient::kFewChannels;
using nhwc_weight_gradient::kOutChannels;
using nhwc_weight_gradient::kPanel;
using nhwc_weight_gradient::kPanelsAtOnce;

int64_t RoundUp(int64_t value, int64_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace

NhwcWeightGradient* FindNhwcWeightGradient() {
  if (__builtin_cpu_supports("avx512f")) return nullptr;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? AddNhwcWeightGradientAvx2 : nullptr;
}

int64_t ScratchFloats(const NhwcConvolution& shape) {
  const Block block(shape);
  return kPanelsAtOnce * block.panel_floats + block.images * block.rows * shape.out_width() * kOutChannels;
}

std::vector<NhwcWeightPart> DivideWeight(const NhwcConvolution& shape, int64_t threads) {
  // As few as possible, all nearly equal: 96 channels become 48 and 48, not 64 and 32.
  const int64_t in_parts = RoundUp(shape.in_channels, kPanel * kPanelsAtOnce) / (kPanel * kPanelsAtOnce);
  const int64_t in_step =
      shape.in_channels <= kFewChannels ? shape.in_channels : RoundUp(RoundUp(shape.in_channels, in_parts) / in_parts, kPanel);
  int64_t out_parts = 1;
  while (in_parts * out_parts % threads != 0) ++out_parts;
  const int64_t out_step = RoundUp(RoundUp(shape.out_channels, out_parts) / out_parts, kOutChannels);
  std::vector<NhwcWeightPart> parts;
  for (int64_t in = 0; in < shape.in_channels; in += in_step) {
    for (int64_t out = 0; out < shape.out_channels; out += out_step) {
      parts.push_back({in, std::min(in + in_step, shape.in_channels), out, std::min(out + out_step, shape.out_channels)});
    }
  }
  return parts;
}

}  // namespace mica
