#include "models/onnx/picture_nodes.h"

#include <algorithm>
#include <vector>

#include "models/onnx/activation_nodes.h"

namespace mica {
namespace {

using Integers = std::vector<int64_t>;

// Its tensors are `prefix` + "weight" and "bias".
std::string Convolve(const Conv2dConfig& config, const std::string& prefix, const std::string& picture, LayerNodes* nodes) {
  const int64_t kernel = config.kernel_size_px(), stride = config.stride(), padding = config.padding_px();
  const int64_t dilation = config.dilation(), groups = config.groups();
  const Integers& weight = nodes->ShapeOf(prefix + "weight");
  std::vector<std::string> inputs = {picture, nodes->Tensor(prefix + "weight", {weight[0], weight[1], kernel, kernel})};
  if (config.bias()) inputs.push_back(nodes->Tensor(prefix + "bias"));
  return nodes->Add("Conv", inputs,
                    {{"kernel_shape", Integers{kernel, kernel}},
                     {"strides", Integers{stride, stride}},
                     {"pads", Integers(4, padding)},
                     {"dilations", Integers{dilation, dilation}},
                     {"group", groups}});
}

std::string ConvolvePixels(const std::string& prefix, bool has_bias, const std::string& picture, LayerNodes* nodes) {
  Conv2dConfig config;
  config.set_kernel_size_px(1);
  config.set_bias(has_bias);
  return Convolve(config, prefix, picture, nodes);
}

// One number for each channel, [N,C,1,1], for each pixel. A product of this shape would do without,
// but OpenCV 4.6 takes it for one picture only.
std::string ForEachPixel(const std::string& channels, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  const std::string ones = nodes->Constant("ones", {1, shape.positions()}, [](int64_t) { return 1.f; });
  return nodes->Reshape(nodes->Add("MatMul", {channels, ones}), {shape.channels, shape.height_px, shape.width_px});
}

// Of a side of `from` pixels that becomes `to`: output i is the mean of the pixels from
// floor(i from / to) on, up to before ceil((i + 1) from / to).
struct Windows {
  int64_t from, to;

