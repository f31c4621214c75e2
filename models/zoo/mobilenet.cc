#include "models/zoo/mobilenet.h"

namespace mica {

ZooModel MobileNetV2(const MobileNetConfig&) {
  return {};  // a later commit
}

ZooModel MobileNetV3Small(const MobileNetConfig&) {
  return {};  // a later commit
}

ZooModel MobileNetV3Large(const MobileNetConfig&) {
  return {};  // a later commit
}

}  // namespace mica
