#include "data/augment/transform_draws.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "data/augment/colour_draws.h"
#include "data/augment/erasing_draws.h"
#include "data/augment/geometry_draws.h"
#include "data/augment/policy_draws.h"
#include "data/augment/random_draws.h"
#include "data/augment/transform_list.h"

namespace mica {
namespace {

absl::Status Draw(const RandomApplyConfig& config, DrawState* state) {
  if (!DrawChance(config.probability(), state->rng)) return absl::OkStatus();
  for (const TransformConfig& transform : config.transforms()) MICA_RETURN_IF_ERROR(DrawTransform(transform, state));
  return absl::OkStatus();
}

// The last that has a weight, where rounding leaves a rest.
int DrawWeighted(const google::protobuf::RepeatedField<double>& weights, Rng* rng) {
  double rest = DrawUniform(0, std::accumulate(weights.begin(), weights.end(), 0.), rng);
  int chosen = 0;
  for (int i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    chosen = i;
    if (rest < weights[i]) break;
    rest -= weights[i];
  }
  return chosen;
}

absl::Status Draw(const OneOfConfig& config, DrawState* state) {
  const int chosen = config.weights().empty() ? static_cast<int>(state->rng->UniformBelow(config.transforms_size()))
                                              : DrawWeighted(config.weights(), state->rng);
  return DrawTransform(config.transforms(chosen), state);
}

absl::Status Draw(const RandomOrderConfig& config, DrawState* state) {
  std::array<int, kMostTransforms> order;
  const int count = config.transforms_size();
  CHECK_LE(count, kMostTransforms);
  std::iota(order.begin(), order.begin() + count, 0);
  for (int i = count - 1; i > 0; --i) std::swap(order[i], order[state->rng->UniformBelow(i + 1)]);
  for (int i = 0; i < count; ++i) MICA_RETURN_IF_ERROR(DrawTransform(config.transforms(order[i]), state));
  return absl::OkStatus();
}

// Of a transform that is itself not random.
template <typename Config>
bool IsMaybe(const Config& config) {
  return config.probability() > 0 && config.probability() < 1;
}

bool IsRandom(const RandomAffineConfig& config) {
  return config.degrees() > 0 || config.translate_x_fraction() > 0 || config.translate_y_fraction() > 0 ||
         config.min_scale() < config.max_scale() || config.shear_x_degrees() > 0 || config.shear_y_degrees() > 0;
}

bool IsRandom(const ColorJitterConfig& config) {
  return config.brightness() > 0 || config.contrast() > 0 || config.saturation() > 0 || config.hue() > 0;
}

bool IsRandom(const RandomApplyConfig& config) {
  return IsMaybe(config) || (config.probability() > 0 && IsAnyRandom(config.transforms()));
}

bool IsRandom(const OneOfConfig& config) {
  return config.transforms_size() > 1 || IsAnyRandom(config.transforms());
}

bool IsRandom(const RandomOrderConfig& config) {
  return config.transforms_size() > 1 || IsAnyRandom(config.transforms());
}

template <typename Config>
absl::Status Drawn(const Config& config, DrawState* state) {
  Draw(config, state);
  return absl::OkStatus();
}

}  // namespace

absl::Status DrawTransform(const TransformConfig& config, DrawState* state) {
  state->origin.transform = &config;
  switch (config.kind_case()) {
    case TransformConfig::kResize:
      return Drawn(config.resize(), state);
    case TransformConfig::kCenterCrop:
      return Drawn(config.center_crop(), state);
    case TransformConfig::kRandomResizedCrop:
      return Drawn(config.random_resized_crop(), state);
    case TransformConfig::kRandomCrop:
      return Draw(config.random_crop(), state);
    case TransformConfig::kHorizontalFlip:
      return Drawn(config.horizontal_flip(), state);
    case TransformConfig::kVerticalFlip:
      return Drawn(config.vertical_flip(), state);
    case TransformConfig::kRandomRotation:
      return Drawn(config.random_rotation(), state);
    case TransformConfig::kRandomAffine:
      return Drawn(config.random_affine(), state);
    case TransformConfig::kRandomPerspective:
      return Drawn(config.random_perspective(), state);
    case TransformConfig::kColorJitter:
      return Drawn(config.color_jitter(), state);
    case TransformConfig::kGrayscale:
      return Drawn(config.grayscale(), state);
    case TransformConfig::kGaussianBlur:
      return Drawn(config.gaussian_blur(), state);
    case TransformConfig::kAutoContrast:
      return Drawn(config.auto_contrast(), state);
    case TransformConfig::kEqualize:
      return Drawn(config.equalize(), state);
    case TransformConfig::kPosterize:
      return Drawn(config.posterize(), state);
    case TransformConfig::kSolarize:
      return Drawn(config.solarize(), state);
    case TransformConfig::kAdjustSharpness:
      return Drawn(config.adjust_sharpness(), state);
    case TransformConfig::kInvert:
      return Drawn(config.invert(), state);
    case TransformConfig::kRandAugment:
      return Drawn(config.rand_augment(), state);
    case TransformConfig::kTrivialAugmentWide:
      return Drawn(config.trivial_augment_wide(), state);
    case TransformConfig::kAutoAugment:
      return Drawn(config.auto_augment(), state);
    case TransformConfig::kAugMix:
      return Drawn(config.aug_mix(), state);
    case TransformConfig::kRandomErasing:
      return Drawn(config.random_erasing(), state);
    case TransformConfig::kCutout:
      return Drawn(config.cutout(), state);
    case TransformConfig::kRandomApply:
      return Draw(config.random_apply(), state);
    case TransformConfig::kOneOf:
      return Draw(config.one_of(), state);
    case TransformConfig::kRandomOrder:
      return Draw(config.random_order(), state);
    case TransformConfig::kNormalize:
    case TransformConfig::KIND_NOT_SET:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

bool IsRandomTransform(const TransformConfig& config) {
  switch (config.kind_case()) {
    case TransformConfig::kResize:
    case TransformConfig::kCenterCrop:
    case TransformConfig::kNormalize:
    case TransformConfig::KIND_NOT_SET:
      return false;
    case TransformConfig::kRandomResizedCrop:
    case TransformConfig::kRandomCrop:
    case TransformConfig::kTrivialAugmentWide:
    case TransformConfig::kAutoAugment:
    case TransformConfig::kAugMix:
      return true;
    case TransformConfig::kHorizontalFlip:
      return IsMaybe(config.horizontal_flip());
    case TransformConfig::kVerticalFlip:
      return IsMaybe(config.vertical_flip());
    case TransformConfig::kRandomRotation:
      return config.random_rotation().degrees() > 0;
    case TransformConfig::kRandomAffine:
      return IsRandom(config.random_affine());
    case TransformConfig::kRandomPerspective:
      return config.random_perspective().probability() > 0;
    case TransformConfig::kColorJitter:
      return IsRandom(config.color_jitter());
    case TransformConfig::kGrayscale:
      return IsMaybe(config.grayscale());
    case TransformConfig::kGaussianBlur:
      return config.gaussian_blur().min_sigma_px() < config.gaussian_blur().max_sigma_px();
    case TransformConfig::kAutoContrast:
      return IsMaybe(config.auto_contrast());
    case TransformConfig::kEqualize:
      return IsMaybe(config.equalize());
    case TransformConfig::kPosterize:
      return IsMaybe(config.posterize());
    case TransformConfig::kSolarize:
      return IsMaybe(config.solarize());
    case TransformConfig::kAdjustSharpness:
      return IsMaybe(config.adjust_sharpness());
    case TransformConfig::kInvert:
      return IsMaybe(config.invert());
    case TransformConfig::kRandAugment:
      return config.rand_augment().num_ops() > 0;
    case TransformConfig::kRandomErasing:
      return config.random_erasing().probability() > 0;
    case TransformConfig::kCutout:
      return config.cutout().probability() > 0;
    case TransformConfig::kRandomApply:
      return IsRandom(config.random_apply());
    case TransformConfig::kOneOf:
      return IsRandom(config.one_of());
    case TransformConfig::kRandomOrder:
      return IsRandom(config.random_order());
  }
  return true;
}

bool IsAnyRandom(const TransformList& transforms) {
  return std::any_of(transforms.begin(), transforms.end(), IsRandomTransform);
}

}  // namespace mica