  int64_t begin(int64_t i) const { return i * from / to; }
  int64_t end(int64_t i) const { return ((i + 1) * from + to - 1) / to; }
  bool are_equal() const { return from % to == 0; }
};

// The last dimension's windows become their means.
std::string AverageLastDimension(const Windows& windows, const std::string& value, LayerNodes* nodes) {
  const auto share = [&windows](int64_t index) {
    const int64_t pixel = index / windows.to, begin = windows.begin(index % windows.to), end = windows.end(index % windows.to);
    return begin <= pixel && pixel < end ? 1 / static_cast<float>(end - begin) : 0.f;
  };
  return nodes->Add("MatMul", {value, nodes->Constant("shares", {windows.from, windows.to}, share)});
}

std::string SlidingMean(const Integers& kernel, const Integers& strides, const std::string& picture, LayerNodes* nodes) {
  return nodes->Add("AveragePool", {picture}, {{"kernel_shape", kernel}, {"strides", strides}});
}

}  // namespace

std::string AddConvolution(const Conv2dConfig& config, const std::string& picture, LayerNodes* nodes) {
  return Convolve(config, /*prefix=*/"", picture, nodes);
}

std::string AddPixelLinear(const LinearLayerConfig& config, const std::string& picture, LayerNodes* nodes) {
  return ConvolvePixels(/*prefix=*/"", config.bias(), picture, nodes);
}

std::string AddSqueezeExcite(const SqueezeExciteConfig& config, const std::string& picture, LayerNodes* nodes) {
  const std::string squeezed = ConvolvePixels("fc1.", /*has_bias=*/true, nodes->Add("GlobalAveragePool", {picture}), nodes);
  const std::string active = config.activation() == SqueezeExciteConfig::SILU ? AddSilu(squeezed, nodes) : nodes->Add("Relu", {squeezed});
  const std::string excited = ConvolvePixels("fc2.", /*has_bias=*/true, active, nodes);
  const std::string gate =
      config.gate() == SqueezeExciteConfig::HARD_SIGMOID ? AddHardSigmoid(excited, nodes) : nodes->Add("Sigmoid", {excited});
  return nodes->Add("Mul", {picture, ForEachPixel(gate, nodes)});
}

std::string AddChannelShuffle(int64_t groups, const std::string& picture, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  const std::string dealt = nodes->Reshape(picture, {groups, shape.channels / groups, shape.height_px, shape.width_px});
  return nodes->Reshape(nodes->Transpose(dealt, {0, 2, 1, 3, 4}), {shape.channels, shape.height_px, shape.width_px});
}

std::string AddMergePatches(const std::string& picture, LayerNodes* nodes) {
  const LayerShape &input = nodes->input(), &output = nodes->output();
  const int64_t rows = output.height_px, columns = output.width_px;
  std::string even = picture;
  if (2 * rows > input.height_px || 2 * columns > input.width_px) {
    even = nodes->Pad(picture, {0, 0, 0, 0}, {0, 0, 2 * rows - input.height_px, 2 * columns - input.width_px});
  }
  const std::string squares = nodes->Reshape(even, {input.channels, rows, 2, columns, 2});
  const std::string corners_first = nodes->Transpose(squares, {0, 5, 3, 1, 2, 4});  // left before right, then upper before lower
  return nodes->Reshape(corners_first, {output.channels, rows, columns});
}

std::string AddSamePad(const std::string& picture, LayerNodes* nodes) {
  const LayerShape &input = nodes->input(), &output = nodes->output();
  const int64_t rows = output.height_px - input.height_px, columns = output.width_px - input.width_px;
  if (rows == 0 && columns == 0) return picture;
  return nodes->Pad(picture, {0, 0, rows / 2, columns / 2}, {0, 0, (rows + 1) / 2, (columns + 1) / 2});
}

std::string AddMaxPool(const MaxPoolConfig& config, const std::string& picture, LayerNodes* nodes) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  const auto padding_after = [&](int64_t side, int64_t output_side) {
    return std::max(padding, (output_side - 1) * stride + kernel - padding - side);
  };
  const LayerShape &input = nodes->input(), &output = nodes->output();
  return nodes->Add("MaxPool", {picture},
                    {{"kernel_shape", Integers{kernel, kernel}},
                     {"strides", Integers{stride, stride}},
                     {"pads", Integers{padding, padding, padding_after(input.height_px, output.height_px),
                                       padding_after(input.width_px, output.width_px)}}});
}

std::string AddAveragePool(const AveragePoolConfig& config, const std::string& picture, LayerNodes* nodes) {
  const int64_t kernel = config.kernel_size_px(), stride = config.has_stride() ? config.stride() : kernel, padding = config.padding_px();
  const Integers zeros = {0, 0, padding, padding};
  return SlidingMean({kernel, kernel}, {stride, stride}, padding > 0 ? nodes->Pad(picture, zeros, zeros) : picture, nodes);
}

std::string AddAdaptiveAveragePool(int64_t size_px, const std::string& picture, LayerNodes* nodes) {
  const Windows rows = {nodes->input().height_px, size_px}, columns = {nodes->input().width_px, size_px};
  if (rows.are_equal() && columns.are_equal()) {
    const Integers window = {rows.from / size_px, columns.from / size_px};
    return SlidingMean(window, window, picture, nodes);
  }
  const std::string narrow = nodes->Transpose(AverageLastDimension(columns, picture, nodes), {0, 1, 3, 2});
  return nodes->Transpose(AverageLastDimension(rows, narrow, nodes), {0, 1, 3, 2});
}

std::string AddMeanOfPositions(const std::string& value, LayerNodes* nodes) {
  std::string picture = value;
  if (!nodes->input().is_picture()) {
    picture = nodes->Reshape(nodes->Transpose(value, {0, 2, 1}), {nodes->input().channels, nodes->input().tokens, 1});
  }
  return nodes->Add("Flatten", {nodes->Add("GlobalAveragePool", {picture})}, {{"axis", int64_t{1}}});
}

}  // namespace mica
