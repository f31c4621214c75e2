// ConvNeXt (Liu et al. 2022), with torchvision's names of tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_CONVNEXT_H_
#define MICA_MODELS_ZOO_CONVNEXT_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel ConvNextTiny(const ConvNextConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_CONVNEXT_H_
