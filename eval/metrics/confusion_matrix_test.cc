#include "eval/metrics/confusion_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mica {
namespace {

using testing::ElementsAre;

ConfusionMatrix MatrixOf(const std::vector<std::vector<int64_t>>& counts) {
  ConfusionMatrix matrix(static_cast<int>(counts.size()));
  for (size_t truth = 0; truth < counts.size(); ++truth) {
    for (size_t prediction = 0; prediction < counts.size(); ++prediction) {
      matrix.Add(static_cast<int>(truth), static_cast<int>(prediction), counts[truth][prediction]);
    }
  }
  return matrix;
}

struct Vector {
  std::vector<std::vector<int64_t>> counts;
  double accuracy;
  std::vector<double> precision, recall, f1;
  double macro_f1, balanced_accuracy;
};

const Vector kVectors[] = {
    {{{1, 1, 0}, {0, 1, 0}, {0, 0, 1}}, .750000, {1, .5, 1}, {.5, 1, 1}, {.666667, .666667, 1}, .777778, .833333},
    {{{0, 3802}, {0, 3698}}, .493067, {0, .493067}, {0, 1}, {0, .660475}, .330238, .500000},
    {{{677, 73}, {61, 689}}, .910667, {.917344, .904199}, {.902667, .918667}, {.909946, .911376}, .910661, .910667},
    {{{98, 2}, {13, 87}}, .925000, {.882883, .977528}, {.980000, .870000}, {.928910, .920635}, .924772, .925000},
};

class ConfusionMatrixVectorTest : public testing::TestWithParam<Vector> {};
INSTANTIATE_TEST_SUITE_P(References, ConfusionMatrixVectorTest, testing::ValuesIn(kVectors));

TEST_P(ConfusionMatrixVectorTest, AgreesWithTheReference) {
  const Vector& expected = GetParam();
  const ConfusionMatrix matrix = MatrixOf(expected.counts);
  EXPECT_NEAR(matrix.Accuracy(), expected.accuracy, 1e-6);
  EXPECT_NEAR(matrix.MacroF1(), expected.macro_f1, 1e-6);
  EXPECT_NEAR(matrix.BalancedAccuracy(), expected.balanced_accuracy, 1e-6);
  double precision = 0;
  for (int label = 0; label < matrix.num_classes(); ++label) {
    SCOPED_TRACE(label);
    EXPECT_NEAR(matrix.Scores(label).precision, expected.precision[label], 1e-6);
    EXPECT_NEAR(matrix.Scores(label).recall, expected.recall[label], 1e-6);
    EXPECT_NEAR(matrix.Scores(label).f1, expected.f1[label], 1e-6);
    precision += expected.precision[label];
  }
  EXPECT_NEAR(matrix.MacroPrecision(), precision / matrix.num_classes(), 1e-6);
}

TEST(ConfusionMatrixTest, RowsAreTruthAndColumnsPredictions) {
  PredictionTable predictions(3);
  predictions.Add(0, 2, {0, 0, 1});
  predictions.Add(1, 1, {0, 1, 0});
  predictions.Add(2, 0, {1, 0, 0});
  predictions.Add(3, 0, {0, 1, 0});
  const ConfusionMatrix matrix(predictions);
  EXPECT_EQ(matrix.total(), 4);
  EXPECT_EQ(matrix.count(0, 1), 1);
  EXPECT_EQ(matrix.count(1, 0), 0);
  EXPECT_THAT(matrix.Supports(), ElementsAre(2, 1, 1));
  EXPECT_EQ(matrix.Scores(0).support, 2);
}

TEST(ConfusionMatrixTest, EmptyClassesCountAsZeroInMacroMeans) {
  const ConfusionMatrix matrix = MatrixOf({{5, 0, 0, 0}, {0, 5, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
  EXPECT_DOUBLE_EQ(matrix.Accuracy(), 1);
  EXPECT_DOUBLE_EQ(matrix.BalancedAccuracy(), .5);
  EXPECT_DOUBLE_EQ(matrix.MacroPrecision(), .5);
  EXPECT_DOUBLE_EQ(matrix.MacroF1(), .5);
  EXPECT_EQ(matrix.EmptyClasses(), 2);
}

TEST(ConfusionMatrixTest, AClassThatIsOnlyPredictedIsNotEmpty) {
  const ConfusionMatrix matrix = MatrixOf({{1, 1}, {0, 0}});
  EXPECT_EQ(matrix.EmptyClasses(), 0);
  EXPECT_DOUBLE_EQ(matrix.Scores(1).precision, 0);
  EXPECT_DOUBLE_EQ(matrix.Scores(1).recall, 0);
}

TEST(ConfusionMatrixTest, SharesAreOfTheRowTheColumnOrAll) {
  using ShareOf = ConfusionMatrix::ShareOf;
  const ConfusionMatrix matrix = MatrixOf({{3, 1, 0}, {1, 5, 0}, {0, 0, 0}});
  EXPECT_THAT(matrix.Shares(ShareOf::kTruth), ElementsAre(.75, .25, 0, 1 / 6.0, 5 / 6.0, 0, 0, 0, 0));
  EXPECT_THAT(matrix.Shares(ShareOf::kPrediction), ElementsAre(.75, 1 / 6.0, 0, .25, 5 / 6.0, 0, 0, 0, 0));
  EXPECT_THAT(matrix.Shares(ShareOf::kAll), ElementsAre(.3, .1, 0, .1, .5, 0, 0, 0, 0));
  EXPECT_THAT(ConfusionMatrix(1).Shares(ShareOf::kAll), ElementsAre(0));
}

TEST(ConfusionMatrixTest, ScoresAreThoseOfItsCounts) {
  const ConfusionMatrix matrix = MatrixOf({{98, 2}, {13, 87}});
  EXPECT_NEAR(matrix.CohenKappa(), .850000, 1e-6);
  EXPECT_NEAR(matrix.MatthewsCorrelation(), .855190, 1e-6);
  EXPECT_NEAR(matrix.WeightedScores().f1, .924772, 1e-6);
  EXPECT_NEAR(matrix.MicroScores().precision, .925000, 1e-6);
}

TEST(ConfusionMatrixTest, AnEmptyMatrixIsZeroThroughout) {
  const ConfusionMatrix matrix(3);
  EXPECT_EQ(matrix.total(), 0);
  EXPECT_EQ(matrix.Accuracy(), 0);
  EXPECT_EQ(matrix.BalancedAccuracy(), 0);
  EXPECT_EQ(matrix.MacroPrecision(), 0);
  EXPECT_EQ(matrix.MacroF1(), 0);
  EXPECT_EQ(matrix.EmptyClasses(), 3);
}

}  // namespace
}  // namespace mica
