// The shapes of all values of an ONNX graph by the rules of opset 13, for tests: a second opinion
// on graphs that no runtime is there to read.
//   const absl::StatusOr<OnnxShapes> shapes = ShapesOf(graph, /*batch=*/3);
//   shapes->at("logits")   // {3, 10}
// Knows the operators that mica writes and no other.
#ifndef MICA_MODELS_ONNX_ONNX_SHAPES_H_
#define MICA_MODELS_ONNX_ONNX_SHAPES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/onnx/onnx.pb.h"

namespace mica {

using OnnxShapes = std::map<std::string, std::vector<int64_t>>;

// Of a graph whose input is for `batch` images. An error says what is wrong first: a node whose
// inputs do not fit it or come from no node before it, two values of one name, a tensor whose bytes
// are not those of its shape or that no node takes, an output that does not exist or has another
// shape than it is said to have.
absl::StatusOr<OnnxShapes> ShapesOf(const onnx::GraphProto& graph, int64_t batch);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_ONNX_SHAPES_H_
