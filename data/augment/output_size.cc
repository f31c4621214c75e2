#include "data/augment/output_size.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/config/config_problems.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "data/augment/geometry_draws.h"

namespace mica {
namespace {

using Size = std::optional<PictureSize>;

absl::StatusOr<Size> SizeAfterOne(const TransformConfig& config, absl::string_view path, Size before);

Size After(const ResizeConfig& config, Size before) {
  if (!config.has_short_side_px()) return PictureSize{config.height_px(), config.width_px()};
  if (!before.has_value()) return std::nullopt;
  return ShortSideSize(config.short_side_px(), *before);
}

absl::StatusOr<Size> After(const RandomCropConfig& config, absl::string_view path, Size before) {
  const PictureSize crop = CropSize(config);
  if (!before.has_value() || config.pad_if_needed()) return crop;
  const int64_t lacks_x = crop.width_px - (before->width_px + int64_t{2} * config.padding_px());
  const int64_t lacks_y = crop.height_px - (before->height_px + int64_t{2} * config.padding_px());
  if (lacks_x <= 0 && lacks_y <= 0) return crop;
  return WithFields(ConfigError(absl::StrCat(path, " takes ", crop.height_px, " x ", crop.width_px,
                                             " pixels (height x width), but pictures have ", before->height_px, " x ", before->width_px,
                                             " there; set padding_px or pad_if_needed, or take a smaller part")),
                    {std::string(path)});
}

absl::StatusOr<Size> After(const RandomApplyConfig& config, absl::string_view path, Size before) {
  if (config.probability() == 0) return before;
  MICA_ASSIGN_OR_RETURN(const Size after, SizeAfterTransforms(config.transforms(), JoinPath(path, "transforms"), before));
  return config.probability() == 1 || after == before ? after : std::nullopt;
}

absl::StatusOr<Size> After(const OneOfConfig& config, absl::string_view path, Size before) {
  Size common;
  bool is_first = true;
  for (int i = 0; i < config.transforms_size(); ++i) {
    if (!config.weights().empty() && config.weights(i) == 0) continue;
    MICA_ASSIGN_OR_RETURN(const Size after, SizeAfterOne(config.transforms(i), absl::StrCat(path, ".transforms[", i, "]"), before));
    if (!is_first && after != common) return Size();
    common = after;
    is_first = false;
  }
  return common;
}

// Known if all keep the size, or all give the same one to any picture.
absl::StatusOr<Size> After(const RandomOrderConfig& config, absl::string_view path, Size before) {
  Size common;
  bool all_keep = true, all_give = true;
  for (int i = 0; i < config.transforms_size(); ++i) {
    const std::string one = absl::StrCat(path, ".transforms[", i, "]");
    MICA_ASSIGN_OR_RETURN(const Size after, SizeAfterOne(config.transforms(i), one, before));
    MICA_ASSIGN_OR_RETURN(const Size of_any, SizeAfterOne(config.transforms(i), one, std::nullopt));
    all_keep = all_keep && after == before;
    all_give = all_give && of_any.has_value() && (i == 0 || of_any == common);
    common = of_any;
  }
  if (all_keep) return before;
  return all_give ? common : Size();
}

absl::StatusOr<Size> SizeAfterOne(const TransformConfig& config, absl::string_view path, Size before) {
  const std::string arm = JoinPath(path, ChosenArm(config, "kind"));
  switch (config.kind_case()) {
    case TransformConfig::kResize:
      return After(config.resize(), before);
    case TransformConfig::kCenterCrop:
      return CropSize(config.center_crop());
    case TransformConfig::kRandomResizedCrop:
      return CropSize(config.random_resized_crop());
    case TransformConfig::kRandomCrop:
      return After(config.random_crop(), arm, before);
    case TransformConfig::kRandomApply:
      return After(config.random_apply(), arm, before);
    case TransformConfig::kOneOf:
      return After(config.one_of(), arm, before);
    case TransformConfig::kRandomOrder:
      return After(config.random_order(), arm, before);
    case TransformConfig::kHorizontalFlip:
    case TransformConfig::kVerticalFlip:
    case TransformConfig::kRandomRotation:
    case TransformConfig::kRandomAffine:
    case TransformConfig::kRandomPerspective:
    case TransformConfig::kColorJitter:
    case TransformConfig::kGrayscale:
    case TransformConfig::kGaussianBlur:
    case TransformConfig::kAutoContrast:
    case TransformConfig::kEqualize:
    case TransformConfig::kPosterize:
    case TransformConfig::kSolarize:
    case TransformConfig::kAdjustSharpness:
    case TransformConfig::kInvert:
    case TransformConfig::kRandAugment:
    case TransformConfig::kTrivialAugmentWide:
    case TransformConfig::kAutoAugment:
    case TransformConfig::kAugMix:
    case TransformConfig::kRandomErasing:
    case TransformConfig::kCutout:
    case TransformConfig::kNormalize:
    case TransformConfig::KIND_NOT_SET:
      return before;
  }
  return before;
}

}  // namespace

absl::StatusOr<std::optional<PictureSize>> SizeAfterTransforms(const TransformList& transforms, absl::string_view path,
                                                               std::optional<PictureSize> before) {
  for (int i = 0; i < transforms.size(); ++i) {
    MICA_ASSIGN_OR_RETURN(before, SizeAfterOne(transforms[i], absl::StrCat(path, "[", i, "]"), before));
  }
  return before;
}

}  // namespace mica
