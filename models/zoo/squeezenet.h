// SqueezeNet (Iandola et al. 2016), with torchvision's names of tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_SQUEEZENET_H_
#define MICA_MODELS_ZOO_SQUEEZENET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// 1000 classes: 1,235,496 parameters.
ZooModel SqueezeNet11(const SqueezeNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SQUEEZENET_H_
