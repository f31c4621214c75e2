// Layers of transformers as ONNX nodes.
//   const std::string output = AddSelfAttention(config, tokens, &nodes);
// Tested in onnx_opencv_test.
#ifndef MICA_MODELS_ONNX_TOKEN_NODES_H_
#define MICA_MODELS_ONNX_TOKEN_NODES_H_

#include <string>

#include "models/layers/layer.pb.h"
#include "models/onnx/layer_nodes.h"

namespace mica {

// Each takes a value of the layer's input shape and returns the name of the result.
std::string AddTokens(const std::string& picture, LayerNodes* nodes);
std::string AddFirstToken(const std::string& tokens, LayerNodes* nodes);
std::string AddPositionEmbedding(const std::string& tokens, LayerNodes* nodes);
std::string AddSelfAttention(const SelfAttentionConfig& config, const std::string& tokens, LayerNodes* nodes);

// The tokens with a zero token before them, plus the class token and zeros for the others. Joining
// would need the class token once for each picture, so the number of pictures.
std::string AddClassToken(const std::string& tokens, LayerNodes* nodes);

// Biases by position stand gathered in the file as "LAYER/position_bias", [heads,P,P] for windows
// of P pixels. If windows are moved, each has its own with the mask of the move,
// [windows,heads,P,P]: OpenCV 4.6 adds no constant with a dimension of 1.
std::string AddWindowAttention(const WindowAttentionConfig& config, const std::string& picture, LayerNodes* nodes);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_TOKEN_NODES_H_
