// Also of border_index.
#include "data/augment/pad.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "data/augment/border_index.h"
#include "data/augment/random_picture.h"

namespace mica {
namespace {

using testing::ElementsAre;

constexpr std::array<uint8_t, 3> kFill = {9, 8, 7};

std::vector<int64_t> From(int64_t first, int64_t last, int64_t (*index)(int64_t, int64_t), int64_t size) {
  std::vector<int64_t> result;
  for (int64_t i = first; i <= last; ++i) result.push_back(index(i, size));
  return result;
}

TEST(BorderIndexTest, MirrorsAgainAndAgain) {
  EXPECT_THAT(From(-5, 7, &ReflectedIndex, 3), ElementsAre(1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1));
  EXPECT_THAT(From(-5, 7, &SymmetricIndex, 3), ElementsAre(1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1));
  EXPECT_THAT(From(-2, 4, &EdgeIndex, 3), ElementsAre(0, 0, 0, 1, 2, 2, 2));
}

TEST(BorderIndexTest, OfOnePixelThereIsOneIndex) {
  EXPECT_THAT(From(-3, 3, &ReflectedIndex, 1), testing::Each(0));
  EXPECT_THAT(From(-3, 3, &SymmetricIndex, 1), testing::Each(0));
  EXPECT_THAT(From(-3, 3, &EdgeIndex, 1), testing::Each(0));
}

Picture Padded(const Picture& source, const PadMargins& margins, PadMode mode) {
  Picture result = RandomPicture(3, 3, 1);
  Pad(source, margins, mode, kFill, &result);
  return result;
}

TEST(PadTest, NoMarginsChangeNothing) {
  for (const Picture& picture : PicturesOfManySizes()) {
    for (const PadMode mode : {PadMode::kConstant, PadMode::kEdge, PadMode::kReflect, PadMode::kSymmetric}) {
      EXPECT_EQ(Padded(picture, {}, mode), picture);
    }
  }
}

TEST(PadTest, ConstantIsTheFillsChannel) {
  EXPECT_THAT(Padded(FlatPicture(1, 1, {50}), {1, 0, 0, 1}, PadMode::kConstant).pixels, ElementsAre(9, 50, 9, 9));
  EXPECT_THAT(Padded(FlatPicture(1, 1, {50, 60, 70}), {0, 1, 1, 0}, PadMode::kConstant).pixels,
              ElementsAre(9, 8, 7, 9, 8, 7, 50, 60, 70, 9, 8, 7));
}

TEST(PadTest, MarginsMayBeLargerThanThePicture) {
  using Index = int64_t (*)(int64_t, int64_t);
  const std::vector<std::pair<PadMode, Index>> modes = {
      {PadMode::kEdge, &EdgeIndex}, {PadMode::kReflect, &ReflectedIndex}, {PadMode::kSymmetric, &SymmetricIndex}};
  for (const Picture& picture : PicturesOfManySizes()) {
    for (const auto& [mode, index] : modes) {
      const Picture result = Padded(picture, {70, 33, 2, 40}, mode);
      ASSERT_EQ(result.height_px, picture.height_px + 73);
      ASSERT_EQ(result.width_px, picture.width_px + 72);
      for (int64_t y = 0; y < result.height_px; ++y) {
        for (int64_t i = 0; i < result.row_bytes(); ++i) {
          const int64_t x = index(i / picture.channels - 70, picture.width_px);
          ASSERT_EQ(result.Row(y)[i], picture.Row(index(y - 33, picture.height_px))[x * picture.channels + i % picture.channels]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace mica
