#include "eval/embedding/tsne.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/status_matchers.h"
#include "eval/embedding/embedding_quality.h"
#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

Tsne TsneOf(const std::vector<float>& values, int64_t columns, const TsneOptions& options) {
  const absl::StatusOr<Tsne> tsne = ComputeTsne({values, columns}, options);
  EXPECT_THAT(tsne, IsOk());
  return *tsne;
}

std::vector<float> Interleaved(const PlanePoints& points) {
  std::vector<float> values;
  for (size_t i = 0; i < points.size(); ++i) {
    values.push_back(points.x[i]);
    values.push_back(points.y[i]);
  }
  return values;
}

void ExpectFinite(const Tsne& tsne, size_t count) {
  ASSERT_EQ(tsne.points.size(), count);
  EXPECT_TRUE(std::isfinite(tsne.divergence));
  for (const float value : Interleaved(tsne.points)) ASSERT_TRUE(std::isfinite(value));
}

// Both ways.
TEST(TsneTest, SeparatesClustersAndKeepsNeighbours) {
  const std::vector<float> values = ClusteredRows(300, /*columns=*/10, /*clusters=*/5, /*distance=*/4, /*seed=*/1);
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 300; ++i) labels.push_back(i % 5);
  for (const int64_t exact_rows : {0, 1000}) {
    for (const auto start : {TsneOptions::Start::kPca, TsneOptions::Start::kRandom}) {
      TsneOptions options;
      options.exact_rows = exact_rows;
      options.start = start;
      options.iterations = 400;
      const Tsne tsne = TsneOf(values, /*columns=*/10, options);
      const std::vector<float> plane = Interleaved(tsne.points);
      EXPECT_THAT(NeighbourPurity({plane, 2}, labels, /*k=*/10, /*threads=*/2), Optional(1));
      EXPECT_GT(*Trustworthiness({values, 10}, {plane, 2}, /*k=*/12, /*threads=*/2), 0.97);
      EXPECT_EQ(tsne.iterations, 400);
      EXPECT_EQ(tsne.perplexity, 30);
      EXPECT_EQ(tsne.note, "");
    }
  }
}

// scikit-learn 1.9.1 with perplexity 10 reaches 0.6836 exactly and 0.7092 by Barnes and Hut.
TEST(TsneTest, ReachesTheDivergenceOfScikitLearn) {
  const std::vector<double> constants = {0.7548776662466927, 0.5698402909980532, 0.3819660112501051, 0.2360679774997898,
                                         0.4142135623730951};
  TsneOptions options;
  options.perplexity = 10;
  const std::vector<float> values = FormulaRows(300, constants);
  EXPECT_LT(TsneOf(values, /*columns=*/5, options).divergence, 0.6836 * 1.02);
  options.exact_rows = 0;
  EXPECT_LT(TsneOf(values, /*columns=*/5, options).divergence, 0.7092 * 1.02);
}

// Enough rows for three threads to be used.
TEST(TsneTest, IsTheSameForAnyNumberOfThreads) {
  const std::vector<float> values = ClusteredRows(1500, /*columns=*/8, /*clusters=*/5, /*distance=*/2, /*seed=*/2);
  TsneOptions options;
  options.iterations = 20;
  options.exaggerated_iterations = 10;
  options.threads = 1;
  const Tsne one = TsneOf(values, /*columns=*/8, options);
  for (const size_t threads : {2, 3}) {
    options.threads = threads;
    const Tsne other = TsneOf(values, /*columns=*/8, options);
    EXPECT_EQ(other.points.x, one.points.x);
    EXPECT_EQ(other.points.y, one.points.y);
    EXPECT_EQ(other.divergence, one.divergence);
  }
}

TEST(TsneTest, TheSeedDecidesARandomStart) {
  const std::vector<float> values = ClusteredRows(50, /*columns=*/3, /*clusters=*/2, /*distance=*/2, /*seed=*/2);
  TsneOptions options;
  options.start = TsneOptions::Start::kRandom;
  options.iterations = 0;
  const std::vector<float> first = TsneOf(values, /*columns=*/3, options).points.x;
  EXPECT_EQ(TsneOf(values, /*columns=*/3, options).points.x, first);
  options.seed = 2;
  EXPECT_NE(TsneOf(values, /*columns=*/3, options).points.x, first);
}

// The first component gets a standard deviation of 1e-4, as in scikit-learn.
TEST(TsneTest, StartsAtTheFirstTwoComponents) {
  TsneOptions options;
  options.iterations = 0;
  const std::vector<float> values = {7, 10, -5, -6, -3, 5, 5, -1};
  const Tsne tsne = TsneOf(values, /*columns=*/2, options);
  const double spread = std::sqrt(50.0) * 1e4;  // the scores are +-10, 0, 0 and 0, 0, -+5
  const std::vector<double> x = {10, -10, 0, 0}, y = {0, 0, -5, 5};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(tsne.points.x[i], x[i] / spread, 1e-9);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(tsne.points.y[i], y[i] / spread, 1e-9);
}

TEST(TsneTest, AnyNumberOfRowsWillDo) {
  for (const int64_t exact_rows : {0, 1000}) {
    TsneOptions options;
    options.exact_rows = exact_rows;
    options.iterations = 300;
    for (int64_t count = 0; count <= 12; ++count) {
      const std::vector<float> values = ClusteredRows(count, /*columns=*/4, /*clusters=*/2, /*distance=*/2, /*seed=*/3);
      ExpectFinite(TsneOf(values, /*columns=*/4, options), count);
    }
  }
}

