#include "data/index/class_map.h"

#include "base/fingerprint.h"

namespace mica {

// Each hash seeds the next, so moving a letter from one name to its neighbour changes the result.
std::string ClassMap::fingerprint() const {
  uint64_t hash = Fingerprint("mica.ClassMap", names_.size());
  for (const std::string& name : names_) hash = Fingerprint(name, hash);
  return FormatFingerprint(hash);
}

}  // namespace mica
