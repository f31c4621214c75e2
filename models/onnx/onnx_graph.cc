#include "models/onnx/onnx_graph.h"

#include <glog/logging.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

void SetValue(int64_t value, onnx::AttributeProto* attribute) {
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void SetValue(float value, onnx::AttributeProto* attribute) {
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

void SetValue(const std::vector<int64_t>& values, onnx::AttributeProto* attribute) {
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute->add_ints(value);
}

void FillInfo(const std::string& name, const std::vector<int64_t>& shape, onnx::ValueInfoProto* info) {
  info->set_name(name);
  auto* const tensor = info->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape()->add_dim()->set_dim_param("N");
  for (const int64_t dimension : shape) tensor->mutable_shape()->add_dim()->set_dim_value(dimension);
}

}  // namespace

std::string OnnxGraph::AddNode(absl::string_view layer, absl::string_view op, const std::vector<std::string>& inputs,
                               const std::vector<OnnxAttribute>& attributes) {
  return AddNodeOf(layer, op, inputs, attributes, /*outputs=*/1)[0];
}

std::vector<std::string> OnnxGraph::AddNodeOf(absl::string_view layer, absl::string_view op, const std::vector<std::string>& inputs,
                                              const std::vector<OnnxAttribute>& attributes, int64_t outputs) {
  onnx::NodeProto* const node = graph_.add_node();
  node->set_op_type(std::string(op));
  for (const std::string& input : inputs) node->add_input(input);
  for (const OnnxAttribute& attribute : attributes) {
    onnx::AttributeProto* const written = node->add_attribute();
    written->set_name(attribute.name);
    std::visit([written](const auto& value) { SetValue(value, written); }, attribute.value);
  }
  for (int64_t i = 0; i < outputs; ++i) node->add_output(NewName(layer, op));
  node->set_name(node->output(0));
  return {node->output().begin(), node->output().end()};
}

std::string OnnxGraph::AddFloats(const std::string& name, const std::vector<int64_t>& shape, absl::string_view bytes) {
  if (std::string* const data = AddTensor(name, shape, onnx::TensorProto::FLOAT, sizeof(float))) data->assign(bytes.data(), bytes.size());
  return name;
}

std::string OnnxGraph::AddFloats(const std::string& name, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at) {
  std::string* const data = AddTensor(name, shape, onnx::TensorProto::FLOAT, sizeof(float));
  if (data == nullptr) return name;
  for (size_t i = 0; i < data->size() / sizeof(float); ++i) {
    const float value = value_at(static_cast<int64_t>(i));
    std::memcpy(&(*data)[i * sizeof(float)], &value, sizeof(float));
  }
  return name;
}

std::string OnnxGraph::AddIntegers(absl::string_view layer, absl::string_view what, const std::vector<int64_t>& values) {
  const std::string name = NewName(layer, what);
  std::string* const data = AddTensor(name, {static_cast<int64_t>(values.size())}, onnx::TensorProto::INT64, sizeof(int64_t));
  if (data != nullptr) std::memcpy(data->data(), values.data(), data->size());
  return name;
}

std::string OnnxGraph::NewName(absl::string_view layer, absl::string_view what) {
  std::string name = absl::StrCat(layer, "/", what);
  const int uses = uses_[name]++;
  return uses == 0 ? name : absl::StrCat(name, "_", uses);
}

void OnnxGraph::AddInput(const std::string& name, const std::vector<int64_t>& shape) {
  FillInfo(name, shape, graph_.add_input());
}

void OnnxGraph::AddOutput(const std::string& name, const std::vector<int64_t>& shape) {
  CHECK_GT(graph_.node_size(), 0) << "a model without layers that compute";
  graph_.mutable_node(graph_.node_size() - 1)->set_output(0, name);
  FillInfo(name, shape, graph_.add_output());
}

std::string* OnnxGraph::AddTensor(const std::string& name, const std::vector<int64_t>& shape, onnx::TensorProto::DataType type,
                                  int64_t bytes_per_value) {
  int64_t bytes = bytes_per_value;
  for (const int64_t dimension : shape) bytes *= dimension;
  bytes_ += bytes;
  if (!is_complete()) return nullptr;
  onnx::TensorProto* const tensor = graph_.add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (const int64_t dimension : shape) tensor->add_dims(dimension);
  tensor->mutable_raw_data()->resize(bytes);
  return tensor->mutable_raw_data();
}

}  // namespace mica
