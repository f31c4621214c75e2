// EfficientNet (Tan and Le 2019) and EfficientNetV2 (2021): inverted residuals with squeeze_excite,
// in V2 with ordinary convolutions in the first stages. Torch-free, thread-safe.
// 1000 classes, multiply-adds at torchvision's sizes:
//   b0    5,288,548 parameters    386 million at 224 x 224 pixels
//   b1    7,794,184               687 million at 240 x 240
//   b2    9,109,994              1088 million at 288 x 288
//   v2_s 21,458,488              8366 million at 384 x 384
#ifndef MICA_MODELS_ZOO_EFFICIENTNET_H_
#define MICA_MODELS_ZOO_EFFICIENTNET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors, as torchvision's: features.0.0.weight … features.1.0.block.0.0.weight …
// classifier.1.bias.
ZooModel EfficientNetB0(const EfficientNetConfig& config);
ZooModel EfficientNetB1(const EfficientNetConfig& config);
ZooModel EfficientNetB2(const EfficientNetConfig& config);
ZooModel EfficientNetV2S(const EfficientNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_EFFICIENTNET_H_
