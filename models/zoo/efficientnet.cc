#include "models/zoo/efficientnet.h"

namespace mica {

ZooModel EfficientNetB0(const EfficientNetConfig&) {
  return {};  // a later commit
}

ZooModel EfficientNetB1(const EfficientNetConfig&) {
  return {};  // a later commit
}

ZooModel EfficientNetB2(const EfficientNetConfig&) {
  return {};  // a later commit
}

ZooModel EfficientNetLite0(const EfficientNetConfig&) {
  return {};  // a later commit
}

ZooModel EfficientNetV2S(const EfficientNetConfig&) {
  return {};  // a later commit
}

}  // namespace mica
