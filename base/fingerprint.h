// 64-bit XXH3 checksums (xxHash): they detect damage and changes, not tampering.
//   FormatFingerprint(Fingerprint("")) == "2d06800538d394c2"
#ifndef MICA_BASE_FINGERPRINT_H_
#define MICA_BASE_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

uint64_t Fingerprint(absl::string_view bytes);
uint64_t Fingerprint(absl::string_view bytes, uint64_t seed);

// 16 lower-case hexadecimal digits.
std::string FormatFingerprint(uint64_t fingerprint);

}  // namespace mica

#endif  // MICA_BASE_FINGERPRINT_H_
