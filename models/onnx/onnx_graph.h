// A graph of ONNX nodes in the making: nodes, the numbers that they take, names for both.
//   OnnxGraph graph(/*max_bytes=*/1000000);
//   const std::string bias = graph.AddFloats("fc.bias", {10}, bytes);
//   const std::string sum = graph.AddNode("fc", "Add", {"images", bias});   // sum == "fc/Add"
// It knows nothing of layers, which layer_nodes.h and the units over it turn into nodes, and does
// not check nodes.
#ifndef MICA_MODELS_ONNX_ONNX_GRAPH_H_
#define MICA_MODELS_ONNX_ONNX_GRAPH_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "models/onnx/onnx.pb.h"

namespace mica {

struct OnnxAttribute {
  std::string name;
  std::variant<int64_t, float, std::vector<int64_t>> value;
};

// Single-thread. Values are called after what makes them, "layer1.0/Add", and no two are equal: the
// second is "layer1.0/Add_1". Layers' names hold no "/", so none of these is a tensor's name.
class OnnxGraph {
 public:
  // Numbers beyond `max_bytes` are counted but not kept, nor computed.
  explicit OnnxGraph(int64_t max_bytes) : max_bytes_(max_bytes) {}

  // Returns the name of the node's output.
  std::string AddNode(absl::string_view layer, absl::string_view op, const std::vector<std::string>& inputs,
                      const std::vector<OnnxAttribute>& attributes = {});

  // A node with several outputs.
  std::vector<std::string> AddNodeOf(absl::string_view layer, absl::string_view op, const std::vector<std::string>& inputs,
                                     const std::vector<OnnxAttribute>& attributes, int64_t outputs);

  // f32 numbers, as they are in `bytes` or value by value. Return `name`, which must be new.
  std::string AddFloats(const std::string& name, const std::vector<int64_t>& shape, absl::string_view bytes);
  std::string AddFloats(const std::string& name, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at);

  // An i64 row. Returns its name, "layer/what".
  std::string AddIntegers(absl::string_view layer, absl::string_view what, const std::vector<int64_t>& values);

  // "layer/what", or "layer/what_1" if that is taken.
  std::string NewName(absl::string_view layer, absl::string_view what);

  // f32 values of shape [N, shape…], where any N will do.
  void AddInput(const std::string& name, const std::vector<int64_t>& shape);
  // The output of the last node, which gets this name.
  void AddOutput(const std::string& name, const std::vector<int64_t>& shape);

  // Of all numbers, also of those that are not kept.
  int64_t bytes() const { return bytes_; }
  bool is_complete() const { return bytes_ <= max_bytes_; }

  // Leaves the graph empty.
  onnx::GraphProto Take() { return std::move(graph_); }

 private:
  // Where the numbers belong, or null if they are too many.
  std::string* AddTensor(const std::string& name, const std::vector<int64_t>& shape, onnx::TensorProto::DataType type,
                         int64_t bytes_per_value);

  const int64_t max_bytes_;
  int64_t bytes_ = 0;
  onnx::GraphProto graph_;
  std::map<std::string, int> uses_;  // of each name without its number
};

}  // namespace mica

#endif  // MICA_MODELS_ONNX_ONNX_GRAPH_H_
