// ConvNeXt (Liu et al. 2022): a convolutional network built as transformers are. Torch-free,
// thread-safe.
// 1000 classes: 28,589,128 parameters, 4456 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_CONVNEXT_H_
#define MICA_MODELS_ZOO_CONVNEXT_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: features.0.0.weight … features.1.0.layer_scale … classifier.2.bias.
ZooModel ConvNextTiny(const ConvNextConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_CONVNEXT_H_
