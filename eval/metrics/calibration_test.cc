#include "eval/metrics/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/testing/status_matchers.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;
using testing::SizeIs;

PredictionTable FourRows() {
  return TableOf({{.25, .20, .55}, {.55, .05, .40}, {.10, .30, .60}, {.90, .05, .05}}, {0, 1, 2, 0});
}

// Samples of two classes with these confidences; right[i] says whether sample i is right.
std::vector<ScoredSample> SamplesOf(const std::vector<double>& confidences, const std::vector<int>& right) {
  std::vector<int> labels;
  for (const int is_right : right) labels.push_back(is_right);
  return ScoreSamples(BinaryTable(confidences, labels));
}

// By torchmetrics 1.9.0.
TEST(ReliabilityTest, ErrorsOfTheReferenceRows) {
  const Reliability reliability = EqualWidthReliability(ScoreSamples(FourRows()), 3);
  EXPECT_NEAR(reliability.ExpectedError(), .2000, 1e-6);
  EXPECT_NEAR(reliability.RootMeanSquareError(), .208167, 1e-6);
  EXPECT_NEAR(reliability.MaximumError(), .233333, 1e-6);
  EXPECT_DOUBLE_EQ(ExpectedCalibrationError(FourRows(), 3), reliability.ExpectedError());
}

TEST(ReliabilityTest, BinsOfEqualWidthAreAllThere) {
  const Reliability reliability = EqualWidthReliability(ScoreSamples(FourRows()), 3);
  ASSERT_THAT(reliability.bins, SizeIs(3));
  EXPECT_EQ(reliability.bins[0].samples, 0);
  EXPECT_EQ(reliability.bins[0].accuracy(), 0);
  EXPECT_EQ(reliability.bins[0].confidence(), 0);
  EXPECT_DOUBLE_EQ(reliability.bins[1].low, 1 / 3.0);
  EXPECT_DOUBLE_EQ(reliability.bins[1].high, 2 / 3.0);
  EXPECT_EQ(reliability.bins[1].samples, 3);
  EXPECT_EQ(reliability.bins[1].right, 1);
  EXPECT_NEAR(reliability.bins[1].confidence(), 1.7 / 3, 1e-6);
  EXPECT_DOUBLE_EQ(reliability.bins[1].accuracy(), 1 / 3.0);
  EXPECT_DOUBLE_EQ(reliability.bins[2].high, 1);
}

// In double, 15 / 22 times 22 is less than 15.
TEST(ReliabilityTest, AnEdgeBelongsToTheBinThatItBegins) {
  for (const int bins : {15, 22, 23, 26, 39, 49}) {
    std::vector<ScoredSample> samples(bins);
    for (int bin = 0; bin < bins; ++bin) samples[bin].scores.confidence = static_cast<double>(bin) / bins;
    for (const ReliabilityBin& bin : EqualWidthReliability(samples, bins).bins) EXPECT_EQ(bin.samples, 1) << bin.low << " of " << bins;
  }
}

TEST(ReliabilityTest, BinsOfEqualMassHaveEquallyManySamples) {
  const Reliability reliability = EqualMassReliability(SamplesOf({.9, .6, .8, .7, .95, .65}, {1, 1, 0, 1, 1, 0}), 3);
  ASSERT_THAT(reliability.bins, SizeIs(3));
  EXPECT_NEAR(reliability.bins[0].low, .6, 1e-6);
  EXPECT_NEAR(reliability.bins[0].high, .65, 1e-6);
  EXPECT_EQ(reliability.bins[1].samples, 2);
  EXPECT_EQ(reliability.bins[1].right, 1);
  EXPECT_NEAR(reliability.bins[2].confidence(), .925, 1e-6);
  EXPECT_NEAR(reliability.ExpectedError(), (.125 + .25 + .075) / 3, 1e-6);
}

TEST(ReliabilityTest, EqualConfidencesStayInOneBinWhateverTheirOrder) {
  const std::vector<double> confidences = {.6, .8, .8, .8, .8, .9};
  for (const std::vector<int>& right : {std::vector<int>{1, 1, 0, 0, 1, 1}, {1, 0, 1, 1, 0, 1}}) {
    const Reliability reliability = EqualMassReliability(SamplesOf(confidences, right), 3);
    ASSERT_THAT(reliability.bins, SizeIs(2));
    EXPECT_EQ(reliability.bins[0].samples, 5);  // rank 0 and ranks 1 … 4, which begin in bin 0
    EXPECT_EQ(reliability.bins[0].right, 3);
    EXPECT_EQ(reliability.bins[1].samples, 1);
  }
}

