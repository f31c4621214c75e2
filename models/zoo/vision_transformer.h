// Vision transformers: a picture's patches are tokens that attend to one another (Dosovitskiy et al.
// 2021; the tiny one is that of Touvron et al. 2021). Torch-free, thread-safe.
// 1000 classes, 224 x 224 pixels: vit_b_16 86,567,656 parameters and 17,564 million multiply-adds,
// vit_tiny_16 5,717,416 and 1254 million.
#ifndef MICA_MODELS_ZOO_VISION_TRANSFORMER_H_
#define MICA_MODELS_ZOO_VISION_TRANSFORMER_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: class_token, conv_proj.weight, encoder.pos_embedding,
// encoder.layers.encoder_layer_0.ln_1.weight … heads.head.bias.
ZooModel VitB16(const VisionTransformerConfig& config);

// Tensors, as those of timm's vit_tiny_patch16_224: cls_token, pos_embed, patch_embed.proj.weight,
// blocks.0.norm1.weight … head.bias.
ZooModel VitTiny16(const VisionTransformerConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_VISION_TRANSFORMER_H_
