// ShuffleNetV2 (Ma et al. 2018): half of the channels passes by, the other half is convolved, then
// both are shuffled. Torch-free, thread-safe.
// 1000 classes: 2,278,604 parameters, 145 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_SHUFFLENET_H_
#define MICA_MODELS_ZOO_SHUFFLENET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: conv1.0.weight … stage2.0.branch1.0.weight … fc.bias.
ZooModel ShuffleNetV2X10();

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SHUFFLENET_H_
