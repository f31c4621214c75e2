#include "data/augment/transform_validation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/f32_rules.h"
#include "base/config/required_oneof.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

constexpr int64_t kMaxSide = 65500;
constexpr double kMaxValue = 1000;

// Checks the fields of one message, whose path it knows.
class Fields {
 public:
  Fields(absl::string_view path, ConfigProblems* problems) : path_(path), problems_(problems) {}

  std::string Path(absl::string_view field) const { return JoinPath(path_, field); }
  ConfigProblems* problems() const { return problems_; }
  void Error(absl::string_view field, absl::string_view message) const { problems_->Error(Path(field), message); }

  void Whole(absl::string_view field, int64_t value, int64_t least, int64_t most) const {
    problems_->Require(value >= least && value <= most, Path(field), absl::StrCat("must be ", least, " to ", most), value);
  }
  void Number(absl::string_view field, double value, double least, double most) const {
    problems_->Require(value >= least && value <= most, Path(field), absl::StrCat("must be ", least, " to ", most), value);
  }
  void AboveZero(absl::string_view field, double value, double most) const {
    problems_->Require(value > 0 && value <= most, Path(field), absl::StrCat("must be above 0, at most ", most), value);
  }
  void Probability(double value) const { Number("probability", value, 0, 1); }
  void Required(bool is_set, absl::string_view field, absl::string_view what) const {
    if (!is_set) Error(field, absl::StrCat("is required: ", what));
  }
  // NaN has been reported by the range of the field itself.
  void Ordered(absl::string_view min_field, double min, absl::string_view max_field, double max) const {
    problems_->Require(!(min > max), Path(min_field), absl::StrCat("must be at most ", max_field, ", ", max), min);
  }
  void OnePerChannel(absl::string_view field, int count) const {
    if (count != 1 && count != 3) Error(field, absl::StrCat("must have 1 value, or 3, one for each channel (got ", count, ")"));
  }
  void Fill(const google::protobuf::RepeatedField<int32_t>& fill) const {
    if (!fill.empty()) OnePerChannel("fill", fill.size());
    for (int i = 0; i < fill.size(); ++i) Whole(absl::StrCat("fill[", i, "]"), fill[i], 0, 255);
  }
  void Area(int64_t height, int64_t width) const {
    if (height > kMaxSide || width > kMaxSide) return;  // reported
    problems_->Require(height * width <= kMaxPicturePixels, path_,
                       absl::StrCat("must have height times width at most ", kMaxPicturePixels, " pixels"), height * width);
  }

 private:
  const std::string path_;
  ConfigProblems* const problems_;
};

template <typename Config>
void RequireBothSides(const Config& config, const Fields& fields) {
  if (config.has_height_px()) fields.Whole("height_px", config.height_px(), 1, kMaxSide);
  if (config.has_width_px()) fields.Whole("width_px", config.width_px(), 1, kMaxSide);
  fields.Required(config.has_height_px(), "height_px", "width_px is set");
  fields.Required(config.has_width_px(), "width_px", "height_px is set");
  if (config.has_height_px() && config.has_width_px()) fields.Area(config.height_px(), config.width_px());
}

// Of a crop: size_px, or both sides.
template <typename Config>
void RequireCropSize(const Config& config, const Fields& fields) {
  const bool has_side = config.has_height_px() || config.has_width_px();
  if (config.has_size_px() && has_side) return fields.Error("size_px", "is set beside height_px or width_px; set one or the other");
  if (has_side) return RequireBothSides(config, fields);
  if (!config.has_size_px()) return fields.Error("size_px", "is required, or height_px and width_px");
  fields.Whole("size_px", config.size_px(), 1, kMaxSide);
  fields.Area(config.size_px(), config.size_px());
}

void RequireFilter(ResizeFilterConfig::Filter filter, bool antialias, const Fields& fields) {
  if (filter == ResizeFilterConfig::FILTER_UNSPECIFIED) {
    return fields.Error("filter", "must be one of NEAREST, BOX, BILINEAR, HAMMING, BICUBIC, LANCZOS");
  }
  const bool has_both = filter == ResizeFilterConfig::BILINEAR || filter == ResizeFilterConfig::BICUBIC;
  if (!antialias && !has_both) fields.Error("antialias", "is false, which only BILINEAR and BICUBIC can be; drop it, or change filter");
}

