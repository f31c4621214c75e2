#include "data/augment/output_size.h"

#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using Size = std::optional<PictureSize>;
using testing::StartsWith;

absl::StatusOr<Size> After(const std::string& transforms, Size before) {
  return SizeAfterTransforms(ParseTextOrDie<RandomOrderConfig>(transforms).transforms(), "t", before);
}

constexpr PictureSize kPhoto = {375, 500};

TEST(OutputSizeTest, OfPicturesThatDiffer) {
  EXPECT_EQ(*After("", std::nullopt), std::nullopt);
  EXPECT_EQ(*After("transforms { resize { short_side_px: 256 } }", std::nullopt), std::nullopt);
  EXPECT_EQ(*After("transforms { resize { short_side_px: 256 } } transforms { center_crop { size_px: 224 } }", std::nullopt),
            Size({224, 224}));
  EXPECT_EQ(*After("transforms { resize { height_px: 48 width_px: 64 } } transforms { invert {} }", std::nullopt), Size({48, 64}));
  EXPECT_EQ(*After("transforms { random_resized_crop { height_px: 2 width_px: 3 } }", std::nullopt), Size({2, 3}));
  EXPECT_EQ(*After("transforms { random_crop { size_px: 9 } }", std::nullopt), Size({9, 9}));
}

TEST(OutputSizeTest, OfPicturesOfOneSize) {
  EXPECT_EQ(*After("transforms { rand_augment {} }", kPhoto), kPhoto);
  EXPECT_EQ(*After("transforms { resize { short_side_px: 256 } }", kPhoto), Size({256, 341}));
  EXPECT_EQ(*After("transforms { resize { short_side_px: 256 } }", PictureSize({500, 375})), Size({341, 256}));
  EXPECT_EQ(*After("transforms { resize { short_side_px: 256 } }", PictureSize({9, 9})), Size({256, 256}));
}

TEST(OutputSizeTest, OfTransformsThatMayOrMayNotBe) {
  const std::string crop = "transforms { center_crop { size_px: 24 } }";
  EXPECT_EQ(*After("transforms { random_apply { " + crop + "} }", kPhoto), std::nullopt);
  EXPECT_EQ(*After("transforms { random_apply { " + crop + "} }", PictureSize({24, 24})), Size({24, 24}));
  EXPECT_EQ(*After("transforms { random_apply { probability: 1 " + crop + "} }", std::nullopt), Size({24, 24}));
  EXPECT_EQ(*After("transforms { random_apply { probability: 0 " + crop + "} }", kPhoto), kPhoto);
  EXPECT_EQ(*After("transforms { one_of { " + crop + " transforms { random_crop { size_px: 24 } } } }", std::nullopt), Size({24, 24}));
  EXPECT_EQ(*After("transforms { one_of { " + crop + " transforms { invert {} } } }", kPhoto), std::nullopt);
  EXPECT_EQ(*After("transforms { one_of { " + crop + " transforms { invert {} } weights: [1, 0] } }", kPhoto), Size({24, 24}));
  EXPECT_EQ(*After("transforms { random_order { " + crop + " transforms { random_resized_crop { size_px: 24 } } } }", kPhoto),
            Size({24, 24}));
  EXPECT_EQ(*After("transforms { random_order { " + crop + " transforms { random_resized_crop { size_px: 25 } } } }", kPhoto),
            std::nullopt);
  EXPECT_EQ(*After("transforms { random_order { transforms { invert {} } transforms { vertical_flip {} } } }", kPhoto), kPhoto);
}

TEST(OutputSizeTest, NamesTheCropThatIsTooLarge) {
  EXPECT_THAT(After("transforms { invert {} } transforms { random_crop { size_px: 32 padding_px: 1 } }", PictureSize({28, 28})),
              Fails(ExitCode::kConfig,
                    StartsWith("t[1].random_crop takes 32 x 32 pixels (height x width), but pictures have 28 x 28 there; set padding_px")));
  EXPECT_EQ(*After("transforms { random_crop { size_px: 32 padding_px: 2 } }", PictureSize({28, 28})), Size({32, 32}));
  EXPECT_EQ(*After("transforms { random_crop { size_px: 32 pad_if_needed: true } }", PictureSize({28, 28})), Size({32, 32}));
}

}  // namespace
}  // namespace mica
