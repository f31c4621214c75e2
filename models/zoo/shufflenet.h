// ShuffleNet V2 (Ma et al. 2018), with torchvision's names of tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_SHUFFLENET_H_
#define MICA_MODELS_ZOO_SHUFFLENET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel ShuffleNetV2X10();

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SHUFFLENET_H_
