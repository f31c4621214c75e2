#include "data/augment/policy_magnitudes.h"

#include <cmath>

namespace mica {
namespace {

using Op = PolicyOperation;

constexpr Op kAutoAugmentOperations[] = {Op::kShearX,     Op::kShearY,       Op::kTranslateX, Op::kTranslateY, Op::kRotate,
                                         Op::kBrightness, Op::kColor,        Op::kContrast,   Op::kSharpness,  Op::kPosterize,
                                         Op::kSolarize,   Op::kAutoContrast, Op::kEqualize,   Op::kInvert};
constexpr Op kRandAugmentOperations[] = {Op::kIdentity,  Op::kShearX,     Op::kShearY,       Op::kTranslateX, Op::kTranslateY,
                                         Op::kRotate,    Op::kBrightness, Op::kColor,        Op::kContrast,   Op::kSharpness,
                                         Op::kPosterize, Op::kSolarize,   Op::kAutoContrast, Op::kEqualize};
constexpr Op kAugMixOperations[] = {Op::kShearX,    Op::kShearY,   Op::kTranslateX,   Op::kTranslateY, Op::kRotate,
                                    Op::kPosterize, Op::kSolarize, Op::kAutoContrast, Op::kEqualize,   Op::kBrightness,
                                    Op::kColor,     Op::kContrast, Op::kSharpness};
constexpr int kPartialAugMixOperations = 9;

constexpr PolicyPair kImageNetPairs[] = {
    {{Op::kPosterize, 0.4, 8}, {Op::kRotate, 0.6, 9}},  {{Op::kSolarize, 0.6, 5}, {Op::kAutoContrast, 0.6, 0}},
    {{Op::kEqualize, 0.8, 0}, {Op::kEqualize, 0.6, 0}}, {{Op::kPosterize, 0.6, 7}, {Op::kPosterize, 0.6, 6}},
    {{Op::kEqualize, 0.4, 0}, {Op::kSolarize, 0.2, 4}}, {{Op::kEqualize, 0.4, 0}, {Op::kRotate, 0.8, 8}},
    {{Op::kSolarize, 0.6, 3}, {Op::kEqualize, 0.6, 0}}, {{Op::kPosterize, 0.8, 5}, {Op::kEqualize, 1, 0}},
    {{Op::kRotate, 0.2, 3}, {Op::kSolarize, 0.6, 8}},   {{Op::kEqualize, 0.6, 0}, {Op::kPosterize, 0.4, 6}},
    {{Op::kRotate, 0.8, 8}, {Op::kColor, 0.4, 0}},      {{Op::kRotate, 0.4, 9}, {Op::kEqualize, 0.6, 0}},
    {{Op::kEqualize, 0, 0}, {Op::kEqualize, 0.8, 0}},   {{Op::kInvert, 0.6, 0}, {Op::kEqualize, 1, 0}},
    {{Op::kColor, 0.6, 4}, {Op::kContrast, 1, 8}},      {{Op::kRotate, 0.8, 8}, {Op::kColor, 1, 2}},
    {{Op::kColor, 0.8, 8}, {Op::kSolarize, 0.8, 7}},    {{Op::kSharpness, 0.4, 7}, {Op::kInvert, 0.6, 0}},
    {{Op::kShearX, 0.6, 5}, {Op::kEqualize, 1, 0}},     {{Op::kColor, 0.4, 0}, {Op::kEqualize, 0.6, 0}},
    {{Op::kEqualize, 0.4, 0}, {Op::kSolarize, 0.2, 4}}, {{Op::kSolarize, 0.6, 5}, {Op::kAutoContrast, 0.6, 0}},
    {{Op::kInvert, 0.6, 0}, {Op::kEqualize, 1, 0}},     {{Op::kColor, 0.6, 4}, {Op::kContrast, 1, 8}},
    {{Op::kEqualize, 0.8, 0}, {Op::kEqualize, 0.6, 0}},
};

constexpr PolicyPair kCifar10Pairs[] = {
    {{Op::kInvert, 0.1, 0}, {Op::kContrast, 0.2, 6}},         {{Op::kRotate, 0.7, 2}, {Op::kTranslateX, 0.3, 9}},
    {{Op::kSharpness, 0.8, 1}, {Op::kSharpness, 0.9, 3}},     {{Op::kShearY, 0.5, 8}, {Op::kTranslateY, 0.7, 9}},
    {{Op::kAutoContrast, 0.5, 0}, {Op::kEqualize, 0.9, 0}},   {{Op::kShearY, 0.2, 7}, {Op::kPosterize, 0.3, 7}},
    {{Op::kColor, 0.4, 3}, {Op::kBrightness, 0.6, 7}},        {{Op::kSharpness, 0.3, 9}, {Op::kBrightness, 0.7, 9}},
    {{Op::kEqualize, 0.6, 0}, {Op::kEqualize, 0.5, 0}},       {{Op::kContrast, 0.6, 7}, {Op::kSharpness, 0.6, 5}},
    {{Op::kColor, 0.7, 7}, {Op::kTranslateX, 0.5, 8}},        {{Op::kEqualize, 0.3, 0}, {Op::kAutoContrast, 0.4, 0}},
    {{Op::kTranslateY, 0.4, 3}, {Op::kSharpness, 0.2, 6}},    {{Op::kBrightness, 0.9, 6}, {Op::kColor, 0.2, 8}},
    {{Op::kSolarize, 0.5, 2}, {Op::kInvert, 0, 0}},           {{Op::kEqualize, 0.2, 0}, {Op::kAutoContrast, 0.6, 0}},
    {{Op::kEqualize, 0.2, 0}, {Op::kEqualize, 0.6, 0}},       {{Op::kColor, 0.9, 9}, {Op::kEqualize, 0.6, 0}},
    {{Op::kAutoContrast, 0.8, 0}, {Op::kSolarize, 0.2, 8}},   {{Op::kBrightness, 0.1, 3}, {Op::kColor, 0.7, 0}},
    {{Op::kSolarize, 0.4, 5}, {Op::kAutoContrast, 0.9, 0}},   {{Op::kTranslateY, 0.9, 9}, {Op::kTranslateY, 0.7, 9}},
    {{Op::kAutoContrast, 0.9, 0}, {Op::kSolarize, 0.8, 3}},   {{Op::kEqualize, 0.8, 0}, {Op::kInvert, 0.1, 0}},
    {{Op::kTranslateY, 0.7, 9}, {Op::kAutoContrast, 0.9, 0}},
};

constexpr PolicyPair kSvhnPairs[] = {
    {{Op::kShearX, 0.9, 4}, {Op::kInvert, 0.2, 0}},       {{Op::kShearY, 0.9, 8}, {Op::kInvert, 0.7, 0}},
    {{Op::kEqualize, 0.6, 0}, {Op::kSolarize, 0.6, 6}},   {{Op::kInvert, 0.9, 0}, {Op::kEqualize, 0.6, 0}},
    {{Op::kEqualize, 0.6, 0}, {Op::kRotate, 0.9, 3}},     {{Op::kShearX, 0.9, 4}, {Op::kAutoContrast, 0.8, 0}},
    {{Op::kShearY, 0.9, 8}, {Op::kInvert, 0.4, 0}},       {{Op::kShearY, 0.9, 5}, {Op::kSolarize, 0.2, 6}},
    {{Op::kInvert, 0.9, 0}, {Op::kAutoContrast, 0.8, 0}}, {{Op::kEqualize, 0.6, 0}, {Op::kRotate, 0.9, 3}},
    {{Op::kShearX, 0.9, 4}, {Op::kSolarize, 0.3, 3}},     {{Op::kShearY, 0.8, 8}, {Op::kInvert, 0.7, 0}},
    {{Op::kEqualize, 0.9, 0}, {Op::kTranslateY, 0.6, 6}}, {{Op::kInvert, 0.9, 0}, {Op::kEqualize, 0.6, 0}},
    {{Op::kContrast, 0.3, 3}, {Op::kRotate, 0.8, 4}},     {{Op::kInvert, 0.8, 0}, {Op::kTranslateY, 0, 2}},
    {{Op::kShearY, 0.7, 6}, {Op::kSolarize, 0.4, 8}},     {{Op::kInvert, 0.6, 0}, {Op::kRotate, 0.8, 4}},
    {{Op::kShearY, 0.3, 7}, {Op::kTranslateX, 0.9, 3}},   {{Op::kShearX, 0.1, 6}, {Op::kInvert, 0.6, 0}},
    {{Op::kSolarize, 0.7, 2}, {Op::kTranslateY, 0.6, 7}}, {{Op::kShearY, 0.8, 4}, {Op::kInvert, 0.8, 0}},
    {{Op::kShearX, 0.7, 9}, {Op::kTranslateY, 0.8, 3}},   {{Op::kShearY, 0.8, 5}, {Op::kAutoContrast, 0.7, 0}},
    {{Op::kShearX, 0.7, 2}, {Op::kInvert, 0.1, 0}},
};

// torch.linspace(0, end, bins)[bin], f32: from the end for the second half.
double Linspace(double end, int bin, int bins) {
  const float last = static_cast<float>(end);
  const float step = last / static_cast<float>(bins - 1);
  if (bin < bins / 2) return step * static_cast<float>(bin);
  return std::fma(-step, static_cast<float>(bins - 1 - bin), last);
}

// From most_bits down to fewest_bits.
double Bits(const PolicySpace& space, int bin, int bins) {
  const double bins_per_bit = (bins - 1) / static_cast<double>(space.most_bits - space.fewest_bits);
  return std::nearbyint(static_cast<float>(space.most_bits) - static_cast<float>(bin) / static_cast<float>(bins_per_bit));
}

// 1 down to 0, as torch.linspace(1, 0, bins).
double Threshold(int bin, int bins) {
  const float step = -1.f / static_cast<float>(bins - 1);
  if (bin < bins / 2) return std::fma(step, static_cast<float>(bin), 1.f);
  return -step * static_cast<float>(bins - 1 - bin);
}

}  // namespace

const PolicySpace kAutoAugmentSpace = {kAutoAugmentOperations, 0.3, 150. / 331, true, 30, 0.9, 8, 4};
const PolicySpace kRandAugmentSpace = {kRandAugmentOperations, 0.3, 150. / 331, true, 30, 0.9, 8, 4};
const PolicySpace kTrivialAugmentWideSpace = {kRandAugmentOperations, 0.99, 32, false, 135, 0.99, 8, 2};
const PolicySpace kAugMixSpace = {kAugMixOperations, 0.3, 1. / 3, true, 30, 0.9, 4, 0};
const PolicySpace kAugMixPartialSpace = {
    absl::MakeConstSpan(kAugMixOperations, kPartialAugMixOperations), 0.3, 1. / 3, true, 30, 0.9, 4, 0};

const absl::Span<const PolicyPair> kImageNetPolicy = kImageNetPairs;
const absl::Span<const PolicyPair> kCifar10Policy = kCifar10Pairs;
const absl::Span<const PolicyPair> kSvhnPolicy = kSvhnPairs;

bool IsSigned(PolicyOperation operation) {
  switch (operation) {
    case Op::kShearX:
    case Op::kShearY:
    case Op::kTranslateX:
    case Op::kTranslateY:
    case Op::kRotate:
    case Op::kBrightness:
    case Op::kColor:
    case Op::kContrast:
    case Op::kSharpness:
      return true;
    case Op::kIdentity:
    case Op::kPosterize:
    case Op::kSolarize:
    case Op::kAutoContrast:
    case Op::kEqualize:
    case Op::kInvert:
      return false;
  }
  return false;
}

std::optional<double> MagnitudeOf(const PolicySpace& space, PolicyOperation operation, int bin, int bins, PictureSize size) {
  switch (operation) {
    case Op::kShearX:
    case Op::kShearY:
      return Linspace(space.shear, bin, bins);
    case Op::kTranslateX:
      return Linspace(space.translate_in_sides ? space.translate * size.width_px : space.translate, bin, bins);
    case Op::kTranslateY:
      return Linspace(space.translate_in_sides ? space.translate * size.height_px : space.translate, bin, bins);
    case Op::kRotate:
      return Linspace(space.rotate_degrees, bin, bins);
    case Op::kBrightness:
    case Op::kColor:
    case Op::kContrast:
    case Op::kSharpness:
      return Linspace(space.colour, bin, bins);
    case Op::kPosterize:
      return Bits(space, bin, bins);
    case Op::kSolarize:
      return Threshold(bin, bins);
    case Op::kIdentity:
    case Op::kAutoContrast:
    case Op::kEqualize:
    case Op::kInvert:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace mica