TEST(ReliabilityTest, MoreBinsThanSamplesHaveOneEach) {
  EXPECT_THAT(EqualMassReliability(SamplesOf({.6, .7, .8}, {1, 0, 1}), 15).bins, SizeIs(3));
}

TEST(ReliabilityTest, OneBinComparesTheMeans) {
  const std::vector<ScoredSample> samples = SamplesOf({.6, .7, .8, .95}, {1, 0, 1, 1});
  for (const Reliability& reliability : {EqualWidthReliability(samples, 1), EqualMassReliability(samples, 1)}) {
    for (const double error : {reliability.ExpectedError(), reliability.MaximumError(), reliability.RootMeanSquareError()}) {
      EXPECT_NEAR(error, .7625 - .75, 1e-6);
    }
  }
}

TEST(ReliabilityTest, NanIsInNoBinAndShowsInTheErrors) {
  const std::vector<ScoredSample> samples = ScoreSamples(WithNanRow(FourRows()));
  for (const Reliability& reliability : {EqualWidthReliability(samples), EqualMassReliability(samples)}) {
    EXPECT_EQ(reliability.without_confidence, 1);
    EXPECT_THAT(reliability.ExpectedError(), IsNan());
    EXPECT_THAT(reliability.MaximumError(), IsNan());
    EXPECT_THAT(reliability.RootMeanSquareError(), IsNan());
    int64_t in_bins = 0;
    for (const ReliabilityBin& bin : reliability.bins) in_bins += bin.samples;
    EXPECT_EQ(in_bins, 4);
  }
}

TEST(ReliabilityTest, WithoutSamplesThereIsNoError) {
  for (const Reliability& reliability : {EqualWidthReliability({}), EqualMassReliability({})}) {
    EXPECT_THAT(reliability.ExpectedError(), IsNan());
    EXPECT_THAT(reliability.MaximumError(), IsNan());
    EXPECT_THAT(reliability.RootMeanSquareError(), IsNan());
  }
}

TEST(ReliabilityTest, TheErrorsAreInTheirOrder) {
  for (const int64_t distinct : {500, 11}) {
    const std::vector<ScoredSample> samples = ScoreSamples(ReferenceTable({"", 500, 4, 4, distinct, 0}));
    for (const Reliability& reliability : {EqualWidthReliability(samples), EqualMassReliability(samples)}) {
      EXPECT_LE(reliability.ExpectedError(), reliability.RootMeanSquareError() + 1e-12);
      EXPECT_LE(reliability.RootMeanSquareError(), reliability.MaximumError() + 1e-12);
    }
  }
}

TEST(TemperatureTest, ProbabilitiesOfTheReferenceRow) {
  PredictionTable table(3);
  table.Add(/*record_id=*/7, /*label=*/1, {2, 1, 0});
  const PredictionTable sharper = WithTemperature(table, .5);
  EXPECT_THAT(sharper.Probabilities(0), ElementsAre(DoubleNear(.866813, 1e-6), DoubleNear(.117310, 1e-6), DoubleNear(.015876, 1e-6)));
  const PredictionTable softer = WithTemperature(table, 2);
  EXPECT_THAT(softer.Probabilities(0), ElementsAre(DoubleNear(.506480, 1e-6), DoubleNear(.307196, 1e-6), DoubleNear(.186324, 1e-6)));
  EXPECT_EQ(softer.record_id(0), 7);
  EXPECT_EQ(softer.label(0), 1);
}

TEST(TemperatureTest, PredictionsStay) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float lower = std::nextafter(1.75f, 2.0f);
  const float higher = std::nextafter(lower, 2.0f);
  ASSERT_EQ(static_cast<float>(lower / 1.3), static_cast<float>(higher / 1.3));
  PredictionTable table = ReferenceTable({"", 500, 6, 6, 500, 5});
  table.Add(500, 0, {lower, higher, 0, 0, 0, 0});
  table.Add(501, 0, {0, infinity, 0, 0, 0, 0});
  table.Add(502, 0, {nan, -3, 0, 2, 0, 0});
  table.Add(503, 0, {nan, nan, nan, nan, nan, nan});
  table.Add(504, 0, {1e30f, -1e30f, -infinity, 0, 0, 0});
  for (const double temperature : {.01, .7, 1.3, 50.}) {
    const PredictionTable scaled = WithTemperature(table, temperature);
    for (int64_t row = 0; row < table.size(); ++row) {
      EXPECT_EQ(scaled.prediction(row), table.prediction(row)) << row;
      EXPECT_EQ(scaled.label(row), table.label(row));
      EXPECT_EQ(std::isnan(scaled.Probabilities(row)[0]), std::isnan(table.Probabilities(row)[0])) << row;
    }
  }
}

