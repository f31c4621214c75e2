// Layers that normalise, as ONNX nodes for evaluation.
//   const std::string output = AddLayerNorm(config, tokens, &nodes);
// Opset 13 has neither layer norm nor group norm. Both are instance norms of values that stand
// otherwise: of a token's values, of a group's channels. Tested in onnx_opencv_test.
#ifndef MICA_MODELS_ONNX_NORM_NODES_H_
#define MICA_MODELS_ONNX_NORM_NODES_H_

#include <string>

#include "models/layers/layer.pb.h"
#include "models/onnx/layer_nodes.h"

namespace mica {

// Each takes a value of the layer's input shape and returns the name of the result.
std::string AddBatchNorm(const BatchNormConfig& config, const std::string& value, LayerNodes* nodes);
std::string AddLayerNorm(const LayerNormConfig& config, const std::string& value, LayerNodes* nodes);
std::string AddGroupNorm(const GroupNormConfig& config, const std::string& picture, LayerNodes* nodes);

// ONNX's LRN where `size` is odd. An even one has one channel more before than behind, in ONNX one
// more behind, and is computed from means of squares.
std::string AddLocalResponseNorm(const LocalResponseNormConfig& config, const std::string& picture, LayerNodes* nodes);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_NORM_NODES_H_
