// MobileNet V2 and V3 (Sandler et al. 2018; Howard et al. 2019), with torchvision's names of
// tensors. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_MOBILENET_H_
#define MICA_MODELS_ZOO_MOBILENET_H_

#include "models/zoo/zoo_model.h"

namespace mica {

ZooModel MobileNetV2(const MobileNetConfig& config);
ZooModel MobileNetV3Small(const MobileNetConfig& config);
ZooModel MobileNetV3Large(const MobileNetConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_MOBILENET_H_
