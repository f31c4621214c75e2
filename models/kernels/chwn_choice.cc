#include "models/kernels/chwn_choice.h"

namespace mica {

bool ConvolvesInChwn(const Conv2dConfig& config, int64_t in_channels) {
  // With 16 channels LibTorch's kernels are as fast, with more they are faster (bench/README.md,
  // B9).
  constexpr int64_t kFewChannels = 12;
  constexpr int64_t kMaxKernel = 7;
  return in_channels <= kFewChannels && config.out_channels() <= kFewChannels && config.stride() == 1 && config.dilation() == 1 &&
         config.groups() == 1 && config.kernel_size_px() <= kMaxKernel && config.padding_px() < config.kernel_size_px();
}

}  // namespace mica
