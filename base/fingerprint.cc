#include "base/fingerprint.h"

#include <xxhash.h>

#include "absl/strings/str_cat.h"

namespace mica {

uint64_t Fingerprint(absl::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

uint64_t Fingerprint(absl::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string FormatFingerprint(uint64_t fingerprint) {
  return absl::StrCat(absl::Hex(fingerprint, absl::kZeroPad16));
}

}  // namespace mica
