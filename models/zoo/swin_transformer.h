// Swin transformer (Liu et al. 2021), with torchvision's names of tensors. Torch-free, thread-
// safe.
#ifndef MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_
#define MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel SwinTiny(const SwinTransformerConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_
