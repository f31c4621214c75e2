#include "models/onnx/onnx_shapes.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"

namespace mica {
namespace {

using Shape = std::vector<int64_t>;

std::string Text(const Shape& shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ","), "]");
}

int64_t Product(const Shape& shape, size_t begin, size_t end) {
  return std::accumulate(shape.begin() + static_cast<int64_t>(begin), shape.begin() + static_cast<int64_t>(end), int64_t{1},
                         std::multiplies<>());
}

int64_t Product(const Shape& shape) {
  return Product(shape, 0, shape.size());
}

// One node: its attributes, the shapes of its inputs, the numbers of those that are constant.
struct Node {
  const onnx::NodeProto& proto;
  std::vector<Shape> inputs;
  std::vector<Shape> integers;  // [inputs]; of i64 initializers

  const onnx::AttributeProto* Find(const std::string& name) const {
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
      if (attribute.name() == name) return &attribute;
    }
    return nullptr;
  }
  int64_t Integer(const std::string& name, int64_t otherwise) const { return Find(name) != nullptr ? Find(name)->i() : otherwise; }
  Shape Integers(const std::string& name, const Shape& otherwise) const {
    return Find(name) != nullptr ? Shape(Find(name)->ints().begin(), Find(name)->ints().end()) : otherwise;
  }
  absl::Status Error(const std::string& text) const {
    std::vector<std::string> shapes;
    for (const Shape& input : inputs) shapes.push_back(Text(input));
    return absl::InvalidArgumentError(absl::StrCat(proto.op_type(), " ", proto.name(), " of ", absl::StrJoin(shapes, ", "), ": ", text));
  }
};

using Shapes = absl::StatusOr<std::vector<Shape>>;

Shapes Same(const Node& node) {
  return Shapes({node.inputs[0]});
}

Shapes Broadcast(const Node& node) {
  Shape a = node.inputs[0], b = node.inputs[1];
  const size_t rank = std::max(a.size(), b.size());
  a.insert(a.begin(), rank - a.size(), 1);
  b.insert(b.begin(), rank - b.size(), 1);
  for (size_t i = 0; i < rank; ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1) return node.Error("shapes do not broadcast");
    a[i] = std::max(a[i], b[i]);
  }
  return Shapes({a});
}

Shapes MatMul(const Node& node) {
  Shape a = node.inputs[0], b = node.inputs[1];
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2]) return node.Error("matrices do not fit");
  if (b.size() > 2 && !std::equal(a.begin(), a.end() - 2, b.begin(), b.end() - 2)) return node.Error("batches differ");
  a.back() = b.back();
  return Shapes({a});
}

Shapes Gemm(const Node& node) {
  const Shape &a = node.inputs[0], &b = node.inputs[1];
  if (node.Integer("transB", 0) != 1 || a.size() != 2 || b.size() != 2 || a[1] != b[1]) return node.Error("matrices do not fit");
  if (node.inputs.size() == 3 && node.inputs[2] != Shape{b[0]}) return node.Error("bias does not fit");
  return Shapes({{a[0], b[0]}});
}

// For norms: all inputs but the first have a number for each channel.
Shapes ForChannels(const Node& node) {
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != Shape{node.inputs[0][1]}) return node.Error("not one number for each channel");
  }
  return Same(node);
}

absl::StatusOr<Shape> Slide(const Node& node, const Shape& kernel) {
  const Shape& input = node.inputs[0];
  if (input.size() != 4 || kernel.size() != 2) return node.Error("needs [N,C,H,W] and two sides of a window");
  const Shape strides = node.Integers("strides", {1, 1}), pads = node.Integers("pads", {0, 0, 0, 0});
  const Shape dilations = node.Integers("dilations", {1, 1});
  Shape output = {input[0], input[1]};
  for (size_t i = 0; i < 2; ++i) {
    const int64_t room = input[2 + i] + pads[i] + pads[2 + i] - dilations[i] * (kernel[i] - 1) - 1;
    if (room < 0) return node.Error("the window is larger than the picture");
    output.push_back(room / strides[i] + 1);
  }
  return output;
}

Shapes Conv(const Node& node) {
  const Shape& weight = node.inputs[1];
  const int64_t groups = node.Integer("group", 1);
  if (weight.size() != 4 || node.inputs[0][1] != weight[1] * groups || weight[0] % groups != 0) return node.Error("channels do not fit");
  if (node.Integers("kernel_shape", {}) != Shape(weight.begin() + 2, weight.end())) return node.Error("kernel_shape is not the weight's");
  if (node.inputs.size() == 3 && node.inputs[2] != Shape{weight[0]}) return node.Error("bias does not fit");
  MICA_ASSIGN_OR_RETURN(Shape output, Slide(node, {weight[2], weight[3]}));
  output[1] = weight[0];
  return Shapes({output});
}

