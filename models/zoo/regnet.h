// RegNet (Radosavovic et al. 2020), with torchvision's names of tensors. Torch-free, thread-
// safe.
#ifndef MICA_MODELS_ZOO_REGNET_H_
#define MICA_MODELS_ZOO_REGNET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel RegNetY400Mf();

}  // namespace mica

#endif  // MICA_MODELS_ZOO_REGNET_H_
