#include "models/network/layer_steps.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/max_pool2d.h>

#include <algorithm>

#include "models/kernels/chwn_layers.h"
#include "models/network/layer_modules.h"

namespace mica {

at::Tensor MaxPool(const MaxPoolConfig& config, const at::Tensor& picture) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  if (kernel == stride && padding == 0 && !config.ceil_mode() && IsChwn(picture)) return ChwnMaxPool2d(picture, kernel);
  return at::max_pool2d(picture, {kernel, kernel}, {stride, stride}, {padding, padding}, /*dilation=*/1, config.ceil_mode());
}

at::Tensor AveragePool(const AveragePoolConfig& config, const at::Tensor& picture) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  return at::avg_pool2d(picture, {kernel, kernel}, {stride, stride}, {padding, padding});
}

at::Tensor MeanOfPositions(const at::Tensor& input) {
  return input.dim() == 4 ? input.mean({2, 3}) : input.mean(1);
}

at::Tensor NormaliseOverChannels(const LocalResponseNormConfig& config, const at::Tensor& picture) {
  const int64_t size = config.size(), channels = picture.size(1);
  const at::Tensor squares = at::constant_pad_nd(picture * picture, {0, 0, 0, 0, size / 2, (size - 1) / 2});
  at::Tensor sum = squares.narrow(1, 0, channels);
  for (int64_t i = 1; i < size; ++i) sum = sum + squares.narrow(1, i, channels);
  return picture / (sum * (config.alpha() / static_cast<double>(size)) + config.k()).pow(config.beta());
}

at::Tensor ShuffleChannels(int64_t groups, const at::Tensor& picture) {
  const at::Tensor pixels = ChannelsToTheEnd(picture);
  return ChannelsToTheFront(pixels.unflatten(3, {groups, pixels.size(3) / groups}).transpose(3, 4).flatten(3));
}

at::Tensor PixelsAsTokens(const at::Tensor& picture) {
  return ChannelsToTheEnd(picture).flatten(1, 2);
}

at::Tensor MergePatches(const at::Tensor& picture) {
  at::Tensor pixels = ChannelsToTheEnd(picture);
  const int64_t height = pixels.size(1), width = pixels.size(2);
  if (height % 2 != 0 || width % 2 != 0) pixels = at::constant_pad_nd(pixels, {0, 0, 0, width % 2, 0, height % 2});
  std::vector<at::Tensor> corners;
  for (const int64_t x : {0, 1}) {
    for (const int64_t y : {0, 1}) corners.push_back(pixels.slice(1, y, {}, 2).slice(2, x, {}, 2));
  }
  return ChannelsToTheFront(at::cat(corners, 3));
}

at::Tensor PadAsTensorFlow(const SamePadConfig& config, const at::Tensor& picture) {
  const int64_t kernel = config.kernel_size_px(), stride = config.stride();
  const auto zeros = [&](int64_t side) { return std::max<int64_t>(0, (side - 1) / stride * stride + kernel - side); };
  const int64_t rows = zeros(picture.size(2)), columns = zeros(picture.size(3));
  if (rows == 0 && columns == 0) return picture;
  return at::constant_pad_nd(picture, {columns / 2, (columns + 1) / 2, rows / 2, (rows + 1) / 2});
}

}  // namespace mica
