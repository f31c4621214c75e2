// Functions of single values as ONNX nodes, by the formulas of models/layers/layer.proto.
//   const std::string output = AddRelu6(images, &nodes);
// ReLU6 is ReLU(x) - ReLU(x - 6), because OpenCV 4.6 reads no Clip of opset 13: exact below 2^24,
// NaN for infinity. Hard swish is a node of its own from opset 14 on only. Tested in
// onnx_opencv_test.
#ifndef MICA_MODELS_ONNX_ACTIVATION_NODES_H_
#define MICA_MODELS_ONNX_ACTIVATION_NODES_H_

#include <string>

#include "models/onnx/layer_nodes.h"

namespace mica {

// Each takes a value of any shape and returns the name of the result. The others are one operator
// each.
std::string AddRelu6(const std::string& value, LayerNodes* nodes);
std::string AddGelu(const std::string& value, LayerNodes* nodes);
std::string AddSilu(const std::string& value, LayerNodes* nodes);
std::string AddHardSigmoid(const std::string& value, LayerNodes* nodes);
std::string AddHardSwish(const std::string& value, LayerNodes* nodes);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_ACTIVATION_NODES_H_
