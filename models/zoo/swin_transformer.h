// Swin transformer (Liu et al. 2021): attention within windows of 7 x 7 pixels, which every second
// layer moves. Torch-free, thread-safe.
// 1000 classes: 28,288,354 parameters, 4491 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_
#define MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: features.0.0.weight … features.1.0.attn.qkv.weight … head.bias.
ZooModel SwinTiny(const SwinTransformerConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SWIN_TRANSFORMER_H_
