#include "data/decode/decode_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::StartsWith;

PictureHeader Header(ColourKind colour, uint8_t bits = 8) {
  PictureHeader header;
  header.colour = colour;
  header.bits = bits;
  header.width_px = 30;
  header.height_px = 20;
  return header;
}

TEST(DecodePolicyTest, TurnsTheSizeUnlessTheOrientationIsIgnored) {
  PictureHeader header = Header(ColourKind::kRgb);
  const auto ignore = ParseTextOrDie<DecodeConfig>("orientation: IGNORE");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    header.orientation = static_cast<uint8_t>(orientation);
    EXPECT_EQ(UprightSize(DecodeConfig(), header), (orientation < 5 ? PictureSize{20, 30} : PictureSize{30, 20})) << orientation;
    EXPECT_EQ(UprightSize(ignore, header), (PictureSize{20, 30})) << orientation;
    EXPECT_EQ(AppliedOrientation(DecodeConfig(), header), orientation);
    EXPECT_EQ(AppliedOrientation(ignore, header), 1);
  }
}

TEST(DecodePolicyTest, AcceptsAllKindsUnlessTheyAreNamed) {
  for (const ColourKind colour : {ColourKind::kGreyAlpha, ColourKind::kRgba, ColourKind::kPalette, ColourKind::kYcck}) {
    EXPECT_FALSE(Rejection(DecodeConfig(), Header(colour, 16)).has_value());
  }
}

TEST(DecodePolicyTest, EachKindCoversItsPicturesAndNoOthers) {
  constexpr ColourKind kColours[] = {ColourKind::kGrey,    ColourKind::kGreyAlpha,    ColourKind::kRgb,  ColourKind::kRgba,
                                     ColourKind::kPalette, ColourKind::kPaletteAlpha, ColourKind::kCmyk, ColourKind::kYcck};
  struct Row {
    const char* kind;
    std::vector<ColourKind> rejected;
    const char* message;
  };
  const Row rows[] = {
      {"ALPHA_CHANNEL", {ColourKind::kGreyAlpha, ColourKind::kRgba, ColourKind::kPaletteAlpha}, "has transparency (alpha), which "},
      {"CMYK", {ColourKind::kCmyk, ColourKind::kYcck}, "has the colours of inks (CMYK), which decode.reject refuses; "},
      {"PALETTE", {ColourKind::kPalette, ColourKind::kPaletteAlpha}, "has a palette of colours, which "},
      {"GREY_ONLY", {ColourKind::kGrey, ColourKind::kGreyAlpha}, "is grey, which decode.reject refuses; convert it, or take GREY_ONLY off"},
  };
  for (const Row& row : rows) {
    DecodeConfig config;
    DecodeConfig::Kind kind = DecodeConfig::KIND_UNSPECIFIED;
    ASSERT_TRUE(DecodeConfig::Kind_Parse(row.kind, &kind));
    config.add_reject(kind);
    for (const ColourKind colour : kColours) {
      const bool is_named = std::find(row.rejected.begin(), row.rejected.end(), colour) != row.rejected.end();
      const std::optional<PictureProblem> problem = Rejection(config, Header(colour));
      ASSERT_EQ(problem.has_value(), is_named) << row.kind << " " << ColourKindName(colour);
      if (!is_named) continue;
      EXPECT_THAT(*problem, IsUnusable(PictureFault::kUnsupportedFormat, StartsWith(row.message)));
    }
  }
}

TEST(DecodePolicyTest, RejectsDepthAndAnimations) {
  const auto config = ParseTextOrDie<DecodeConfig>("reject: [SIXTEEN_BITS, ANIMATION]");
  EXPECT_FALSE(Rejection(config, Header(ColourKind::kRgb)).has_value());
  EXPECT_THAT(*Rejection(config, Header(ColourKind::kRgb, 16)),
              IsUnusable(PictureFault::kUnsupportedFormat, StartsWith("has more than 8 bits per channel, which ")));
  PictureHeader animated = Header(ColourKind::kRgb);
  animated.is_animated = true;
  EXPECT_THAT(*Rejection(config, animated), IsUnusable(PictureFault::kUnsupportedFormat, StartsWith("is animated, which ")));
}

}  // namespace
}  // namespace mica
