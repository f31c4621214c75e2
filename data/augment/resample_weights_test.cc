#include "data/augment/resample_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace mica {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Eq;

constexpr int32_t kOne = 1 << kResampleBits;

AxisScaling Whole(int32_t source_px, int32_t scaled_px, ResampleFilter filter) {
  AxisScaling scaling;
  scaling.source_px = source_px;
  scaling.box_px = source_px;
  scaling.scaled_px = scaling.window_px = scaled_px;
  scaling.filter = filter;
  return scaling;
}

AxisWeights Weights(const AxisScaling& scaling) {
  AxisWeights weights;
  ComputeAxisWeights(scaling, &weights);
  return weights;
}

std::vector<double> Of(const AxisWeights& weights, int32_t pixel) {
  std::vector<double> result;
  for (int32_t t = 0; t < weights.count[pixel]; ++t) result.push_back(weights.Of(pixel)[t] / static_cast<double>(kOne));
  return result;
}

// A triangle of half width 2 about 4, in the middle of pixel pairs: 0.25, 0.75, 0.75, 0.25 of 2.
TEST(ResampleWeightsTest, WidensTheFilterByTheScale) {
  const AxisWeights weights = Weights(Whole(8, 4, ResampleFilter::kBilinear));
  EXPECT_THAT(weights.begin, ElementsAre(0, 1, 3, 5));
  EXPECT_THAT(Of(weights, 1), ElementsAre(0.125, 0.375, 0.375, 0.125));
}

// At the edge what is left counts for all: 0.75, 0.75, 0.25 of 1.75.
TEST(ResampleWeightsTest, SharesTheWeightOfMissingPixels) {
  const std::vector<double> edge = Of(Weights(Whole(8, 4, ResampleFilter::kBilinear)), 0);
  ASSERT_EQ(edge.size(), 3);
  EXPECT_NEAR(edge[0], 3.0 / 7, 1e-6);
  EXPECT_NEAR(edge[2], 1.0 / 7, 1e-6);
}

// Without antialiasing 8 -> 4 looks at the two pixels about the centre only. Cubic weights half way
// are -0.09375 and 0.59375 (a = -0.75).
TEST(ResampleWeightsTest, InterpolatesWithoutAntialiasing) {
  AxisScaling scaling = Whole(8, 4, ResampleFilter::kBilinear);
  scaling.antialias = false;
  EXPECT_THAT(Of(Weights(scaling), 1), ElementsAre(0.5, 0.5));
  scaling.filter = ResampleFilter::kBicubic;
  EXPECT_THAT(Of(Weights(scaling), 1), ElementsAre(-0.09375, 0.59375, 0.59375, -0.09375));
  EXPECT_THAT(Of(Weights(scaling), 0), ElementsAre(0.5, 0.59375, -0.09375, 0));  // the edge counts for what is outside
}

TEST(ResampleWeightsTest, AddUpToOneForEveryFilter) {
  for (const auto filter :
       {ResampleFilter::kBox, ResampleFilter::kBilinear, ResampleFilter::kHamming, ResampleFilter::kBicubic, ResampleFilter::kLanczos}) {
    for (const auto& [source, scaled] : {std::pair{500, 224}, {224, 500}, {1, 7}, {7, 1}, {50000, 1}, {3, 3}}) {
      const AxisWeights weights = Weights(Whole(source, scaled, filter));
      for (int32_t i = 0; i < scaled; ++i) {
        const int64_t sum = std::accumulate(weights.Of(i), weights.Of(i) + weights.stride, int64_t{0});
        ASSERT_NEAR(sum, kOne, weights.count[i]) << source << " to " << scaled << ", pixel " << i;
        ASSERT_GE(weights.begin[i], 0);
        ASSERT_LE(weights.begin[i] + weights.count[i], source);
      }
    }
  }
}

TEST(ResampleWeightsTest, WindowAndFlipSelectPixelsOfTheWhole) {
  AxisScaling scaling = Whole(500, 224, ResampleFilter::kLanczos);
  const AxisWeights whole = Weights(scaling);
  scaling.window_begin = 100;
  scaling.window_px = 3;
  scaling.flip = true;
  const AxisWeights window = Weights(scaling);
  EXPECT_THAT(window.begin, ElementsAre(whole.begin[102], whole.begin[101], whole.begin[100]));
  EXPECT_EQ(Of(window, 0), Of(whole, 102));
}

TEST(ResampleWeightsTest, NearestTakesThePixelUnderTheCentre) {
  std::vector<int32_t> pixels;
  AxisScaling scaling = Whole(10, 4, ResampleFilter::kNearest);
  ComputeNearestPixels(scaling, &pixels);
  EXPECT_THAT(pixels, ElementsAre(1, 3, 6, 8));
  scaling.window_begin = 1;
  scaling.window_px = 2;
  scaling.flip = true;
  ComputeNearestPixels(scaling, &pixels);
  EXPECT_THAT(pixels, ElementsAre(6, 3));
  ComputeNearestPixels(Whole(1, 50000, ResampleFilter::kNearest), &pixels);
  EXPECT_THAT(pixels, Each(Eq(0)));
}

TEST(ResampleWeightsTest, IsIdentityWhereTheBoxIsOfWholePixels) {
  AxisScaling scaling = Whole(10, 10, ResampleFilter::kBicubic);
  EXPECT_TRUE(scaling.is_identity());
  scaling.box_begin = 0.5;
  EXPECT_FALSE(scaling.is_identity());
  EXPECT_FALSE(Whole(10, 9, ResampleFilter::kBicubic).is_identity());
}

}  // namespace
}  // namespace mica
