// Layers of pictures with windows that slide, or with channels that move, as ONNX nodes.
//   const std::string output = AddConvolution(config, images, &nodes);
// Tested in onnx_opencv_test.
#ifndef MICA_MODELS_ONNX_PICTURE_NODES_H_
#define MICA_MODELS_ONNX_PICTURE_NODES_H_

#include <string>

#include "models/layers/layer.pb.h"
#include "models/onnx/layer_nodes.h"

namespace mica {

// Each takes a picture of the layer's input shape and returns the name of the result.
std::string AddConvolution(const Conv2dConfig& config, const std::string& picture, LayerNodes* nodes);
std::string AddPixelLinear(const LinearLayerConfig& config, const std::string& picture, LayerNodes* nodes);
std::string AddSqueezeExcite(const SqueezeExciteConfig& config, const std::string& picture, LayerNodes* nodes);
std::string AddChannelShuffle(int64_t groups, const std::string& picture, LayerNodes* nodes);
std::string AddMergePatches(const std::string& picture, LayerNodes* nodes);
std::string AddSamePad(const std::string& picture, LayerNodes* nodes);

// With ceil_mode, a window over the edge is padding after the picture: runtimes differ in which of
// such windows they count.
std::string AddMaxPool(const MaxPoolConfig& config, const std::string& picture, LayerNodes* nodes);

// Padding is a node of its own, because OpenCV 4.6 does not count it in the mean.
std::string AddAveragePool(const AveragePoolConfig& config, const std::string& picture, LayerNodes* nodes);

// Windows that are all equal slide; others are two products with matrices of shares, over rows and
// columns, of size_px times the picture's sides.
std::string AddAdaptiveAveragePool(int64_t size_px, const std::string& picture, LayerNodes* nodes);

// Also takes tokens, as a picture one pixel wide: OpenCV 4.6's ReduceMean takes no other number of
// images once it has run.
std::string AddMeanOfPositions(const std::string& value, LayerNodes* nodes);

}  // namespace mica

#endif  // MICA_MODELS_ONNX_PICTURE_NODES_H_