// Two classes of margin m, a share s right: the best confidence is s, so m / T = ln(s / (1 - s)).
TEST(TemperatureTest, ClosedFormOfTwoClasses) {
  for (const double margin : {.01, 1., 7., 300.}) {
    PredictionTable table(2);
    for (int row = 0; row < 10; ++row) table.Add(row, row < 8 ? 0 : 1, {static_cast<float>(margin), 0});
    const absl::StatusOr<double> temperature = FitTemperature(table);
    ASSERT_THAT(temperature, IsOk());
    EXPECT_NEAR(*temperature / (static_cast<float>(margin) / std::log(4)), 1, 1e-9);
    EXPECT_NEAR(ExpectedCalibrationError(WithTemperature(table, *temperature), 15), 0, 1e-6);
  }
}

TEST(TemperatureTest, ScalingBackFindsOneAndLowersTheLoss) {
  const PredictionTable table = ReferenceTable({"", 800, 7, 7, 800, 3});
  const absl::StatusOr<double> temperature = FitTemperature(table);
  ASSERT_THAT(temperature, IsOk());
  const PredictionTable scaled = WithTemperature(table, *temperature);
  EXPECT_NEAR(*FitTemperature(scaled), 1, 1e-6);
  const CalibrationScores before = ScoreCalibration(ScoreSamples(table));
  const CalibrationScores after = ScoreCalibration(ScoreSamples(scaled));
  EXPECT_LT(after.nll, before.nll);
  for (const double nearby : {.99, 1.01}) {
    EXPECT_LT(after.nll, ScoreCalibration(ScoreSamples(WithTemperature(table, nearby * *temperature))).nll);
  }
}

TEST(TemperatureTest, SaysWhyThereIsNone) {
  const auto error_of = [](const PredictionTable& table) { return FitTemperature(table).status(); };
  const auto fails = [](const char* reason) { return Fails(ExitCode::kData, HasSubstr(reason)); };
  PredictionTable one_class(1);
  one_class.Add(0, 0, {3});
  EXPECT_THAT(error_of(one_class), fails("only one class"));

  EXPECT_THAT(error_of(PredictionTable(2)), fails("no sample has a label"));
  EXPECT_THAT(error_of(BinaryTable({.6}, {-1})), fails("no sample has a label"));

  EXPECT_THAT(error_of(BinaryTable({.6, .2, .9}, {1, 0, 1})), fails("surer is always better"));
  EXPECT_THAT(error_of(BinaryTable({.5, .5}, {0, 1})), fails("surer is always better"));
  PredictionTable sure(2);
  sure.Add(0, 0, {1e30f, -1e30f});
  EXPECT_THAT(error_of(sure), fails("surer is always better"));

  EXPECT_THAT(error_of(BinaryTable({.9, .9, .9}, {0, 1, 0})), fails("no better than chance"));
  EXPECT_THAT(error_of(BinaryTable({.9, .9}, {0, 1})), fails("no better than chance"));
  PredictionTable close(2);
  for (int row = 0; row < 5; ++row) close.Add(row, row < 4 ? 0 : 1, {1e-7f, 0});
  EXPECT_THAT(error_of(close), fails("the logits hardly differ"));

  EXPECT_THAT(error_of(WithNanRow(FourRows())), fails("loss of record 1048576 is infinite or NaN"));
  PredictionTable ruled_out(2);
  ruled_out.Add(5, 1, {0, -std::numeric_limits<float>::infinity()});
  EXPECT_THAT(error_of(ruled_out), fails("loss of record 5 is infinite or NaN"));
}

TEST(TemperatureTest, AClassRuledOutForOthersDoesNotHinder) {
  const float infinity = std::numeric_limits<float>::infinity();
  PredictionTable table(3);
  for (int row = 0; row < 5; ++row) table.Add(row, row < 4 ? 0 : 1, {2, 0, -infinity});
  EXPECT_THAT(FitTemperature(table), IsOkAndHolds(DoubleNear(2 / std::log(4), 1e-9)));
}

}  // namespace
}  // namespace mica