void RequireFilter(WarpFilterConfig::Filter filter, const Fields& fields) {
  if (filter == WarpFilterConfig::FILTER_UNSPECIFIED) fields.Error("filter", "must be NEAREST or BILINEAR");
}

void ValidateFit(const ResizeConfig& config, const Fields& fields) {
  switch (config.fit()) {
    case ResizeConfig::STRETCH:
      if (!config.fill().empty()) fields.Error("fill", "is set, but only fit: LETTERBOX leaves something to fill");
      return;
    case ResizeConfig::LETTERBOX:
      if (config.has_short_side_px()) fields.Error("fit", "is LETTERBOX, which needs height_px and width_px instead of short_side_px");
      return fields.Fill(config.fill());
    case ResizeConfig::FIT_UNSPECIFIED:
      return fields.Error("fit", "must be STRETCH or LETTERBOX");
  }
}

void Validate(const ResizeConfig& config, const Fields& fields) {
  const bool has_side = config.has_height_px() || config.has_width_px();
  if (config.has_short_side_px() && has_side) {
    fields.Error("short_side_px", "is set beside height_px or width_px; set one or the other");
  } else if (has_side) {
    RequireBothSides(config, fields);
  } else if (config.has_short_side_px()) {
    fields.Whole("short_side_px", config.short_side_px(), 1, kMaxSide);
  } else {
    fields.Error("short_side_px", "is required, or height_px and width_px");
  }
  ValidateFit(config, fields);
  RequireFilter(config.filter(), config.antialias(), fields);
}

void Validate(const CenterCropConfig& config, const Fields& fields) {
  RequireCropSize(config, fields);
}

void ValidateRatio(double min, double max, const Fields& fields) {
  fields.Number("min_ratio", min, 0.01, 100);
  fields.Number("max_ratio", max, 0.01, 100);
  fields.Ordered("min_ratio", min, "max_ratio", max);
}

void Validate(const RandomResizedCropConfig& config, const Fields& fields) {
  RequireCropSize(config, fields);
  fields.AboveZero("min_scale", config.min_scale(), 1);
  fields.AboveZero("max_scale", config.max_scale(), 1);
  fields.Ordered("min_scale", config.min_scale(), "max_scale", config.max_scale());
  ValidateRatio(config.min_ratio(), config.max_ratio(), fields);
  RequireFilter(config.filter(), config.antialias(), fields);
}

void Validate(const RandomCropConfig& config, const Fields& fields) {
  RequireCropSize(config, fields);
  fields.Whole("padding_px", config.padding_px(), 0, kMaxSide);
  switch (config.padding_mode()) {
    case RandomCropConfig::CONSTANT:
      return fields.Fill(config.fill());
    case RandomCropConfig::EDGE:
    case RandomCropConfig::REFLECT:
    case RandomCropConfig::SYMMETRIC:
      if (!config.fill().empty()) fields.Error("fill", "is set, but only padding_mode: CONSTANT uses it");
      return;
    case RandomCropConfig::PADDING_MODE_UNSPECIFIED:
      return fields.Error("padding_mode", "must be one of CONSTANT, EDGE, REFLECT, SYMMETRIC");
  }
}

// For the transforms that have nothing but a probability.
template <typename Config>
void ValidateProbability(const Config& config, const Fields& fields) {
  fields.Probability(config.probability());
}

void Validate(const RandomRotationConfig& config, const Fields& fields) {
  fields.Required(config.has_degrees(), "degrees", "the largest angle");
  fields.Number("degrees", config.degrees(), 0, 180);
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const RandomAffineConfig& config, const Fields& fields) {
  fields.Number("degrees", config.degrees(), 0, 180);
  fields.Number("translate_x_fraction", config.translate_x_fraction(), 0, 1);
  fields.Number("translate_y_fraction", config.translate_y_fraction(), 0, 1);
  fields.Number("min_scale", config.min_scale(), 0.01, 100);
  fields.Number("max_scale", config.max_scale(), 0.01, 100);
  fields.Ordered("min_scale", config.min_scale(), "max_scale", config.max_scale());
  fields.Number("shear_x_degrees", config.shear_x_degrees(), 0, 89);
  fields.Number("shear_y_degrees", config.shear_y_degrees(), 0, 89);
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const RandomPerspectiveConfig& config, const Fields& fields) {
  fields.Number("distortion_fraction", config.distortion_fraction(), 0, 1);
  fields.Probability(config.probability());
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const ColorJitterConfig& config, const Fields& fields) {
  fields.Number("brightness", config.brightness(), 0, 100);
  fields.Number("contrast", config.contrast(), 0, 100);
  fields.Number("saturation", config.saturation(), 0, 100);
  fields.Number("hue", config.hue(), 0, 0.5);
}

