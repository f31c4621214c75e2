#include "data/augment/random_draws.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

namespace mica {
namespace {

constexpr int kDraws = 40000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments MomentsOf(const std::function<double(Rng*)>& draw) {
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw(&rng);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(RandomDrawsTest, UniformAndLogUniformStayInRange) {
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  for (int i = 0; i < 1000; ++i) {
    const double x = DrawUniform(-2, 3, &rng);
    EXPECT_TRUE(x >= -2 && x < 3);
    const double y = DrawLogUniform(0.5, 2, &rng);
    EXPECT_TRUE(y >= 0.5 * (1 - 1e-12) && y <= 2 * (1 + 1e-12));
    EXPECT_EQ(DrawUniform(0.7, 0.7, &rng), 0.7);
  }
  const Moments logarithm = MomentsOf([](Rng* rng) { return std::log(DrawLogUniform(0.5, 2, rng)); });
  EXPECT_NEAR(logarithm.mean, 0, 0.01);
  EXPECT_NEAR(logarithm.variance, std::pow(2 * std::log(2), 2) / 12, 0.01);
}

TEST(RandomDrawsTest, ChanceKnowsNeverAndAlways) {
  Rng rng(1, RngStream::kAugmentation, 1, 0);
  int hits = 0;
  for (int i = 0; i < 10000; ++i) {
    EXPECT_FALSE(DrawChance(0, &rng));
    EXPECT_TRUE(DrawChance(1, &rng));
    hits += DrawChance(0.3, &rng);
  }
  EXPECT_NEAR(hits, 3000, 4 * std::sqrt(10000 * 0.3 * 0.7));
}

TEST(RandomDrawsTest, NormalsHaveMeanZeroAndDeviationOne) {
  const Moments sum = MomentsOf([](Rng* rng) {
    double a, b;
    DrawNormals(rng, &a, &b);
    return a + 2 * b;
  });
  EXPECT_NEAR(sum.mean, 0, 0.05);
  EXPECT_NEAR(sum.variance, 5, 0.2);
}

TEST(RandomDrawsTest, GammaHasItsShapeAsMeanAndVariance) {
  for (const double shape : {0.2, 1., 2.5, 50.}) {
    const Moments gamma = MomentsOf([shape](Rng* rng) { return std::exp(DrawLogGamma(shape, rng)); });
    EXPECT_NEAR(gamma.mean, shape, 4 * std::sqrt(shape / kDraws)) << shape;
    EXPECT_NEAR(gamma.variance, shape, 0.1 * shape) << shape;
  }
}

// The first of k weights has mean 1/k and variance (k - 1) / (k^2 (k alpha + 1)).
TEST(RandomDrawsTest, DirichletHasItsMoments) {
  for (const double alpha : {0.3, 1., 4.}) {
    const Moments first = MomentsOf([alpha](Rng* rng) {
      std::array<double, 3> weights;
      DrawDirichlet(alpha, absl::MakeSpan(weights), rng);
      EXPECT_NEAR(weights[0] + weights[1] + weights[2], 1, 1e-12);
      return weights[0];
    });
    EXPECT_NEAR(first.mean, 1. / 3, 0.01) << alpha;
    EXPECT_NEAR(first.variance, 2. / (9 * (3 * alpha + 1)), 0.005) << alpha;
  }
}

TEST(RandomDrawsTest, DirichletOfTheSmallestAlphaIsFinite) {
  Rng rng(2, RngStream::kAugmentation, 1, 0);
  for (int i = 0; i < 1000; ++i) {
    std::array<double, 2> weights;
    DrawDirichlet(0.001, absl::MakeSpan(weights), &rng);
    EXPECT_NEAR(weights[0] + weights[1], 1, 1e-12);
  }
}

}  // namespace
}  // namespace mica
