#include "data/survey/unusual_sizes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ImageShape Size(int width_px, int height_px) {
  return {/*channels=*/3, height_px, width_px};
}

// 100 pictures of one size, and then those.
std::vector<ImageShape> Among(ImageShape usual, const std::vector<ImageShape>& others) {
  std::vector<ImageShape> shapes(100, usual);
  shapes.insert(shapes.end(), others.begin(), others.end());
  return shapes;
}

// Of one picture among 100 usual ones: what it is said to be, or nothing.
std::string KindAmong(ImageShape usual, ImageShape shape) {
  const UnusualSizes found = FindUnusualSizes(Among(usual, {shape}), 10);
  EXPECT_EQ(found.count(), static_cast<int64_t>(found.examples.size()));
  if (found.examples.empty()) return "";
  EXPECT_EQ(found.examples[0].index, 100);
  return std::string(UnusualSizeName(found.examples[0].kind));
}

std::vector<std::string> Reasons(const UnusualSizes& found) {
  std::vector<std::string> reasons;
  for (const UnusualSize& example : found.examples) reasons.push_back(example.reason);
  return reasons;
}

TEST(UnusualSizesTest, EachKindHasItsReason) {
  const std::vector<ImageShape> shapes =
      Among(Size(500, 375), {Size(16, 12), Size(9000, 8000), Size(2000, 150), Size(40, 3), Size(500, 375), Size(10, 4000)});
  const UnusualSizes found = FindUnusualSizes(shapes, 5);
  EXPECT_THAT(Reasons(found),
              ElementsAre("40 x 3 px; the shorter side of a usual picture is 375 px", "2000 x 150 px; 13 times as wide as high",
                          "10 x 4000 px; 400 times as high as wide", "16 x 12 px; the side of a usual picture is 433 px, 31 times as long",
                          "9000 x 8000 px; 20 times the side of a usual picture, 433 px"));
  EXPECT_THAT(found.counts, ElementsAre(1, 2, 1, 1));
  EXPECT_EQ(found.count(), 5);
  EXPECT_EQ(found.examples[0].index, 103);
}

TEST(UnusualSizesTest, RulesHaveTheirLimits) {
  const ImageShape usual = Size(400, 400);
  EXPECT_EQ(KindAmong(usual, Size(7, 7)), "tiny");
  EXPECT_EQ(KindAmong(usual, Size(8, 8)), "small");
  EXPECT_EQ(KindAmong(usual, Size(1001, 100)), "elongated");
  EXPECT_EQ(KindAmong(usual, Size(1000, 100)), "");
  EXPECT_EQ(KindAmong(usual, Size(99, 99)), "small");
  EXPECT_EQ(KindAmong(usual, Size(101, 101)), "");
  EXPECT_EQ(KindAmong(usual, Size(1601, 1601)), "large");
  EXPECT_EQ(KindAmong(usual, Size(1599, 1599)), "");
}

TEST(UnusualSizesTest, WhatAllPicturesAreIsUsual) {
  for (const ImageShape& usual : {Size(1, 1), Size(4, 4), Size(28, 28), Size(3, 2000), Size(2000, 3), Size(60000, 60000)}) {
    EXPECT_EQ(FindUnusualSizes(Among(usual, {}), 5).count(), 0) << usual.width_px;
  }
  EXPECT_EQ(KindAmong(Size(8, 8), Size(5, 5)), "") << "tiny digits";
  EXPECT_EQ(KindAmong(Size(1200, 100), Size(1500, 100)), "") << "spectrograms";
  EXPECT_EQ(KindAmong(Size(1200, 100), Size(2500, 100)), "elongated");
}

// Photographs of many sizes: log side normal with a deviation of a factor 1.6.
TEST(UnusualSizesTest, ManySizesHaveFewUnusualOnes) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, 1);
  std::vector<ImageShape> shapes;
  for (int i = 0; i < 20000; ++i) {
    const double side = 500 * std::exp(0.47 * normal(random)), stretch = std::exp(0.15 * normal(random));
    shapes.push_back(Size(static_cast<int>(side * stretch), static_cast<int>(side / stretch)));
  }
  EXPECT_LE(FindUnusualSizes(shapes, 5).count(), 2);
  shapes.push_back(Size(30, 30));
  EXPECT_GE(FindUnusualSizes(shapes, 5).counts[2], 1);
}

TEST(UnusualSizesTest, TwoUsualSizesAreBothUsual) {
  std::vector<ImageShape> shapes(60, Size(100, 100));
  shapes.resize(100, Size(800, 800));
  EXPECT_EQ(FindUnusualSizes(shapes, 5).count(), 0);
}

TEST(UnusualSizesTest, TheFirstOfManyAreShown) {
  std::vector<ImageShape> shapes = Among(Size(300, 300), std::vector<ImageShape>(40, Size(20, 20)));
  shapes.push_back(Size(2, 2));
  const UnusualSizes found = FindUnusualSizes(shapes, 3);
  EXPECT_EQ(found.count(), 41);
  std::vector<int64_t> indices;
  for (const UnusualSize& example : found.examples) indices.push_back(example.index);
  EXPECT_THAT(indices, ElementsAre(140, 100, 101, 102));
  EXPECT_THAT(FindUnusualSizes(shapes, 0).examples, IsEmpty());
}

TEST(UnusualSizesTest, UnreadPicturesAndFewAreLeftOut) {
  EXPECT_EQ(FindUnusualSizes({}, 5).count(), 0);
  EXPECT_EQ(KindAmong(Size(300, 300), Size(0, 0)), "");
  EXPECT_EQ(KindAmong(Size(300, 300), Size(5, 0)), "");
  std::vector<ImageShape> shapes(9, Size(300, 300));
  shapes.push_back(Size(0, 0));
  shapes[0] = Size(1, 1);
  EXPECT_EQ(FindUnusualSizes(shapes, 5).count(), 0);
  shapes.push_back(Size(300, 300));
  EXPECT_EQ(FindUnusualSizes(shapes, 5).count(), 1);
}

}  // namespace
}  // namespace mica
