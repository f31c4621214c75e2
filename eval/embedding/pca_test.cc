#include "eval/embedding/pca.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/testing/status_matchers.h"
#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Pca PcaOf(const std::vector<float>& values, int64_t columns, int64_t components, const PcaOptions& options = {}) {
  const absl::StatusOr<Pca> pca = ComputePca({values, columns}, components, options);
  EXPECT_THAT(pca, IsOk());
  return *pca;
}

double Product(const Pca& pca, int64_t a, int64_t b) {
  const auto columns = static_cast<int64_t>(pca.means.size());
  return std::inner_product(&pca.components[a * columns], &pca.components[(a + 1) * columns], &pca.components[b * columns], 0.0);
}

void ExpectOrthonormal(const Pca& pca) {
  for (int64_t a = 0; a < pca.count(); ++a) {
    for (int64_t b = 0; b < pca.count(); ++b) EXPECT_NEAR(Product(pca, a, b), a == b ? 1 : 0, 1e-9) << a << " " << b;
  }
}

// The definitions: scores are the centred rows along the components, and have the variances, and
// are uncorrelated.
void ExpectScores(const std::vector<float>& values, const Pca& pca, double tolerance) {
  const auto columns = static_cast<int64_t>(pca.means.size()), rows = static_cast<int64_t>(values.size()) / columns;
  std::vector<double> covariances(pca.count() * pca.count());
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t c = 0; c < pca.count(); ++c) {
      double score = 0;
      for (int64_t d = 0; d < columns; ++d) score += (values[i * columns + d] - pca.means[d]) * pca.components[c * columns + d];
      ASSERT_NEAR(pca.scores[i * pca.count() + c], score, 1e-9);
      for (int64_t b = 0; b < pca.count(); ++b) {
        covariances[c * pca.count() + b] += score * pca.scores[i * pca.count() + b] / static_cast<double>(rows - 1);
      }
    }
  }
  for (int64_t a = 0; a < pca.count(); ++a) {
    for (int64_t b = 0; b < pca.count(); ++b) {
      EXPECT_NEAR(covariances[a * pca.count() + b], a == b ? pca.variances[a] : 0, tolerance) << a << " " << b;
    }
  }
}

// |covariance x component - variance x component|: 0 for what the components are defined as.
double Residual(const std::vector<float>& values, const Pca& pca, int64_t c) {
  const auto columns = static_cast<int64_t>(pca.means.size()), rows = static_cast<int64_t>(values.size()) / columns;
  std::vector<double> image(columns);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t d = 0; d < columns; ++d) {
      image[d] += pca.scores[i * pca.count() + c] * (values[i * columns + d] - pca.means[d]) / static_cast<double>(rows - 1);
    }
  }
  double squares = 0;
  for (int64_t d = 0; d < columns; ++d) squares += std::pow(image[d] - pca.variances[c] * pca.components[c * columns + d], 2);
  return std::sqrt(squares);
}

// Column d has a standard deviation of about ratio^d.
std::vector<float> FallingRows(int64_t rows, int64_t columns, double ratio) {
  std::vector<float> values = ClusteredRows(rows, columns, /*clusters=*/1, /*distance=*/0, /*seed=*/7);
  for (size_t e = 0; e < values.size(); ++e) values[e] *= static_cast<float>(std::pow(ratio, e % columns));
  return values;
}

TEST(PcaTest, FindsTheAxesOfAnEllipse) {
  // Along (3, 4) / 5: +-10, across: +-5; around (1, 2).
  const Pca pca = PcaOf({7, 10, -5, -6, -3, 5, 5, -1}, /*columns=*/2, /*components=*/2);
  EXPECT_THAT(pca.means, ElementsAre(DoubleNear(1, 1e-12), DoubleNear(2, 1e-12)));
  EXPECT_THAT(pca.components, ElementsAre(DoubleNear(0.6, 1e-12), DoubleNear(0.8, 1e-12), DoubleNear(0.8, 1e-12), DoubleNear(-0.6, 1e-12)));
  EXPECT_THAT(pca.variances, ElementsAre(DoubleNear(200 / 3.0, 1e-9), DoubleNear(50 / 3.0, 1e-9)));
  EXPECT_THAT(pca.variance_ratios, ElementsAre(DoubleNear(0.8, 1e-12), DoubleNear(0.2, 1e-12)));
  EXPECT_THAT(pca.scores, ElementsAre(DoubleNear(10, 1e-9), DoubleNear(0, 1e-9), DoubleNear(-10, 1e-9), DoubleNear(0, 1e-9),
                                      DoubleNear(0, 1e-9), DoubleNear(-5, 1e-9), DoubleNear(0, 1e-9), DoubleNear(5, 1e-9)));
}

