#include "data/augment/transform_validation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/validation_table.h"

namespace mica {
namespace {

using google::protobuf::FieldDescriptor;

// A list needs a message that holds it.
void ValidateHolder(const RandomOrderConfig& holder, absl::string_view path, ConfigProblems* problems) {
  ValidateTransforms(holder.transforms(), path, problems);
}

const ValidationTable<RandomOrderConfig> kTable(ValidateHolder, "t");

std::string List(const std::vector<std::string>& transforms) {
  std::string text;
  for (const std::string& transform : transforms) absl::StrAppend(&text, "transforms { ", transform, " }\n");
  return text;
}

struct BadValue {
  std::string transform;
  std::string message;
};

void ExpectErrors(const std::vector<BadValue>& rows) {
  for (const BadValue& row : rows) kTable.ExpectErrors({{List({row.transform}), row.message}});
}

TEST(TransformValidationTest, AcceptsTheDefaultsOfEachKind) {
  for (const char* const transform :
       {"resize { short_side_px: 256 filter: BICUBIC }",
        "resize { height_px: 48 width_px: 48 }",
        "resize { height_px: 1 width_px: 65500 fit: LETTERBOX fill: [114, 0, 255] }",
        "resize { short_side_px: 1 antialias: false }",
        "center_crop { size_px: 224 }",
        "center_crop { height_px: 3 width_px: 1 }",
        "random_resized_crop { size_px: 224 }",
        "random_resized_crop { height_px: 2 width_px: 1 min_scale: 1 min_ratio: 1 max_ratio: 1 }",
        "random_crop { size_px: 32 padding_px: 4 padding_mode: REFLECT }",
        "random_crop { size_px: 32 fill: 7 pad_if_needed: true }",
        "horizontal_flip {}",
        "vertical_flip { probability: 1 }",
        "random_rotation { degrees: 50 }",
        "random_affine {}",
        "random_affine { degrees: 180 translate_x_fraction: 1 min_scale: 0.5 max_scale: 2 shear_y_degrees: 89 filter: BILINEAR }",
        "random_perspective {}",
        "color_jitter {}",
        "color_jitter { brightness: 0.4 hue: 0.5 }",
        "grayscale {}",
        "gaussian_blur { kernel_px: 23 }",
        "auto_contrast {}",
        "equalize {}",
        "posterize { bits: 4 }",
        "solarize { threshold: 128 }",
        "adjust_sharpness { factor: 2 }",
        "invert {}",
        "rand_augment {}",
        "rand_augment { magnitude: 30 }",
        "trivial_augment_wide {}",
        "auto_augment {}",
        "auto_augment { policy: SVHN fill: [1, 2, 3] }",
        "aug_mix {}",
        "aug_mix { chain_depth: 3 }",
        "random_erasing {}",
        "random_erasing { value: [0.5, 0.4, 0.3] }",
        "cutout { size_px: 16 }",
        "cutout { max_side_fraction: 0.5 }",
        "normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] }",
        "normalize { mean: 0 std: 1 }",
        "random_apply { transforms { invert {} } }",
        "one_of { transforms { invert {} } transforms { equalize {} } }",
        "one_of { transforms { invert {} } transforms { equalize {} } weights: [1, 3] }",
        "random_order { transforms { invert {} } }"}) {
    kTable.ExpectValid(List({transform}));
  }
  kTable.ExpectValid("");
}

TEST(TransformValidationTest, NamesTheFieldOfABadSize) {
  ExpectErrors({{"", "t[0] is required: choose one of resize, center_crop, random_resized_crop,"},
                {"resize {}", "t[0].resize.short_side_px is required, or height_px and width_px"},
                {"resize { short_side_px: 0 }", "t[0].resize.short_side_px must be 1 to 65500 (got 0)"},
                {"resize { height_px: 5 }", "t[0].resize.width_px is required: height_px is set"},
                {"resize { width_px: 5 }", "t[0].resize.height_px is required: width_px is set"},
                {"resize { height_px: 5 width_px: 65501 }", "t[0].resize.width_px must be 1 to 65500 (got 65501)"},
                {"resize { height_px: 60000 width_px: 60000 }", "t[0].resize must have height times width at most 89478485 pixels"},
                {"resize { short_side_px: 5 width_px: 5 }", "t[0].resize.short_side_px is set beside height_px or width_px"},
                {"resize { short_side_px: 5 fit: LETTERBOX }", "t[0].resize.fit is LETTERBOX, which needs height_px and width_px"},
                {"resize { short_side_px: 5 fill: 3 }", "t[0].resize.fill is set, but only fit: LETTERBOX"},
                {"resize { short_side_px: 5 fit: FIT_UNSPECIFIED }", "t[0].resize.fit must be STRETCH or LETTERBOX"},
                {"resize { short_side_px: 5 filter: FILTER_UNSPECIFIED }", "t[0].resize.filter must be one of NEAREST,"},
                {"resize { short_side_px: 5 filter: LANCZOS antialias: false }", "t[0].resize.antialias is false, which only"},
                {"resize { height_px: 5 width_px: 5 fit: LETTERBOX fill: [1, 2] }", "t[0].resize.fill must have 1 value, or 3,"},
                {"resize { height_px: 5 width_px: 5 fit: LETTERBOX fill: 256 }", "t[0].resize.fill[0] must be 0 to 255 (got 256)"},
                {"center_crop {}", "t[0].center_crop.size_px is required, or height_px and width_px"},
                {"center_crop { size_px: -1 }", "t[0].center_crop.size_px must be 1 to 65500 (got -1)"},
                {"center_crop { size_px: 1 width_px: 1 }", "t[0].center_crop.size_px is set beside height_px or width_px"},
                {"random_crop { size_px: 2147483647 }", "t[0].random_crop.size_px must be 1 to 65500 (got 2147483647)"},
                {"random_crop { size_px: 1 padding_px: -1 }", "t[0].random_crop.padding_px must be 0 to 65500 (got -1)"},
                {"random_crop { size_px: 1 padding_mode: EDGE fill: 1 }", "t[0].random_crop.fill is set, but only padding_mode: CONSTANT"},
                {"random_crop { size_px: 1 padding_mode: PADDING_MODE_UNSPECIFIED }", "t[0].random_crop.padding_mode must be one of"}});
}

TEST(TransformValidationTest, NamesTheFieldOfABadRange) {
  ExpectErrors(
      {{"random_resized_crop { size_px: 8 min_scale: 0 }", "t[0].random_resized_crop.min_scale must be above 0, at most 1 (got 0)"},
       {"random_resized_crop { size_px: 8 max_scale: nan }", "t[0].random_resized_crop.max_scale must be above 0, at most 1"},
       {"random_resized_crop { size_px: 8 min_scale: 0.5 max_scale: 0.2 }",
        "t[0].random_resized_crop.min_scale must be at most max_scale, 0.2 (got 0.5)"},
       {"random_resized_crop { size_px: 8 max_ratio: inf }", "t[0].random_resized_crop.max_ratio must be 0.01 to 100 (got inf)"},
       {"random_resized_crop { size_px: 8 min_ratio: 2 }", "t[0].random_resized_crop.min_ratio must be at most max_ratio, 1.33333"},
       {"random_rotation {}", "t[0].random_rotation.degrees is required: the largest angle"},
       {"random_rotation { degrees: nan }", "t[0].random_rotation.degrees must be 0 to 180"},
       {"random_rotation { degrees: 5 filter: FILTER_UNSPECIFIED }", "t[0].random_rotation.filter must be NEAREST or BILINEAR"},
       {"random_affine { min_scale: 0 }", "t[0].random_affine.min_scale must be 0.01 to 100 (got 0)"},
       {"random_affine { min_scale: 3 max_scale: 2 }", "t[0].random_affine.min_scale must be at most max_scale, 2 (got 3)"},
       {"random_affine { shear_x_degrees: 90 }", "t[0].random_affine.shear_x_degrees must be 0 to 89 (got 90)"},
       {"random_affine { translate_y_fraction: 1.5 }", "t[0].random_affine.translate_y_fraction must be 0 to 1 (got 1.5)"},
       {"random_perspective { distortion_fraction: 2 }", "t[0].random_perspective.distortion_fraction must be 0 to 1 (got 2)"},
       {"color_jitter { hue: 0.6 }", "t[0].color_jitter.hue must be 0 to 0.5 (got 0.6)"},
       {"color_jitter { contrast: -1 }", "t[0].color_jitter.contrast must be 0 to 100 (got -1)"},
       {"gaussian_blur {}", "t[0].gaussian_blur.kernel_px is required"},
       {"gaussian_blur { kernel_px: 4 }", "t[0].gaussian_blur.kernel_px must be odd, 1 to 255 (got 4)"},
       {"gaussian_blur { kernel_px: 3 min_sigma_px: 0 }", "t[0].gaussian_blur.min_sigma_px must be above 0, at most 100 (got 0)"},
       {"gaussian_blur { kernel_px: 3 min_sigma_px: 3 }", "t[0].gaussian_blur.min_sigma_px must be at most max_sigma_px, 2 (got 3)"},
       {"posterize {}", "t[0].posterize.bits is required"},
       {"posterize { bits: 9 }", "t[0].posterize.bits must be 0 to 8 (got 9)"},
       {"solarize {}", "t[0].solarize.threshold is required"},
       {"solarize { threshold: nan }", "t[0].solarize.threshold must be 0 to 256"},
       {"adjust_sharpness {}", "t[0].adjust_sharpness.factor is required"},
       {"rand_augment { magnitude: 31 }", "t[0].rand_augment.magnitude must be 0 to 30 (got 31)"},
       {"rand_augment { magnitude_bins: 1 }", "t[0].rand_augment.magnitude_bins must be 2 to 1000 (got 1)"},
       {"rand_augment { num_ops: -1 }", "t[0].rand_augment.num_ops must be 0 to 100 (got -1)"},
       {"auto_augment { policy: POLICY_UNSPECIFIED }", "t[0].auto_augment.policy must be one of IMAGENET, CIFAR10, SVHN"},
       {"aug_mix { severity: 11 }", "t[0].aug_mix.severity must be 1 to 10 (got 11)"},
       {"aug_mix { chain_depth: 0 }", "t[0].aug_mix.chain_depth must be 1 to 100 (got 0)"},
       {"aug_mix { alpha: 0 }", "t[0].aug_mix.alpha must be 0.001 to 1000 (got 0)"},
       {"random_erasing { value: 2 }", "t[0].random_erasing.value[0] must be 0 to 1, as no normalize is in front of it (got 2)"},
       {"random_erasing { noise: true }", "t[0].random_erasing.noise needs normalize in front of it"},
       {"cutout {}", "t[0].cutout.size_px is required: the side of the square; or max_side_fraction"},
       {"cutout { size_px: 1 max_side_fraction: 1 }", "t[0].cutout.size_px is set beside max_side_fraction"},
       {"cutout { size_px: 1 squares: 0 }", "t[0].cutout.squares must be 1 to 100 (got 0)"},
       {"normalize {std: 1}", "t[0].normalize.mean must have 1 value, or 3, one for each channel (got 0)"},
       {"normalize { mean: [0, 0] std: 1 }", "t[0].normalize.mean must have 1 value, or 3, one for each channel (got 2)"},
       {"normalize { mean: 123.7 std: 0.2 }", "t[0].normalize.mean[0] must be 0 to 1, as values are divided by 255 before (got 123.7)"},
       {"normalize { mean: nan std: 0.2 }", "t[0].normalize.mean[0] must be 0 to 1"},
       {"normalize { mean: 0.5 std: 0 }", "t[0].normalize.std[0] must be above 0, at most 1"},
       {"normalize { mean: 0.5 std: 1e-60 }", "t[0].normalize.std[0] must be at least 1.17549"}});
}

// Whatever the kind, its probability.
TEST(TransformValidationTest, RefusesBadProbabilitiesEverywhere) {
  const google::protobuf::Descriptor& transform = *TransformConfig::descriptor();
  int kinds = 0;
  for (int i = 0; i < transform.field_count(); ++i) {
    const FieldDescriptor* const probability = transform.field(i)->message_type()->FindFieldByName("probability");
    if (probability == nullptr) continue;
    ++kinds;
    for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
      TransformConfig config;
      google::protobuf::Message* const arm = config.GetReflection()->MutableMessage(&config, transform.field(i));
      arm->GetReflection()->SetDouble(arm, probability, bad);
      RandomOrderConfig holder;
      *holder.add_transforms() = config;
      ConfigProblems problems;
      ValidateHolder(holder, "t", &problems);
      const std::string message = absl::StrCat("t[0].", transform.field(i)->name(), ".probability must be 0 to 1 (got ");
      EXPECT_THAT(problems.all(), testing::Contains(testing::Field(&ConfigProblem::message, testing::StartsWith(message))));
    }
  }
  EXPECT_EQ(kinds, 13);
}

TEST(TransformValidationTest, KeepsTheOrderAroundNormalize) {
  const std::string normalize = "normalize { mean: 0.5 std: 0.5 }";
  kTable.ExpectValid(
      List({"invert {}", normalize, "random_erasing { value: -2 }", "cutout { size_px: 3 }", "random_erasing { noise: true }"}));
  kTable.ExpectErrors(
      {{List({normalize, "invert {}"}), "t[1].invert stands behind normalize, where only random_erasing and cutout may"},
       {List({normalize, normalize}), "t[1].normalize stands behind another normalize; drop one"},
       {List({normalize, "random_apply { transforms { random_erasing {} } }"}), "t[1].random_apply stands behind normalize"},
       {List({normalize, "random_erasing { value: inf }"}), "t[1].random_erasing.value[0] must be -1000 to 1000"},
       {List({normalize, "random_erasing { value: 1 noise: true }"}), "t[1].random_erasing.value is set beside noise"},
       {List({"random_apply { transforms { " + normalize + "} }"}),
        "t[0].random_apply.transforms[0].normalize stands in another transform"}});
}

TEST(TransformValidationTest, LooksIntoLists) {
  std::string deep = "invert {}";
  for (int i = 0; i < 8; ++i) deep = "random_apply { transforms { " + deep + " } }";
  kTable.ExpectValid(List({deep}));
  ExpectErrors(
      {{"random_apply {}", "t[0].random_apply.transforms is required: list at least one"},
       {"one_of { transforms { invert {} } transforms { posterize { bits: -1 } } }", "t[0].one_of.transforms[1].posterize.bits must be"},
       {"one_of { transforms { invert {} } weights: [1, 2] }", "t[0].one_of.weights must have one number for each of the 1 transforms"},
       {"one_of { transforms { invert {} } weights: 0 }", "t[0].one_of.weights must not all be 0"},
       {"one_of { transforms { invert {} } weights: nan }", "t[0].one_of.weights[0] must be 0 to 1000"},
       {"random_order {}", "t[0].random_order.transforms is required: list at least one"},
       {"random_apply { transforms { " + deep + " } }",
        "t[0].random_apply.transforms[0].random_apply.transforms[0].random_apply.transforms[0].random_apply.transforms[0]."}});
  kTable.ExpectErrors({{List(std::vector<std::string>(101, "invert {}")), "t must have at most 100 transforms (got 101)"}});
}

}  // namespace
}  // namespace mica
