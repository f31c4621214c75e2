// A hash of what a picture looks like: pictures that look alike have hashes of few different bits.
//   const SmallGrey small = ShrinkToGrey(pixels, height_px, width_px, /*channels=*/3);
//   const std::optional<uint64_t> hash = PerceptualHash(small);  // for FindNearDuplicates
// The DCT hash of Zauner 2010 ("Implementation and Benchmarking of Perceptual Image Hash
// Functions", section 3.2) with the choices of python-imagehash's phash: the picture in grey is
// shrunk to 32x32, transformed (DCT-II, not normalised), and of the 8x8 lowest frequencies, the
// constant one included, each gives a bit: whether it is above their median. Shrinking is an exact
// area average, where imagehash takes Lanczos, so the bits of the two differ here and there.
// Another size, mild compression or another brightness changes a few bits; a mirrored, turned or
// strongly cropped picture has another hash. Hashes of unrelated photographs differ in about 32.
#ifndef MICA_DATA_SURVEY_PERCEPTUAL_HASH_H_
#define MICA_DATA_SURVEY_PERCEPTUAL_HASH_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace mica {

inline constexpr int kSmallGreySide = 32;

struct SmallGrey {
  std::array<float, kSmallGreySide * kSmallGreySide> pixels;  // [0, 255], row by row
  double mean = 0;                                            // brightness of the whole picture, [0, 255]
};

// `pixels`: u8 HWC, 1 (grey) or 3 (RGB) channels; both sides at least 1. Grey is 0.299 R + 0.587 G
// + 0.114 B, not rounded. A picture may be smaller than 32x32. One pass; thread-safe.
SmallGrey ShrinkToGrey(absl::Span<const uint8_t> pixels, int height_px, int width_px, int channels);

// The highest bit is the constant frequency's, the next seven are the horizontal ones', and so on
// row by row. nullopt if a picture is flat, so that flat pictures are not all near duplicates: the
// frequencies that the hash looks at have a standard deviation below one grey level of 255.
// Thread-safe.
std::optional<uint64_t> PerceptualHash(const SmallGrey& small);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_PERCEPTUAL_HASH_H_
