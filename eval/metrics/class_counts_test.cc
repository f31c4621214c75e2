#include "eval/metrics/class_counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/rng.h"

namespace mica {
namespace {

ClassCounts CountsOf(const std::vector<std::vector<int64_t>>& matrix) {
  ClassCounts counts(static_cast<int>(matrix.size()));
  for (size_t truth = 0; truth < matrix.size(); ++truth) {
    for (size_t prediction = 0; prediction < matrix.size(); ++prediction) {
      counts.Add(static_cast<int>(truth), static_cast<int>(prediction), matrix[truth][prediction]);
    }
  }
  return counts;
}

// By scikit-learn 1.9.1.
struct Vector {
  std::vector<std::vector<int64_t>> matrix;
  double kappa, mcc;
  ClassScores weighted;
};

const Vector kVectors[] = {
    {{{1, 1, 0}, {0, 1, 0}, {0, 0, 1}}, .636364, .700000, {.875000, .750000, .750000, 4}},
    {{{0, 3802}, {0, 3698}}, 0, 0, {.243115, .493067, .325658, 7500}},
    {{{677, 73}, {61, 689}}, .821333, .821438, {.910772, .910667, .910661, 1500}},
    {{{98, 2}, {13, 87}}, .850000, .855190, {.930206, .925000, .924772, 200}},
};

TEST(ClassCountsTest, AgreesWithTheReference) {
  for (const Vector& expected : kVectors) {
    const ClassCounts counts = CountsOf(expected.matrix);
    EXPECT_NEAR(counts.CohenKappa(), expected.kappa, 1e-6);
    EXPECT_NEAR(counts.MatthewsCorrelation(), expected.mcc, 1e-6);
    EXPECT_NEAR(counts.WeightedScores().precision, expected.weighted.precision, 1e-6);
    EXPECT_NEAR(counts.WeightedScores().recall, expected.weighted.recall, 1e-6);
    EXPECT_NEAR(counts.WeightedScores().f1, expected.weighted.f1, 1e-6);
    EXPECT_EQ(counts.WeightedScores().support, expected.weighted.support);
  }
}

TEST(ClassCountsTest, MicroScoresAreTheAccuracy) {
  const ClassCounts counts = CountsOf({{677, 73}, {61, 689}});
  EXPECT_EQ(counts.right(), 1366);
  for (const double score : {counts.MicroScores().precision, counts.MicroScores().recall, counts.MicroScores().f1}) {
    EXPECT_DOUBLE_EQ(score, 1366 / 1500.0);
  }
  EXPECT_EQ(counts.MicroScores().support, 1500);
}

TEST(ClassCountsTest, PerfectAndOppositePredictionsAreTheEndsOfTheScales) {
  const ClassCounts perfect = CountsOf({{3, 0, 0}, {0, 5, 0}, {0, 0, 2}});
  EXPECT_DOUBLE_EQ(perfect.CohenKappa(), 1);
  EXPECT_DOUBLE_EQ(perfect.MatthewsCorrelation(), 1);
  const ClassCounts opposite = CountsOf({{0, 4}, {4, 0}});
  EXPECT_DOUBLE_EQ(opposite.CohenKappa(), -1);
  EXPECT_DOUBLE_EQ(opposite.MatthewsCorrelation(), -1);
}

TEST(ClassCountsTest, AScoreWithoutADivisorIsZero) {
  for (const ClassCounts& counts : {ClassCounts(3), CountsOf({{9}}), CountsOf({{9, 0}, {0, 0}})}) {
    EXPECT_EQ(counts.CohenKappa(), 0);
    EXPECT_EQ(counts.MatthewsCorrelation(), 0);
  }
  EXPECT_EQ(ClassCounts(3).WeightedScores().f1, 0);
  EXPECT_EQ(ClassCounts(3).MicroScores().f1, 0);
  EXPECT_EQ(ClassCounts(3).EmptyClasses(), 3);
  EXPECT_EQ(ClassCounts(0).MacroF1(), 0);
}

// Kappa and correlation as they are defined, over pairs of classes and of samples.
TEST(ClassCountsTest, AgreesWithTheDefinitionsOfRandomMatrices) {
  for (int64_t seed = 0; seed < 50; ++seed) {
    Rng rng(/*seed=*/3, RngStream::kShuffle, 1, seed);
    const int classes = static_cast<int>(2 + rng.UniformBelow(5));
    std::vector<std::vector<int64_t>> matrix(classes, std::vector<int64_t>(classes));
    for (auto& row : matrix) {
      for (int64_t& count : row) count = static_cast<int64_t>(rng.UniformBelow(20));
    }
    std::vector<double> truth(classes), predicted(classes);
    double n = 0, right = 0;
    for (int i = 0; i < classes; ++i) {
      for (int j = 0; j < classes; ++j) {
        const auto count = static_cast<double>(matrix[i][j]);
        truth[i] += count, predicted[j] += count, n += count, right += i == j ? count : 0;
      }
    }
    double chance = 0, covariance = right / n, truth_variance = 1, predicted_variance = 1;
    for (int c = 0; c < classes; ++c) {
      chance += truth[c] / n * predicted[c] / n;
      covariance -= truth[c] / n * predicted[c] / n;
      truth_variance -= truth[c] / n * truth[c] / n;
      predicted_variance -= predicted[c] / n * predicted[c] / n;
    }
    const ClassCounts counts = CountsOf(matrix);
    EXPECT_NEAR(counts.CohenKappa(), (right / n - chance) / (1 - chance), 1e-12);
    EXPECT_NEAR(counts.MatthewsCorrelation(), covariance / std::sqrt(truth_variance * predicted_variance), 1e-12);
    EXPECT_NEAR(counts.WeightedScores().recall, counts.Accuracy(), 1e-12);
  }
}

// n^2 is beyond 64-bit integers.
TEST(ClassCountsTest, BillionsOfSamplesDoNotOverflow) {
  const int64_t many = int64_t{4} << 30;
  const ClassCounts counts = CountsOf({{9 * many, many}, {many, 9 * many}});
  EXPECT_NEAR(counts.CohenKappa(), .8, 1e-12);
  EXPECT_NEAR(counts.MatthewsCorrelation(), .8, 1e-12);
}

}  // namespace
}  // namespace mica