Shapes Pool(const Node& node) {
  const Shape kernel = node.Integers("kernel_shape", {}), pads = node.Integers("pads", {0, 0, 0, 0});
  for (size_t i = 0; i < pads.size(); ++i) {
    if (pads[i] < 0 || pads[i] >= kernel[i % 2]) return node.Error("padding is not smaller than the window");
  }
  MICA_ASSIGN_OR_RETURN(const Shape output, Slide(node, kernel));
  return Shapes({output});
}

Shapes Lrn(const Node& node) {
  return node.Integer("size", 0) % 2 == 1 ? Same(node) : node.Error("size is not odd");
}

Shapes GlobalAveragePool(const Node& node) {
  if (node.inputs[0].size() != 4) return node.Error("needs [N,C,H,W]");
  return Shapes({{node.inputs[0][0], node.inputs[0][1], 1, 1}});
}

Shapes Flatten(const Node& node) {
  const Shape& input = node.inputs[0];
  if (node.Integer("axis", 0) != 1) return node.Error("axis is not 1");
  return Shapes({{input[0], Product(input, 1, input.size())}});
}

Shapes Reshape(const Node& node) {
  Shape output = node.integers[1];
  if (output.empty() || output[0] != 0) return node.Error("does not keep the batch");
  output[0] = node.inputs[0][0];
  if (Product(output) != Product(node.inputs[0])) return node.Error(absl::StrCat("becomes ", Text(output)));
  return Shapes({output});
}

Shapes Transpose(const Node& node) {
  const Shape& input = node.inputs[0];
  const Shape order = node.Integers("perm", {});
  if (std::set<int64_t>(order.begin(), order.end()).size() != input.size() || order.size() != input.size() || order[0] != 0) {
    return node.Error(absl::StrCat("perm is ", Text(order)));
  }
  Shape output;
  for (const int64_t from : order) output.push_back(input.at(from));
  return Shapes({output});
}

Shapes Slice(const Node& node) {
  const int64_t begin = node.integers[1].at(0), end = node.integers[2].at(0), axis = node.integers[3].at(0);
  Shape output = node.inputs[0];
  if (begin < 0 || begin >= end || end > output.at(axis)) return node.Error(absl::StrCat("from ", begin, " to ", end, " of ", axis));
  output[axis] = end - begin;
  return Shapes({output});
}

Shapes Pad(const Node& node) {
  Shape output = node.inputs[0];
  const Shape& zeros = node.integers[1];
  if (zeros.size() != 2 * output.size()) return node.Error("not two numbers for each dimension");
  for (size_t i = 0; i < zeros.size(); ++i) {
    if (zeros[i] < 0) return node.Error("less than no zeros");
    output[i % output.size()] += zeros[i];
  }
  return Shapes({output});
}

Shapes Split(const Node& node) {
  const int64_t parts = node.proto.output_size(), axis = node.Integer("axis", 0);
  Shape output = node.inputs[0];
  if (output.at(axis) % parts != 0) return node.Error("parts are not equal");
  output[axis] /= parts;
  return Shapes(std::vector<Shape>(parts, output));
}

Shapes Concat(const Node& node) {
  const int64_t axis = node.Integer("axis", 0);
  Shape output = node.inputs[0];
  output.at(axis) = 0;
  for (Shape input : node.inputs) {
    if (input.size() != output.size()) return node.Error("ranks differ");
    output[axis] += std::exchange(input[axis], output[axis]);
    input[axis] = output[axis];
    if (input != output) return node.Error("other dimensions differ");
  }
  return Shapes({output});
}

Shapes Softmax(const Node& node) {
  return node.Integer("axis", -1) + 1 == static_cast<int64_t>(node.inputs[0].size()) ? Same(node) : node.Error("axis is not the last");
}

