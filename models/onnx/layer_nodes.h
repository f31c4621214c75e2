// One layer's nodes in an ONNX graph, under its name: operators that several layers need, the
// layer's tensors, constants.
//   LayerNodes nodes(layer, arrays, &graph);
//   const std::string output = nodes.Add("Conv", {images, nodes.Tensor("weight")}, {{"group", 2}});
// Values are f32: pictures [N,C,H,W], tokens [N,T,C], flat values [N,C], with N left open.
//
// Forms are chosen so that OpenCV 4.6's dnn reads them too, which multiplies by constants and by
// other values only where neither has a dimension of size 1 for the batch, and so that no node
// computes a shape.
#ifndef MICA_MODELS_ONNX_LAYER_NODES_H_
#define MICA_MODELS_ONNX_LAYER_NODES_H_

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "models/layers/layer_shapes.h"
#include "models/onnx/onnx_graph.h"

namespace mica {

// The bytes of every f32 tensor of a model by its name, of the right length.
using TensorBytes = std::map<std::string, absl::string_view>;

// f32 numbers at any address.
class FloatView {
 public:
  explicit FloatView(absl::string_view bytes) : bytes_(bytes) {}

  float operator[](int64_t index) const {
    float value;
    std::memcpy(&value, bytes_.data() + index * sizeof(float), sizeof(float));
    return value;
  }

 private:
  absl::string_view bytes_;
};

class LayerNodes {
 public:
  // All are borrowed. A tensor that is not in `bytes` ends the process.
  LayerNodes(const InferredLayer& layer, const TensorBytes& bytes, OnnxGraph* graph) : layer_(layer), bytes_(bytes), graph_(*graph) {}

  const LayerShape& input() const { return layer_.input; }
  const LayerShape& output() const { return layer_.output; }

  // Each adds nodes and returns the name of the value that they compute.
  std::string Add(absl::string_view op, const std::vector<std::string>& inputs, const std::vector<OnnxAttribute>& attributes = {});
  std::string Reshape(const std::string& value, const std::vector<int64_t>& shape_behind_batch);
  std::string Transpose(const std::string& value, const std::vector<int64_t>& from_dimensions);
  std::string Slice(const std::string& value, int64_t dimension, int64_t begin, int64_t end);
  // `before` and `after` are numbers of zeros, for each dimension with the batch.
  std::string Pad(const std::string& value, std::vector<int64_t> before, const std::vector<int64_t>& after);
  std::vector<std::string> SplitEqually(const std::string& value, int64_t dimension, int64_t parts);
  // Each channel times its number in a tensor; of a value of the layer's input shape.
  std::string MultiplyChannels(const std::string& value, absl::string_view own_name);
  // value * weight + bias over the last dimension; the tensors are those of a linear layer.
  std::string Linear(const std::string& value, const std::string& prefix, bool has_bias);

  // The layer's tensor "weight", or another shape of its numbers in the same order.
  std::string Tensor(absl::string_view own_name);
  std::string Tensor(absl::string_view own_name, const std::vector<int64_t>& shape);
  // Under the tensor's name, other numbers.
  std::string Tensor(absl::string_view own_name, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at);
  FloatView ValuesOf(absl::string_view own_name) const;
  const std::vector<int64_t>& ShapeOf(absl::string_view own_name) const;

  std::string Constant(absl::string_view what, const std::vector<int64_t>& shape, absl::FunctionRef<float(int64_t)> value_at);
  std::string Constant(absl::string_view what, double value);

 private:
  std::string FullName(absl::string_view own_name) const { return JoinLayerName(layer_.name, own_name); }

  const InferredLayer& layer_;
  const TensorBytes& bytes_;
  OnnxGraph& graph_;
};

}  // namespace mica

#endif  // MICA_MODELS_ONNX_LAYER_NODES_H_
