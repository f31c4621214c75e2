// EfficientNet (Tan and Le 2019 and 2021), with torchvision's names of tensors; lite0 with
// timm's. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_EFFICIENTNET_H_
#define MICA_MODELS_ZOO_EFFICIENTNET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel EfficientNetB0(const EfficientNetConfig& config);
ZooModel EfficientNetB1(const EfficientNetConfig& config);
ZooModel EfficientNetB2(const EfficientNetConfig& config);
ZooModel EfficientNetLite0(const EfficientNetConfig& config);
ZooModel EfficientNetV2S(const EfficientNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_EFFICIENTNET_H_