Shapes OutputsOf(const Node& node) {
  static const std::map<std::string, Shapes (*)(const Node&)> kRules = {
      {"Add", Broadcast},   {"AveragePool", Pool},
      {"Concat", Concat},   {"BatchNormalization", ForChannels},
      {"Conv", Conv},       {"GlobalAveragePool", GlobalAveragePool},
      {"Div", Broadcast},   {"HardSigmoid", Same},
      {"Erf", Same},        {"InstanceNormalization", ForChannels},
      {"Flatten", Flatten}, {"LRN", Lrn},
      {"Gemm", Gemm},       {"LeakyRelu", Same},
      {"MatMul", MatMul},   {"MaxPool", Pool},
      {"Mul", Broadcast},   {"Pad", Pad},
      {"Pow", Broadcast},   {"Relu", Same},
      {"Reshape", Reshape}, {"Sigmoid", Same},
      {"Slice", Slice},     {"Softmax", Softmax},
      {"Split", Split},     {"Sub", Broadcast},
      {"Tanh", Same},       {"Transpose", Transpose},
  };
  const auto rule = kRules.find(node.proto.op_type());
  return rule == kRules.end() ? Shapes(node.Error("is an operator that mica does not write")) : rule->second(node);
}

class Inference {
 public:
  explicit Inference(const onnx::GraphProto& graph) : graph_(graph) {}

  absl::Status Run(int64_t batch) {
    for (const onnx::TensorProto& tensor : graph_.initializer()) MICA_RETURN_IF_ERROR(AddTensor(tensor));
    for (const onnx::ValueInfoProto& input : graph_.input()) MICA_RETURN_IF_ERROR(AddValue(input.name(), ShapeOf(input, batch)));
    for (const onnx::NodeProto& node : graph_.node()) MICA_RETURN_IF_ERROR(AddNode(node));
    for (const onnx::TensorProto& tensor : graph_.initializer()) {
      if (used_.count(tensor.name()) == 0) return absl::InvalidArgumentError(absl::StrCat("no node takes ", tensor.name()));
    }
    for (const onnx::ValueInfoProto& output : graph_.output()) {
      const auto found = shapes_.find(output.name());
      if (found == shapes_.end() || found->second != ShapeOf(output, batch)) {
        return absl::InvalidArgumentError(absl::StrCat("output ", output.name(), " is not ", Text(ShapeOf(output, batch))));
      }
    }
    return absl::OkStatus();
  }

  OnnxShapes& shapes() { return shapes_; }

 private:
  static Shape ShapeOf(const onnx::ValueInfoProto& value, int64_t batch) {
    Shape shape;
    for (const auto& dimension : value.type().tensor_type().shape().dim()) {
      shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : batch);
    }
    return shape;
  }

  absl::Status AddValue(const std::string& name, const Shape& shape) {
    return shapes_.emplace(name, shape).second ? absl::OkStatus()
                                               : absl::InvalidArgumentError(absl::StrCat("two values are called ", name));
  }

  absl::Status AddTensor(const onnx::TensorProto& tensor) {
    const Shape shape(tensor.dims().begin(), tensor.dims().end());
    const bool is_integer = tensor.data_type() == onnx::TensorProto::INT64;
    if (static_cast<int64_t>(tensor.raw_data().size()) != Product(shape) * (is_integer ? 8 : 4)) {
      return absl::InvalidArgumentError(absl::StrCat(tensor.name(), " of ", Text(shape), " has ", tensor.raw_data().size(), " bytes"));
    }
    if (is_integer) {
      Shape& values = integers_[tensor.name()];
      values.resize(Product(shape));
      std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
    }
    return AddValue(tensor.name(), shape);
  }

  absl::Status AddNode(const onnx::NodeProto& proto) {
    Node node = {proto, {}, {}};
    for (const std::string& input : proto.input()) {
      const auto found = shapes_.find(input);
      if (found == shapes_.end()) return absl::InvalidArgumentError(absl::StrCat(proto.name(), " takes ", input, ", which is nothing yet"));
      node.inputs.push_back(found->second);
      node.integers.push_back(integers_.count(input) > 0 ? integers_.at(input) : Shape());
      used_.insert(input);
    }
    MICA_ASSIGN_OR_RETURN(const std::vector<Shape> outputs, OutputsOf(node));
    for (int i = 0; i < proto.output_size(); ++i) MICA_RETURN_IF_ERROR(AddValue(proto.output(i), outputs[i]));
    return absl::OkStatus();
  }

  const onnx::GraphProto& graph_;
  OnnxShapes shapes_;
  std::map<std::string, Shape> integers_;
  std::set<std::string> used_;
};

}  // namespace

absl::StatusOr<OnnxShapes> ShapesOf(const onnx::GraphProto& graph, int64_t batch) {
  Inference inference(graph);
  MICA_RETURN_IF_ERROR(inference.Run(batch));
  return std::move(inference.shapes());
}

}  // namespace mica
