// One layer that holds no others as ONNX nodes that compute what it does in evaluation.
//   const std::string output = AddLeaf(config, images, &nodes);
#ifndef MICA_MODELS_ONNX_LEAF_NODES_H_
#define MICA_MODELS_ONNX_LEAF_NODES_H_

#include <string>

#include "models/layers/layer.pb.h"
#include "models/onnx/layer_nodes.h"

namespace mica {

// `value` has the layer's input shape. Returns the name of the output; `value` itself of a layer
// that does nothing in evaluation. `config` is that of the nodes' layer, and no block, residual or
// concat.
std::string AddLeaf(const LayerConfig& config, const std::string& value, LayerNodes* nodes);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_LEAF_NODES_H_
