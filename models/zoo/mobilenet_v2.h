// MobileNetV2 (Sandler et al. 2018): inverted residuals, whose many channels are within and whose few
// channels are added. Torch-free, thread-safe.
// 1000 classes: 3,504,872 parameters, 301 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_MOBILENET_V2_H_
#define MICA_MODELS_ZOO_MOBILENET_V2_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: features.0.0.weight … features.1.conv.0.0.weight … classifier.1.bias.
ZooModel MobileNetV2(const MobileNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_MOBILENET_V2_H_
