#include "models/zoo/convnext.h"

namespace mica {

ZooModel ConvNextTiny(const ConvNextConfig&) {
  return {};  // a later commit
}

}  // namespace mica
