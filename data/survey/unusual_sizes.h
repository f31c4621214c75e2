// Pictures whose size is unlike that of the others: thumbnails, banners, strips that a broken crop
// left.
//   const UnusualSizes found = FindUnusualSizes(shapes, /*max_examples=*/5);
//   // found.examples[0].reason: "16 x 12 px; the side of a usual picture is 433 px, 31 times as
//   // long"
// The side of a picture is the square root of its area, its elongation longer / shorter side. Each
// picture has the first kind whose rule it meets:
//   tiny       the shorter side is below 8 px and below half of the median of the shorter sides
//   elongated  the elongation is above 10 and above twice the median elongation
//   small      the side is below 1/10 of the median side, or below 1/4 of it and, in log side, more
//              than three interquartile ranges below the first quartile (Tukey 1977, "far out")
//   large      the same above: 10 times, or 4 times and far above the third quartile
// So no data set of one size has any, whatever that size, and one of many sizes has few.
#ifndef MICA_DATA_SURVEY_UNUSUAL_SIZES_H_
#define MICA_DATA_SURVEY_UNUSUAL_SIZES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "data/index/image_shape.h"

namespace mica {

enum class UnusualSizeKind { kTiny, kElongated, kSmall, kLarge };
inline constexpr int kUnusualSizeKinds = 4;
absl::string_view UnusualSizeName(UnusualSizeKind kind);  // "tiny", "elongated", "small", "large"

struct UnusualSize {
  int64_t index = 0;  // among the shapes
  UnusualSizeKind kind = UnusualSizeKind::kTiny;
  std::string reason;
};

struct UnusualSizes {
  std::array<int64_t, kUnusualSizeKinds> counts = {};  // by kind, all that were found
  std::vector<UnusualSize> examples;                   // the first of each kind, tiny ones first; indices ascend within a kind

  int64_t count() const;
};

// Shapes with a side below 1, of pictures that could not be read, are left out; channels do not
// count. Nothing is unusual among fewer than 10. Thread-safe.
UnusualSizes FindUnusualSizes(absl::Span<const ImageShape> shapes, int max_examples);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_UNUSUAL_SIZES_H_
