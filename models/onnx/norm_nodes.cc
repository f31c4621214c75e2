#include "models/onnx/norm_nodes.h"

#include <vector>

namespace mica {
namespace {

// Rows f32 [N,count,values]: each to mean 0 and variance 1.
std::string NormaliseRows(const std::string& rows, int64_t count, double epsilon, LayerNodes* nodes) {
  // A single value is its own mean; OpenCV 4.6 would give any number.
  if (nodes->input().values() == count) return nodes->Add("Sub", {rows, rows});
  const std::string scale = nodes->Constant("ones", {count}, [](int64_t) { return 1.f; });
  const std::string shift = nodes->Constant("zeros", {count}, [](int64_t) { return 0.f; });
  return nodes->Add("InstanceNormalization", {rows, scale, shift}, {{"epsilon", static_cast<float>(epsilon)}});
}

// A value whose dimension 1 are the channels, times weight, plus bias.
std::string ScaleAndShift(const std::string& value, std::vector<int64_t> tensor_shape, LayerNodes* nodes) {
  const std::string scaled = nodes->Add("Mul", {value, nodes->Tensor("weight", tensor_shape)});
  return nodes->Add("Add", {scaled, nodes->Tensor("bias", tensor_shape)});
}

}  // namespace

std::string AddBatchNorm(const BatchNormConfig& config, const std::string& value, LayerNodes* nodes) {
  // Flat values as pictures of one pixel, because OpenCV 4.6 computes something else from them behind
  // a SiLU.
  const LayerShape& shape = nodes->input();
  const std::string picture = shape.is_flat() ? nodes->Reshape(value, {shape.channels, 1, 1}) : value;
  std::vector<std::string> inputs = {picture};
  for (const char* tensor : {"weight", "bias", "running_mean", "running_var"}) inputs.push_back(nodes->Tensor(tensor));
  const std::string normal = nodes->Add("BatchNormalization", inputs, {{"epsilon", static_cast<float>(config.epsilon())}});
  return shape.is_flat() ? nodes->Reshape(normal, {shape.channels}) : normal;
}

std::string AddLayerNorm(const LayerNormConfig& config, const std::string& value, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  const int64_t positions = shape.positions(), channels = shape.channels;
  if (shape.is_flat()) {
    const std::string normal = NormaliseRows(nodes->Reshape(value, {1, channels}), 1, config.epsilon(), nodes);
    return ScaleAndShift(nodes->Reshape(normal, {channels}), {channels}, nodes);
  }
  const std::string rows = shape.is_picture() ? nodes->Transpose(nodes->Reshape(value, {channels, positions}), {0, 2, 1}) : value;
  const std::string channels_first = nodes->Transpose(NormaliseRows(rows, positions, config.epsilon(), nodes), {0, 2, 1});
  const std::string result = ScaleAndShift(channels_first, {channels, 1}, nodes);
  return shape.is_picture() ? nodes->Reshape(result, {channels, shape.height_px, shape.width_px}) : nodes->Transpose(result, {0, 2, 1});
}

std::string AddGroupNorm(const GroupNormConfig& config, const std::string& picture, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  const std::string groups = nodes->Reshape(picture, {config.groups(), shape.values() / config.groups()});
  const std::string normal = NormaliseRows(groups, config.groups(), config.epsilon(), nodes);
  return ScaleAndShift(nodes->Reshape(normal, {shape.channels, shape.height_px, shape.width_px}), {shape.channels, 1, 1}, nodes);
}

std::string AddLocalResponseNorm(const LocalResponseNormConfig& config, const std::string& picture, LayerNodes* nodes) {
  const int64_t size = config.size();
  if (size % 2 == 1) {
    return nodes->Add("LRN", {picture},
                      {{"size", size},
                       {"alpha", static_cast<float>(config.alpha())},
                       {"beta", static_cast<float>(config.beta())},
                       {"bias", static_cast<float>(config.k())}});
  }
  // Channels as the rows of a picture: the mean over `size` rows.
  const LayerShape& shape = nodes->input();
  const std::string squares =
      nodes->Reshape(nodes->Add("Pow", {picture, nodes->Constant("two", 2)}), {1, shape.channels, shape.positions()});
  const std::string padded = nodes->Pad(squares, {0, 0, size / 2, 0}, {0, 0, (size - 1) / 2, 0});
  const std::string means = nodes->Add("AveragePool", {padded}, {{"kernel_shape", std::vector<int64_t>{size, 1}}});
  const std::string back = nodes->Reshape(means, {shape.channels, shape.height_px, shape.width_px});
  const std::string scaled = nodes->Add("Mul", {back, nodes->Constant("alpha", config.alpha())});
  const std::string sum = nodes->Add("Add", {scaled, nodes->Constant("k", config.k())});
  return nodes->Add("Div", {picture, nodes->Add("Pow", {sum, nodes->Constant("beta", config.beta())})});
}

}  // namespace mica
