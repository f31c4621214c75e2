#include "models/weights/not_finite.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

struct Counts {
  int64_t nan = 0;
  int64_t infinite = 0;
};

// The type's values as unsigned integers. From `infinity` on, without the sign bit, no value is
// finite; above `nan_after` it is NaN.
template <typename Bits>
Counts Count(absl::string_view bytes, Bits infinity, Bits nan_after) {
  constexpr size_t kBlock = 4096;  // a fixed number, so that the compiler makes vectors of the first loop
  constexpr Bits kWithoutSign = std::numeric_limits<Bits>::max() >> 1;
  Bits block[kBlock] = {};
  Counts counts;
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), sizeof(block));
    std::memcpy(block, bytes.data(), size);
    bytes.remove_prefix(size);
    // What a shorter block leaves over was finite, or it would have been counted already.
    Bits any = 0;
    for (size_t i = 0; i < kBlock; ++i) any |= (block[i] & kWithoutSign) >= infinity;
    if (any == 0) continue;
    for (size_t i = 0; i < size / sizeof(Bits); ++i) {
      const Bits value = block[i] & kWithoutSign;
      counts.nan += value > nan_after;
      counts.infinite += value >= infinity && value <= nan_after;
    }
  }
  return counts;
}

Counts CountOf(absl::string_view dtype, absl::string_view bytes) {
  if (dtype == "F32") return Count<uint32_t>(bytes, 0x7F800000, 0x7F800000);
  if (dtype == "BF16") return Count<uint16_t>(bytes, 0x7F80, 0x7F80);
  if (dtype == "F16") return Count<uint16_t>(bytes, 0x7C00, 0x7C00);
  // From 2^128 - 2^103 on, doubles are rounded to an infinite float.
  if (dtype == "F64") return Count<uint64_t>(bytes, 0x47EFFFFFF0000000, 0x7FF0000000000000);
  return {};
}

}  // namespace

std::string NotFiniteText(absl::string_view dtype, absl::string_view bytes) {
  const Counts counts = CountOf(dtype, bytes);
  std::string text = counts.nan > 0 ? absl::StrCat(counts.nan, " NaN") : "";
  if (counts.infinite == 0) return text;
  absl::StrAppend(&text, text.empty() ? "" : " and ", counts.infinite, counts.infinite == 1 ? " infinity" : " infinities");
  return text;
}

}  // namespace mica