TEST(TsneTest, EqualRowsAreNoTrouble) {
  for (const int64_t exact_rows : {0, 1000}) {
    TsneOptions options;
    options.exact_rows = exact_rows;
    options.iterations = 300;
    ExpectFinite(TsneOf(std::vector<float>(200 * 3, 0.1f), /*columns=*/3, options), 200);
    std::vector<float> half_equal = ClusteredRows(200, /*columns=*/3, /*clusters=*/4, /*distance=*/2, /*seed=*/4);
    std::fill(half_equal.begin(), half_equal.begin() + 100 * 3, 1.5f);
    const Tsne tsne = TsneOf(half_equal, /*columns=*/3, options);
    ExpectFinite(tsne, 200);
    const auto [low, high] = std::minmax_element(tsne.points.x.begin(), tsne.points.x.end());
    EXPECT_GT(*high - *low, 1);
  }
}

TEST(TsneTest, AWildLearningRateGivesNoNan) {
  for (const int64_t exact_rows : {0, 1000}) {
    for (const int64_t count : {2, 3, 40}) {
      TsneOptions options;
      options.exact_rows = exact_rows;
      options.iterations = 100;
      options.learning_rate = 1e6;
      options.exaggeration = 1000;
      const std::vector<float> values = ClusteredRows(count, /*columns=*/4, /*clusters=*/2, /*distance=*/2, /*seed=*/3);
      ExpectFinite(TsneOf(values, /*columns=*/4, options), count);
    }
  }
}

TEST(TsneTest, FewRowsLowerThePerplexityAndSaySo) {
  TsneOptions options;
  options.iterations = 10;
  const std::vector<float> values = ClusteredRows(20, /*columns=*/4, /*clusters=*/2, /*distance=*/2, /*seed=*/3);
  const Tsne tsne = TsneOf(values, /*columns=*/4, options);
  EXPECT_NEAR(tsne.perplexity, 19 / 3.0, 1e-12);
  EXPECT_THAT(tsne.note, HasSubstr("perplexity 6.333 instead of 30: there are only 20 samples"));
}

TEST(TsneTest, StopsWhenItIsTold) {
  TsneOptions options;
  std::vector<int> asked;
  options.go_on = [&](int done) {
    asked.push_back(done);
    return done < 7;
  };
  const std::vector<float> values = ClusteredRows(100, /*columns=*/4, /*clusters=*/2, /*distance=*/2, /*seed=*/3);
  const Tsne stopped = TsneOf(values, /*columns=*/4, options);
  EXPECT_EQ(stopped.iterations, 7);
  EXPECT_EQ(asked, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));

  TsneOptions short_options;
  short_options.iterations = 7;
  EXPECT_EQ(TsneOf(values, /*columns=*/4, short_options).points.x, stopped.points.x);
}

TEST(TsneTest, TheLearningRateAndTheGradientGiveTheFirstStep) {
  TsneOptions options;
  options.iterations = 0;
  const std::vector<float> values = ClusteredRows(100, /*columns=*/4, /*clusters=*/2, /*distance=*/2, /*seed=*/3);
  const Tsne start = TsneOf(values, /*columns=*/4, options);
  options.iterations = 1;
  const Tsne by_itself = TsneOf(values, /*columns=*/4, options);  // 100 / 12 / 4 < 50
  options.learning_rate = 50;
  EXPECT_EQ(TsneOf(values, /*columns=*/4, options).points.x, by_itself.points.x);
  options.learning_rate = 100;
  const Tsne twice = TsneOf(values, /*columns=*/4, options);
  for (int i = 0; i < 100; ++i) EXPECT_NEAR(twice.points.x[i] - start.points.x[i], 2 * (by_itself.points.x[i] - start.points.x[i]), 1e-8);
}

TEST(TsneTest, NamesTheRowThatCannotBeUsed) {
  std::vector<float> values(40 * 3, 1);
  values[17 * 3 + 1] = std::numeric_limits<float>::quiet_NaN();
  values[30 * 3] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(ComputeTsne({values, /*columns=*/3}, {}), Fails(ExitCode::kData, HasSubstr("row 17 holds nan in column 1")));
}

TEST(TsneTest, NamesTheOptionThatCannotBeUsed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<float> values(12, 1);
  const auto refused = [&](void (*change)(TsneOptions*, double), double value, const std::string& name) {
    TsneOptions options;
    change(&options, value);
    EXPECT_THAT(ComputeTsne({values, /*columns=*/3}, options), Fails(ExitCode::kFlag, HasSubstr("t-SNE: " + name + " is "))) << value;
  };
  for (const double bad : {nan, 0.5, -1.0, std::numeric_limits<double>::infinity()}) {
    refused([](TsneOptions* options, double value) { options->perplexity = value; }, bad, "perplexity");
    refused([](TsneOptions* options, double value) { options->exaggeration = value; }, bad, "exaggeration");
  }
  for (const double bad : {nan, -0.1, std::numeric_limits<double>::infinity()}) {
    refused([](TsneOptions* options, double value) { options->theta = value; }, bad, "theta");
    refused([](TsneOptions* options, double value) { options->learning_rate = value; }, bad, "learning_rate");
  }
  refused([](TsneOptions* options, double value) { options->iterations = static_cast<int>(value); }, -1, "iterations");
}

}  // namespace
}  // namespace mica
