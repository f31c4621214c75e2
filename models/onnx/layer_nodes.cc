#include "models/onnx/layer_nodes.h"

#include <glog/logging.h>

#include "absl/strings/str_cat.h"

namespace mica {

std::string LayerNodes::Add(absl::string_view op, const std::vector<std::string>& inputs, const std::vector<OnnxAttribute>& attributes) {
  return graph_.AddNode(layer_.name, op, inputs, attributes);
}

std::string LayerNodes::Reshape(const std::string& value, const std::vector<int64_t>& shape_behind_batch) {
  std::vector<int64_t> shape = {0};  // the batch as it is
  shape.insert(shape.end(), shape_behind_batch.begin(), shape_behind_batch.end());
  return Add("Reshape", {value, graph_.AddIntegers(layer_.name, "shape", shape)});
}

std::string LayerNodes::Transpose(const std::string& value, const std::vector<int64_t>& from_dimensions) {
  return Add("Transpose", {value}, {{"perm", from_dimensions}});
}

std::string LayerNodes::Slice(const std::string& value, int64_t dimension, int64_t begin, int64_t end) {
  return Add("Slice", {value, graph_.AddIntegers(layer_.name, "begin", {begin}), graph_.AddIntegers(layer_.name, "end", {end}),
                       graph_.AddIntegers(layer_.name, "dimension", {dimension})});
}

std::string LayerNodes::Pad(const std::string& value, std::vector<int64_t> before, const std::vector<int64_t>& after) {
  before.insert(before.end(), after.begin(), after.end());
  return Add("Pad", {value, graph_.AddIntegers(layer_.name, "zeros", before)});
}

std::vector<std::string> LayerNodes::SplitEqually(const std::string& value, int64_t dimension, int64_t parts) {
  return graph_.AddNodeOf(layer_.name, "Split", {value}, {{"axis", dimension}}, parts);
}

std::string LayerNodes::MultiplyChannels(const std::string& value, absl::string_view own_name) {
  const int64_t channels = input().channels;
  switch (input().form) {
    case LayerShape::Form::kPicture:
      return Add("Mul", {value, Tensor(own_name, {channels, 1, 1})});
    case LayerShape::Form::kTokens: {
      const std::string channels_first = Transpose(value, {0, 2, 1});
      return Transpose(Add("Mul", {channels_first, Tensor(own_name, {channels, 1})}), {0, 2, 1});
    }
    case LayerShape::Form::kFlat:
      return Add("Mul", {value, Tensor(own_name)});
  }
  return value;
}

std::string LayerNodes::Linear(const std::string& value, const std::string& prefix, bool has_bias) {
  const std::string weight = prefix + "weight";
  const int64_t outputs = ShapeOf(weight)[0], inputs = ShapeOf(weight)[1];
  const FloatView values = ValuesOf(weight);
  const auto transposed = [&](int64_t i) { return values[i % outputs * inputs + i / outputs]; };
  const std::string product = Add("MatMul", {value, Tensor(weight, {inputs, outputs}, transposed)});
  return has_bias ? Add("Add", {product, Tensor(prefix + "bias")}) : product;
}

std::string LayerNodes::Tensor(absl::string_view own_name) {
  return Tensor(own_name, ShapeOf(own_name));
}

std::string LayerNodes::Tensor(absl::string_view own_name, const std::vector<int64_t>& shape) {
  const std::string name = FullName(own_name);
  return graph_.AddFloats(name, shape, bytes_.at(name));
}

std::string LayerNodes::Tensor(absl::string_view own_name, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at) {
  return graph_.AddFloats(FullName(own_name), shape, value_at);
}

FloatView LayerNodes::ValuesOf(absl::string_view own_name) const {
  return FloatView(bytes_.at(FullName(own_name)));
}

const std::vector<int64_t>& LayerNodes::ShapeOf(absl::string_view own_name) const {
  const std::string name = FullName(own_name);
  for (const LayerTensor& tensor : layer_.tensors) {
    if (tensor.name == name) return tensor.shape;
  }
  LOG(FATAL) << layer_.place << " has no tensor " << name;
}

std::string LayerNodes::Constant(absl::string_view what, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at) {
  return graph_.AddFloats(graph_.NewName(layer_.name, what), shape, value_at);
}

std::string LayerNodes::Constant(absl::string_view what, double value) {
  return Constant(what, {}, [value](int64_t) { return static_cast<float>(value); });
}

}  // namespace mica
