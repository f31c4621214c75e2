// Which operations the automatic policies choose from and how strong they are, as torchvision has
// them, to the bit: its strengths are f32 numbers, of which shifts are cut to whole pixels.
//   MagnitudeOf(kRandAugmentSpace, PolicyOperation::kRotate, /*bin=*/9, /*bins=*/31, {224, 224}) == 9
#ifndef MICA_DATA_AUGMENT_POLICY_MAGNITUDES_H_
#define MICA_DATA_AUGMENT_POLICY_MAGNITUDES_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "data/picture/picture_region.h"

namespace mica {

enum class PolicyOperation : uint8_t {
  kIdentity,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,  // saturation
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
  kInvert,
};

struct PolicySpace {
  absl::Span<const PolicyOperation> operations;
  double shear;             // tangent
  double translate;         // in pixels, or
  bool translate_in_sides;  // of the picture's side
  double rotate_degrees;
  double colour;  // |factor - 1|
  int most_bits, fewest_bits;
};

extern const PolicySpace kAutoAugmentSpace, kRandAugmentSpace, kTrivialAugmentWideSpace, kAugMixSpace;
// AugMix without brightness, saturation, contrast and sharpness.
extern const PolicySpace kAugMixPartialSpace;

// Whether it is drawn if the strength is negative.
bool IsSigned(PolicyOperation operation);

// Of bin 0 … bins - 1, bins >= 2. Units: tangent, pixels, degrees, factor - 1, bits, threshold / 255.
// nullopt: the operation has no strength.
std::optional<double> MagnitudeOf(const PolicySpace& space, PolicyOperation operation, int bin, int bins, PictureSize size);

// AutoAugment's pairs: each operation is done with its probability, at a bin of 10.
struct PolicyStep {
  PolicyOperation operation;
  double probability;
  int bin;  // 0 where there is no strength
};
struct PolicyPair {
  PolicyStep first, second;
};

extern const absl::Span<const PolicyPair> kImageNetPolicy, kCifar10Policy, kSvhnPolicy;

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_POLICY_MAGNITUDES_H_