void Validate(const GaussianBlurConfig& config, const Fields& fields) {
  fields.Required(config.has_kernel_px(), "kernel_px", "the width of the kernel, an odd number");
  const int kernel = config.kernel_px();
  const bool is_odd = kernel >= 1 && kernel <= 255 && kernel % 2 == 1;
  if (config.has_kernel_px()) fields.problems()->Require(is_odd, fields.Path("kernel_px"), "must be odd, 1 to 255", kernel);
  fields.AboveZero("min_sigma_px", config.min_sigma_px(), 100);
  fields.AboveZero("max_sigma_px", config.max_sigma_px(), 100);
  fields.Ordered("min_sigma_px", config.min_sigma_px(), "max_sigma_px", config.max_sigma_px());
}

void Validate(const PosterizeConfig& config, const Fields& fields) {
  fields.Required(config.has_bits(), "bits", "how many bits of a value are kept");
  fields.Whole("bits", config.bits(), 0, 8);
  fields.Probability(config.probability());
}

void Validate(const SolarizeConfig& config, const Fields& fields) {
  fields.Required(config.has_threshold(), "threshold", "the value from which on values are inverted");
  fields.Number("threshold", config.threshold(), 0, 256);
  fields.Probability(config.probability());
}

void Validate(const AdjustSharpnessConfig& config, const Fields& fields) {
  fields.Required(config.has_factor(), "factor", "0 blurs, 2 sharpens");
  fields.Number("factor", config.factor(), 0, 100);
  fields.Probability(config.probability());
}

