// Vision transformers (Dosovitskiy et al. 2021; Touvron et al. 2021). Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_VISION_TRANSFORMER_H_
#define MICA_MODELS_ZOO_VISION_TRANSFORMER_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel VitB16(const VisionTransformerConfig& config);
ZooModel VitTiny16(const VisionTransformerConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_VISION_TRANSFORMER_H_
