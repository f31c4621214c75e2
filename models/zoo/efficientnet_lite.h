// EfficientNet-Lite0: EfficientNet-B0 (Tan and Le 2019) without squeeze_excite and with relu6, which
// are simple to compute with small integers. Torch-free, thread-safe.
// 1000 classes: 4,652,008 parameters, 385 million multiply-adds at 224 x 224 pixels.
#ifndef MICA_MODELS_ZOO_EFFICIENTNET_LITE_H_
#define MICA_MODELS_ZOO_EFFICIENTNET_LITE_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as timm's efficientnet_lite0: conv_stem.weight … blocks.0.0.conv_dw.weight …
// classifier.bias. timm's tf_efficientnet_lite0 pads images otherwise, so its weights give other
// results here.
ZooModel EfficientNetLite0(const EfficientNetLiteConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_EFFICIENTNET_LITE_H_
