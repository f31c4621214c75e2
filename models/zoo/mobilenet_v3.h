// MobileNetV3 (Howard et al. 2019): inverted residuals, with squeeze_excite where a search found that
// it pays. Torch-free, thread-safe.
// 1000 classes, multiply-adds at 224 x 224 pixels: small 2,542,856 parameters and 57 million, large
// 5,483,032 and 217 million.
#ifndef MICA_MODELS_ZOO_MOBILENET_V3_H_
#define MICA_MODELS_ZOO_MOBILENET_V3_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: features.0.0.weight … features.1.block.0.0.weight … classifier.3.bias.
ZooModel MobileNetV3Small(const MobileNetConfig& config);
ZooModel MobileNetV3Large(const MobileNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_MOBILENET_V3_H_
