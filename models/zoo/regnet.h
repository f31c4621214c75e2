// RegNet (Radosavovic et al. 2020): residuals of grouped convolutions and squeeze_excite, whose
// channels grow by a simple rule. Torch-free, thread-safe.
// 1000 classes: 4,344,144 parameters, 402 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_REGNET_H_
#define MICA_MODELS_ZOO_REGNET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: stem.0.weight … trunk_output.block1.block1-0.proj.0.weight … fc.bias.
ZooModel RegNetY400Mf();

}  // namespace mica

#endif  // MICA_MODELS_ZOO_REGNET_H_
