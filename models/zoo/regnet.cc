#include "models/zoo/regnet.h"

namespace mica {

ZooModel RegNetY400Mf() {
  return {};  // a later commit
}

}  // namespace mica