void Validate(const RandAugmentConfig& config, const Fields& fields) {
  fields.Whole("num_ops", config.num_ops(), 0, 100);
  fields.Whole("magnitude_bins", config.magnitude_bins(), 2, 1000);
  if (config.magnitude_bins() >= 2) fields.Whole("magnitude", config.magnitude(), 0, int64_t{config.magnitude_bins()} - 1);
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const TrivialAugmentWideConfig& config, const Fields& fields) {
  fields.Whole("magnitude_bins", config.magnitude_bins(), 2, 1000);
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const AutoAugmentConfig& config, const Fields& fields) {
  if (config.policy() == AutoAugmentConfig::POLICY_UNSPECIFIED) fields.Error("policy", "must be one of IMAGENET, CIFAR10, SVHN");
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void Validate(const AugMixConfig& config, const Fields& fields) {
  fields.Whole("severity", config.severity(), 1, 10);
  fields.Whole("mixture_width", config.mixture_width(), 1, kMostChains);
  if (config.has_chain_depth()) fields.Whole("chain_depth", config.chain_depth(), 1, 100);
  fields.Number("alpha", config.alpha(), 0.001, 1000);
  RequireFilter(config.filter(), fields);
  fields.Fill(config.fill());
}

void ValidateValue(const google::protobuf::RepeatedField<double>& value, bool is_normalised, const Fields& fields) {
  if (!value.empty()) fields.OnePerChannel("value", value.size());
  for (int i = 0; i < value.size(); ++i) {
    const std::string path = fields.Path(absl::StrCat("value[", i, "]"));
    if (is_normalised) {
      fields.problems()->Require(value[i] >= -kMaxValue && value[i] <= kMaxValue, path, "must be -1000 to 1000", value[i]);
    } else {
      fields.problems()->Require(value[i] >= 0 && value[i] <= 1, path, "must be 0 to 1, as no normalize is in front of it", value[i]);
    }
  }
}

void ValidateErasing(const RandomErasingConfig& config, bool is_normalised, const Fields& fields) {
  fields.Probability(config.probability());
  fields.Number("min_scale", config.min_scale(), 0, 1);
  fields.Number("max_scale", config.max_scale(), 0, 1);
  fields.Ordered("min_scale", config.min_scale(), "max_scale", config.max_scale());
  ValidateRatio(config.min_ratio(), config.max_ratio(), fields);
  ValidateValue(config.value(), is_normalised, fields);
  if (!config.noise()) return;
  if (!is_normalised) fields.Error("noise", "needs normalize in front of it, as the noise has mean 0 and deviation 1");
  if (!config.value().empty()) fields.Error("value", "is set beside noise; set one or the other");
}

void ValidateCutout(const CutoutConfig& config, bool is_normalised, const Fields& fields) {
  if (config.has_size_px() && config.has_max_side_fraction()) {
    fields.Error("size_px", "is set beside max_side_fraction; set one or the other");
  } else if (config.has_max_side_fraction()) {
    fields.AboveZero("max_side_fraction", config.max_side_fraction(), 1);
  } else {
    fields.Required(config.has_size_px(), "size_px", "the side of the square; or max_side_fraction");
    if (config.has_size_px()) fields.Whole("size_px", config.size_px(), 1, kMaxSide);
  }
  fields.Whole("squares", config.squares(), 1, 100);
  fields.Probability(config.probability());
  ValidateValue(config.value(), is_normalised, fields);
}

void Validate(const NormalizeConfig& config, const Fields& fields) {
  fields.OnePerChannel("mean", config.mean_size());
  fields.OnePerChannel("std", config.std_size());
  for (int i = 0; i < config.mean_size(); ++i) {
    const std::string rule = "must be 0 to 1, as values are divided by 255 before";
    fields.problems()->Require(config.mean(i) >= 0 && config.mean(i) <= 1, fields.Path(absl::StrCat("mean[", i, "]")), rule,
                               config.mean(i));
  }
  for (int i = 0; i < config.std_size(); ++i) {
    const std::string path = fields.Path(absl::StrCat("std[", i, "]"));
    const std::string rule = "must be above 0, at most 1, as values are divided by 255 before";
    fields.problems()->Require(config.std(i) > 0 && config.std(i) <= 1, path, rule, config.std(i));
    if (config.std(i) > 0 && config.std(i) <= 1) RequirePositiveF32(config.std(i), path, fields.problems());
  }
}

// Where in the lists a transform stands.
struct Place {
  int depth = 0;               // 0: in the experiment's own list
  bool is_normalised = false;  // normalize stands in front of it
};

void ValidateList(const TransformList& transforms, absl::string_view path, Place place, ConfigProblems* problems);

void ValidateInner(const TransformList& transforms, Place place, const Fields& fields) {
  fields.Required(!transforms.empty(), "transforms", "list at least one");
  if (place.depth >= kDeepestNesting) {
    return fields.Error("transforms", absl::StrCat("is nested too deep: ", kDeepestNesting, " levels are allowed"));
  }
  ValidateList(transforms, fields.Path("transforms"), {place.depth + 1, place.is_normalised}, fields.problems());
}

void ValidateOneOf(const OneOfConfig& config, Place place, const Fields& fields) {
  ValidateInner(config.transforms(), place, fields);
  if (config.weights().empty()) return;
  double sum = 0;
  for (int i = 0; i < config.weights_size(); ++i) {
    fields.Number(absl::StrCat("weights[", i, "]"), config.weights(i), 0, 1000);
    sum += config.weights(i);
  }
  if (config.weights_size() != config.transforms_size()) {
    fields.Error("weights", absl::StrCat("must have one number for each of the ", config.transforms_size(), " transforms (got ",
                                         config.weights_size(), ")"));
  }
  if (sum == 0) fields.Error("weights", "must not all be 0");
}

void ValidateRandomOrder(const RandomOrderConfig& config, Place place, const Fields& fields) {
  ValidateInner(config.transforms(), place, fields);
}

void ValidateKind(const TransformConfig& config, absl::string_view path, Place place, ConfigProblems* problems) {
  const Fields fields(JoinPath(path, ChosenArm(config, "kind")), problems);
  switch (config.kind_case()) {
    case TransformConfig::kResize:
      return Validate(config.resize(), fields);
    case TransformConfig::kCenterCrop:
      return Validate(config.center_crop(), fields);
    case TransformConfig::kRandomResizedCrop:
      return Validate(config.random_resized_crop(), fields);
    case TransformConfig::kRandomCrop:
      return Validate(config.random_crop(), fields);
    case TransformConfig::kHorizontalFlip:
      return ValidateProbability(config.horizontal_flip(), fields);
    case TransformConfig::kVerticalFlip:
      return ValidateProbability(config.vertical_flip(), fields);
    case TransformConfig::kRandomRotation:
      return Validate(config.random_rotation(), fields);
    case TransformConfig::kRandomAffine:
      return Validate(config.random_affine(), fields);
    case TransformConfig::kRandomPerspective:
      return Validate(config.random_perspective(), fields);
    case TransformConfig::kColorJitter:
      return Validate(config.color_jitter(), fields);
    case TransformConfig::kGrayscale:
      return ValidateProbability(config.grayscale(), fields);
    case TransformConfig::kGaussianBlur:
      return Validate(config.gaussian_blur(), fields);
    case TransformConfig::kAutoContrast:
      return ValidateProbability(config.auto_contrast(), fields);
    case TransformConfig::kEqualize:
      return ValidateProbability(config.equalize(), fields);
    case TransformConfig::kPosterize:
      return Validate(config.posterize(), fields);
    case TransformConfig::kSolarize:
      return Validate(config.solarize(), fields);
    case TransformConfig::kAdjustSharpness:
      return Validate(config.adjust_sharpness(), fields);
    case TransformConfig::kInvert:
      return ValidateProbability(config.invert(), fields);
    case TransformConfig::kRandAugment:
      return Validate(config.rand_augment(), fields);
    case TransformConfig::kTrivialAugmentWide:
      return Validate(config.trivial_augment_wide(), fields);
    case TransformConfig::kAutoAugment:
      return Validate(config.auto_augment(), fields);
    case TransformConfig::kAugMix:
      return Validate(config.aug_mix(), fields);
    case TransformConfig::kRandomErasing:
      return ValidateErasing(config.random_erasing(), place.is_normalised, fields);
    case TransformConfig::kCutout:
      return ValidateCutout(config.cutout(), place.is_normalised, fields);
    case TransformConfig::kNormalize:
      return Validate(config.normalize(), fields);
    case TransformConfig::kRandomApply:
      fields.Probability(config.random_apply().probability());
      return ValidateInner(config.random_apply().transforms(), place, fields);
    case TransformConfig::kOneOf:
      return ValidateOneOf(config.one_of(), place, fields);
    case TransformConfig::kRandomOrder:
      return ValidateRandomOrder(config.random_order(), place, fields);
    case TransformConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

// What may stand behind normalize, where values are no grey levels any more.
void ValidateBehindNormalize(const TransformConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::string kind = ChosenArm(config, "kind");
  if (config.has_normalize()) return problems->Error(JoinPath(path, kind), "stands behind another normalize; drop one");
  if (config.has_random_erasing() || config.has_cutout() || kind.empty()) return;
  problems->Error(JoinPath(path, kind), "stands behind normalize, where only random_erasing and cutout may; put normalize behind it");
}

void ValidateList(const TransformList& transforms, absl::string_view path, Place place, ConfigProblems* problems) {
  problems->Require(transforms.size() <= kMostTransforms, path, absl::StrCat("must have at most ", kMostTransforms, " transforms"),
                    transforms.size());
  for (int i = 0; i < transforms.size(); ++i) {
    const std::string one = absl::StrCat(path, "[", i, "]");
    if (place.is_normalised) ValidateBehindNormalize(transforms[i], one, problems);
    if (place.depth > 0 && transforms[i].has_normalize()) {
      problems->Error(JoinPath(one, "normalize"), "stands in another transform; every sample must be normalised, so move it out");
    }
    ValidateKind(transforms[i], one, place, problems);
    if (place.depth == 0 && transforms[i].has_normalize()) place.is_normalised = true;
  }
}

}  // namespace

void ValidateTransforms(const TransformList& transforms, absl::string_view path, ConfigProblems* problems) {
  ValidateList(transforms, path, Place(), problems);
}

}  // namespace mica