// scikit-learn 1.9.1, PCA(3).
TEST(PcaTest, EqualsThatOfScikitLearn) {
  const Pca pca = PcaOf(FormulaRows(20, kThreeConstants), /*columns=*/3, /*components=*/3);
  const std::vector<double> variances = {2.04747799, 1.42226168, 1.10610463}, ratios = {0.4474536, 0.31081951, 0.24172689};
  const std::vector<double> components = {0.68696882,  0.56888628, 0.45215289,  -0.61197236, 0.78842994,
                                          -0.06219366, -0.391872,  -0.23397997, 0.88976947};
  const std::vector<double> scores = {0.41466949, -0.36741405, -1.04630606, -2.00315295, 0.48029754, 0.89750053};
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(pca.variances[c], variances[c], 1e-7);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(pca.variance_ratios[c], ratios[c], 1e-7);
  for (int e = 0; e < 9; ++e) EXPECT_NEAR(pca.components[e], components[e], 1e-7);
  for (int e = 0; e < 6; ++e) EXPECT_NEAR(pca.scores[e], scores[e], 1e-7);
}

// Few columns; few rows; neither, where directions are turned towards the components.
TEST(PcaTest, GivesWhatComponentsAreDefinedAs) {
  struct Case {
    int64_t rows, columns, components;
  };
  for (const Case& c : {Case{400, 30, 30}, {40, 500, 39}, {40, 600, 39}, {300, 600, 5}, {700, 600, 5}, {129, 513, 129}}) {
    const std::vector<float> values = FallingRows(c.rows, c.columns, /*ratio=*/0.97);
    const Pca pca = PcaOf(values, c.columns, c.components);
    ASSERT_EQ(pca.count(), c.components);
    ExpectOrthonormal(pca);
    ExpectScores(values, pca, /*tolerance=*/1e-9);
    EXPECT_TRUE(std::is_sorted(pca.variances.rbegin(), pca.variances.rend()));
    for (int64_t i = 0; i < c.components; ++i) EXPECT_LT(Residual(values, pca, i), 1e-3 * pca.variances[0]) << c.rows << " " << i;
  }
}

TEST(PcaTest, TurnedDirectionsReachTheVariancesOfAllOfThem) {
  const std::vector<float> values = FallingRows(150, 600, /*ratio=*/0.97);
  const Pca all = PcaOf(values, /*columns=*/600, /*components=*/150), few = PcaOf(values, /*columns=*/600, /*components=*/4);
  EXPECT_NEAR(std::accumulate(all.variance_ratios.begin(), all.variance_ratios.end(), 0.0), 1, 1e-9);
  for (int c = 0; c < 4; ++c) EXPECT_NEAR(few.variances[c], all.variances[c], 1e-5 * all.variances[c]);
}

TEST(PcaTest, IsTheSameForAnyNumberOfThreads) {
  for (const int64_t columns : {20, 600}) {
    const std::vector<float> values = FallingRows(300, columns, /*ratio=*/0.9);
    PcaOptions options;
    const Pca one = PcaOf(values, columns, /*components=*/3, options);
    options.threads = 3;
    const Pca three = PcaOf(values, columns, /*components=*/3, options);
    EXPECT_EQ(one.scores, three.scores);
    EXPECT_EQ(one.components, three.components);
    EXPECT_EQ(one.variance_ratios, three.variance_ratios);
  }
}

TEST(PcaTest, EqualRowsHaveComponentsWithoutVariance) {
  for (const int64_t columns : {3, 600}) {
    const Pca pca = PcaOf(std::vector<float>(columns * 150, 0.1f), columns, /*components=*/2);
    EXPECT_THAT(pca.variances, Each(DoubleNear(0, 1e-20)));
    EXPECT_THAT(pca.scores, Each(DoubleNear(0, 1e-10)));
    ExpectOrthonormal(pca);
  }
}

TEST(PcaTest, FewRowsHaveFewComponents) {
  const Pca one = PcaOf({4, 5, 6}, /*columns=*/3, /*components=*/2);
  EXPECT_THAT(one.variances, ElementsAre(0));
  EXPECT_THAT(one.variance_ratios, ElementsAre(0));
  EXPECT_THAT(one.scores, ElementsAre(0));
  const Pca none = PcaOf({}, /*columns=*/3, /*components=*/2);
  EXPECT_THAT(none.means, SizeIs(3));
  EXPECT_THAT(none.scores, IsEmpty());
  EXPECT_EQ(none.count(), 0);
}

TEST(PcaTest, RefusesNumbersThatAreNone) {
  const std::vector<float> values = {1, 2, 3, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THAT(ComputePca({values, /*columns=*/2}, /*components=*/1), Fails(ExitCode::kData, HasSubstr("row 1 holds nan")));
}

}  // namespace
}  // namespace mica
