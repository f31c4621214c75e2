#include "data/loader/mixing_draw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

struct CutCase {
  int side;
  double share;
  int x, y;
  PictureRegion cut;
  double share_after;
};

class CutTest : public testing::TestWithParam<CutCase> {};

TEST_P(CutTest, IsTorchvisions) {
  const CutCase& expected = GetParam();

  const MixingDraw draw = CutAround(expected.share, expected.x, expected.y, {expected.side, expected.side});

  EXPECT_EQ(draw.cut.left_px, expected.cut.left_px);
  EXPECT_EQ(draw.cut.top_px, expected.cut.top_px);
  EXPECT_EQ(draw.cut.size(), expected.cut.size());
  EXPECT_NEAR(draw.share, expected.share_after, 1e-10);
}

// {left, top, width, height}
INSTANTIATE_TEST_SUITE_P(Vectors, CutTest,
                         testing::Values(CutCase{32, .75, 16, 16, {8, 8, 16, 16}, .75}, CutCase{32, .75, 2, 3, {0, 0, 10, 11}, .892578125},
                                         CutCase{32, .75, 31, 0, {23, 0, 9, 8}, .9296875}, CutCase{32, .999, 16, 16, {16, 16, 0, 0}, 1},
                                         CutCase{28, .5, 14, 14, {5, 5, 18, 18}, .5867346939}, CutCase{1, 0, 0, 0, {0, 0, 0, 0}, 1},
                                         CutCase{2, 0, 1, 1, {0, 0, 2, 2}, 0}));

class BetaTest : public testing::TestWithParam<double> {};

// Within five standard errors over fixed draws.
TEST_P(BetaTest, HasItsMeanVarianceAndFourthMoment) {
  const double alpha = GetParam();
  constexpr int kDraws = 20000;
  double mean = 0, variance = 0, fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng(3, RngStream::kMixing, /*epoch=*/1, i);
    const double share = DrawBeta(alpha, &rng);
    ASSERT_TRUE(share >= 0 && share <= 1) << share;
    const double d = share - 0.5;
    mean += d / kDraws;
    variance += d * d / kDraws;
    fourth += d * d * d * d / kDraws;
  }
  const double expected_variance = 1 / (4 * (2 * alpha + 1));
  // Kurtosis of Beta(a, a): 3 - 6 / (2 a + 3).
  const double expected_fourth = (3 - 6 / (2 * alpha + 3)) * expected_variance * expected_variance;

  EXPECT_NEAR(mean, 0, 5 * std::sqrt(expected_variance / kDraws));
  EXPECT_NEAR(variance, expected_variance, 5 * std::sqrt((expected_fourth - expected_variance * expected_variance) / kDraws) + 1e-12);
  EXPECT_NEAR(fourth / expected_fourth, 1, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Alphas, BetaTest, testing::Values(0.001, 0.2, 0.8, 1.0, 3.0, 1000.0));

struct Frequencies {
  double none = 0, mixup = 0, cutmix = 0;
};

Frequencies FrequenciesOf(const std::string& text) {
  const auto config = ParseTextOrDie<BatchMixingConfig>(text);
  constexpr int kDraws = 4000;
  Frequencies frequencies;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng(3, RngStream::kMixing, /*epoch=*/1, i);
    const MixingDraw draw = DrawMixing(config, {32, 24}, &rng);
    double& frequency = draw.kind == MixingDraw::Kind::kNone    ? frequencies.none
                        : draw.kind == MixingDraw::Kind::kMixUp ? frequencies.mixup
                                                                : frequencies.cutmix;
    frequency += 1.0 / kDraws;
    EXPECT_TRUE(draw.share >= 0 && draw.share <= 1);
    EXPECT_TRUE(draw.kind != MixingDraw::Kind::kNone || draw.share == 1);
    EXPECT_TRUE(draw.cut.right_px() <= 24 && draw.cut.bottom_px() <= 32 && draw.cut.width_px >= 0 && draw.cut.height_px >= 0);
  }
  return frequencies;
}

TEST(MixingDrawTest, ChoosesAsTheProbabilitiesSay) {
  EXPECT_NEAR(FrequenciesOf("").none, 1, 1e-9);
  EXPECT_NEAR(FrequenciesOf("mixup {}").mixup, 1, 1e-9);
  EXPECT_NEAR(FrequenciesOf("cutmix {}").cutmix, 1, 1e-9);
  EXPECT_NEAR(FrequenciesOf("mixup_or_cutmix {} probability: 0").none, 1, 1e-9);
  EXPECT_NEAR(FrequenciesOf("mixup_or_cutmix { cutmix_probability: 1 }").cutmix, 1, 1e-9);

  const Frequencies frequencies = FrequenciesOf("mixup_or_cutmix { mixup { alpha: 0.2 } cutmix_probability: 0.25 } probability: 0.8");
  EXPECT_NEAR(frequencies.none, 0.2, 0.03);
  EXPECT_NEAR(frequencies.mixup, 0.6, 0.04);
  EXPECT_NEAR(frequencies.cutmix, 0.2, 0.03);
}

TEST(MixingDrawTest, CutsLieAnywhere) {
  const auto config = ParseTextOrDie<BatchMixingConfig>("cutmix {}");
  double x = 0, y = 0;
  int cuts = 0;
  for (int i = 0; i < 4000; ++i) {
    Rng rng(3, RngStream::kMixing, /*epoch=*/1, i);
    const PictureRegion cut = DrawMixing(config, {32, 24}, &rng).cut;
    if (cut.size().pixels() == 0) continue;
    x += (cut.left_px + cut.right_px()) / 2.0;
    y += (cut.top_px + cut.bottom_px()) / 2.0;
    ++cuts;
  }
  EXPECT_NEAR(x / cuts, 12, 0.5);
  EXPECT_NEAR(y / cuts, 16, 0.7);
}

}  // namespace
}  // namespace mica
