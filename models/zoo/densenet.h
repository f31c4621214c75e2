// DenseNet (Huang et al. 2017), with torchvision's names of tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_DENSENET_H_
#define MICA_MODELS_ZOO_DENSENET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// 1000 classes: 7,978,856 parameters.
ZooModel DenseNet121(const DenseNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_DENSENET_H_
