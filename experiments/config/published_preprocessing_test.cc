#include "experiments/config/published_preprocessing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kNormalize[] = "normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] }";

std::string Transforms(const std::string& eval, const std::string& normalize = kNormalize) {
  return absl::StrCat(eval, " train_transforms { ", normalize, " } eval_transforms { ", normalize, " }");
}

std::vector<std::string> Warnings(const std::string& model, const std::string& transforms) {
  ConfigProblems problems;
  WarnOfOtherPreprocessing(ParseTextOrDie<Experiment>(absl::StrCat("model { ", model, " } ", transforms)), &problems);
  std::vector<std::string> warnings;
  for (const ConfigProblem& problem : problems.all()) warnings.push_back(problem.message);
  EXPECT_FALSE(problems.has_errors());
  return warnings;
}

constexpr char kWeights[] = " initial_weights { weights_file: 'w' }";
constexpr char kLikePublished[] = "eval_transforms { resize { short_side_px: 256 } } eval_transforms { center_crop { size_px: 224 } }";

TEST(PublishedPreprocessingTest, ThePublishersOwnImagesAreFine) {
  EXPECT_THAT(Warnings(absl::StrCat("resnet18 {}", kWeights), Transforms(kLikePublished)), IsEmpty());
}

TEST(PublishedPreprocessingTest, NothingIsExpectedWithoutAFileOrAPublisher) {
  EXPECT_THAT(Warnings("resnet18 {}", ""), IsEmpty());
  EXPECT_THAT(Warnings(absl::StrCat("tiny_vgg {}", kWeights), ""), IsEmpty());
}

TEST(PublishedPreprocessingTest, MissingNumbersAreGiven) {
  EXPECT_THAT(Warnings(absl::StrCat("resnet18 {}", kWeights), "train_transforms { horizontal_flip {} }"),
              ElementsAre("train_transforms has no normalize; torchvision's weights of this model expect normalize { mean: [0.485, 0.456, "
                          "0.406] std: [0.229, 0.224, 0.225] }",
                          StartsWith("eval_transforms has no normalize")));
}

TEST(PublishedPreprocessingTest, OtherNumbersAreToldAtTheirPlace) {
  EXPECT_THAT(
      Warnings(absl::StrCat("vit_tiny_16 {}", kWeights), Transforms("eval_transforms { horizontal_flip {} }")),
      ElementsAre(StartsWith("train_transforms[0].normalize has other numbers than timm's weights of this model expect: mean: [0.5, "
                             "0.5, 0.5] std: [0.5, 0.5, 0.5]"),
                  StartsWith("eval_transforms[1].normalize")));
  EXPECT_THAT(Warnings(absl::StrCat("vit_tiny_16 {}", kWeights), Transforms("", "normalize { mean: 0.498 std: 0.502 }")), IsEmpty())
      << "one value for all channels, rounded";
  EXPECT_THAT(Warnings("resnet18 {} initial_weights { weights_file: 'w' first_convolution: SUM_OF_RGB }", ""), IsEmpty())
      << "grey pictures have numbers of their own";
}

TEST(PublishedPreprocessingTest, SomewhatOtherSizesAreFine) {
  for (const int side : {112, 160, 336}) {
    EXPECT_THAT(Warnings(absl::StrCat("resnet18 {}", kWeights),
                         Transforms(absl::StrCat("eval_transforms { center_crop { size_px: ", side, " } }"))),
                IsEmpty());
  }
}

TEST(PublishedPreprocessingTest, SizeAndFilterAreTold) {
  EXPECT_THAT(
      Warnings(absl::StrCat("efficientnet_b0 {}", kWeights), Transforms("eval_transforms { resize { height_px: 64 width_px: 64 } }")),
      ElementsAre("eval_transforms give images of 64 pixels; torchvision's weights of this model were evaluated on 224, and are best "
                  "near that",
                  "eval_transforms scale with BILINEAR; torchvision's weights of this model were evaluated with BICUBIC"));
}

}  // namespace
}  // namespace mica
