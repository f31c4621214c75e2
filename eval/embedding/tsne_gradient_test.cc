#include "eval/embedding/tsne_gradient.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

PlanePoints PlaneOf(const std::vector<float>& values) {
  PlanePoints points(values.size() / 2);
  for (size_t i = 0; i < points.size(); ++i) {
    points.x[i] = values[2 * i];
    points.y[i] = values[2 * i + 1];
  }
  return points;
}

Affinities AffinitiesOf(const std::vector<float>& values, int64_t columns, int64_t per_row, double perplexity) {
  return JointAffinities(FindNeighbours({values, columns}, per_row, /*threads=*/1), perplexity, /*threads=*/1);
}

// The definition in f64, coordinates x and then y.
double PlainDivergence(const Affinities& affinities, const std::vector<double>& places) {
  const int64_t count = affinities.count();
  const auto kernel = [&](int64_t i, int64_t j) {
    return 1 / (1 + std::pow(places[i] - places[j], 2) + std::pow(places[count + i] - places[count + j], 2));
  };
  double sum = 0, divergence = 0;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = 0; j < count; ++j) sum += i == j ? 0 : kernel(i, j);
  }
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t e = affinities.row_begin[i]; e < affinities.row_begin[i + 1]; ++e) {
      const double p = affinities.values[e];
      if (p > 0) divergence += p * std::log(p / (kernel(i, affinities.rows[e]) / sum));
    }
  }
  return divergence;
}

TEST(TsneGradientTest, IsTheSlopeOfTheDivergence) {
  const Affinities affinities = AffinitiesOf(FormulaRows(20, kThreeConstants), /*columns=*/3, /*per_row=*/19, /*perplexity=*/5);
  const PlanePoints points = PlaneOf(FormulaRows(20, kTwoConstants));
  TsneGradient exact(&affinities, /*theta=*/0, /*threads=*/1);
  PlanePoints gradient;
  exact.Compute(points, /*exaggeration=*/1, &gradient);
  std::vector<double> places(points.x.begin(), points.x.end());
  places.insert(places.end(), points.y.begin(), points.y.end());
  EXPECT_NEAR(exact.Divergence(points), PlainDivergence(affinities, places), 1e-6);
  for (size_t i = 0; i < places.size(); ++i) {
    constexpr double kStep = 1e-5;
    std::vector<double> above = places, below = places;
    above[i] += kStep;
    below[i] -= kStep;
    const double slope = (PlainDivergence(affinities, above) - PlainDivergence(affinities, below)) / (2 * kStep);
    EXPECT_NEAR(i < 20 ? gradient.x[i] : gradient.y[i - 20], slope, 1e-6) << i;
  }
}

// scikit-learn 1.9.1, _kl_divergence of sklearn.manifold._t_sne.
TEST(TsneGradientTest, EqualsThatOfScikitLearn) {
  const Affinities affinities = AffinitiesOf(FormulaRows(20, kThreeConstants), /*columns=*/3, /*per_row=*/19, /*perplexity=*/5);
  const PlanePoints points = PlaneOf(FormulaRows(20, kTwoConstants));
  TsneGradient exact(&affinities, /*theta=*/0, /*threads=*/1);
  PlanePoints gradient;
  exact.Compute(points, /*exaggeration=*/1, &gradient);
  EXPECT_NEAR(exact.Divergence(points), 1.5362123286897458, 2e-6);
  EXPECT_NEAR(gradient.x[0], -0.03351856, 1e-6);
  EXPECT_NEAR(gradient.y[0], 0.02535199, 1e-6);
  EXPECT_NEAR(gradient.x[1], 0.04636375, 1e-6);
  EXPECT_NEAR(gradient.y[1], -0.02172437, 1e-6);
}

TEST(TsneGradientTest, ExaggerationStrengthensThePullAlone) {
  const Affinities affinities = AffinitiesOf(FormulaRows(20, kThreeConstants), /*columns=*/3, /*per_row=*/19, /*perplexity=*/5);
  const PlanePoints points = PlaneOf(FormulaRows(20, kTwoConstants));
  TsneGradient exact(&affinities, /*theta=*/0, /*threads=*/1);
  PlanePoints plain, twice, thrice;
  exact.Compute(points, /*exaggeration=*/1, &plain);
  exact.Compute(points, /*exaggeration=*/2, &twice);
  exact.Compute(points, /*exaggeration=*/3, &thrice);
  for (size_t i = 0; i < points.size(); ++i) {
    EXPECT_NEAR(thrice.x[i] - twice.x[i], twice.x[i] - plain.x[i], 1e-6);
    EXPECT_GT(std::abs(twice.x[i] - plain.x[i]), 1e-5);
  }
}

TEST(TsneGradientTest, CellsChangeItLittle) {
  const std::vector<float> values = ClusteredRows(2000, /*columns=*/2, /*clusters=*/10, /*distance=*/4, /*seed=*/5);
  const Affinities affinities = AffinitiesOf(values, /*columns=*/2, /*per_row=*/31, /*perplexity=*/10);
  std::vector<float> larger = values;
  for (float& value : larger) value *= 8;
  const PlanePoints points = PlaneOf(larger);
  TsneGradient exact(&affinities, /*theta=*/0, /*threads=*/1), quick(&affinities, /*theta=*/0.5, /*threads=*/1);
  PlanePoints expected, gradient;
  exact.Compute(points, /*exaggeration=*/1, &expected);
  quick.Compute(points, /*exaggeration=*/1, &gradient);
  double error = 0, length = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    error += std::pow(gradient.x[i] - expected.x[i], 2) + std::pow(gradient.y[i] - expected.y[i], 2);
    length += std::pow(expected.x[i], 2) + std::pow(expected.y[i], 2);
  }
  EXPECT_LT(std::sqrt(error / length), 0.03);
  EXPECT_NEAR(quick.Divergence(points), exact.Divergence(points), 0.01);
}

TEST(TsneGradientTest, IsTheSameForAnyNumberOfThreads) {
  const std::vector<float> values = ClusteredRows(1500, /*columns=*/2, /*clusters=*/10, /*distance=*/4, /*seed=*/5);
  const Affinities affinities = AffinitiesOf(values, /*columns=*/2, /*per_row=*/31, /*perplexity=*/10);
  const PlanePoints points = PlaneOf(values);
  PlanePoints one, other;
  TsneGradient of_one(&affinities, /*theta=*/0.5, /*threads=*/1);
  of_one.Compute(points, /*exaggeration=*/1, &one);
  for (const size_t threads : {2, 3}) {
    TsneGradient of_more(&affinities, /*theta=*/0.5, threads);
    of_more.Compute(points, /*exaggeration=*/1, &other);
    EXPECT_EQ(other.x, one.x);
    EXPECT_EQ(other.y, one.y);
    EXPECT_EQ(of_more.Divergence(points), of_one.Divergence(points));
  }
}

}  // namespace
}  // namespace mica
