// AlexNet (Krizhevsky 2014), with torchvision's names of tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_ALEXNET_H_
#define MICA_MODELS_ZOO_ALEXNET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// 1000 classes: 61,100,840 parameters.
ZooModel AlexNet(const AlexNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_ALEXNET_H_
