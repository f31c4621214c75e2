#include "training/observers/parameter_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/files/csv_reader.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

CsvTable Parsed(const std::string& rows) {
  return ParseCsv(ParameterStatisticsHeader() + rows, "parameters.csv",
                  {"epoch", "parameter", "of", "size", "norm", "zeros", "min", "q05", "q50", "q95", "max"})
      .value();
}

TEST(ParameterStatisticsTest, QuantilesAndNormOfValuesAndGradients) {
  std::vector<float> values(101);
  std::iota(values.begin(), values.end(), 0.0f);  // its quantile q is 100 q
  const std::vector<float> gradients(101, -2.0f);
  const CsvTable table = Parsed(ParameterStatisticsRows(3, {{"a, b", values, gradients}}));
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table.Text(0, "parameter"), "a, b");
  EXPECT_EQ(table.Text(0, "of"), "values");
  EXPECT_EQ(table.Real(0, "q05").value(), 5);
  EXPECT_EQ(table.Real(0, "q50").value(), 50);
  EXPECT_EQ(table.Real(0, "q95").value(), 95);
  EXPECT_EQ(table.Real(0, "max").value(), 100);
  EXPECT_NEAR(table.Real(0, "norm").value(), std::sqrt(100.0 * 101 * 201 / 6), 1e-9);  // the sum of squares
  EXPECT_NEAR(table.Real(0, "zeros").value(), 1.0 / 101, 1e-12);
  EXPECT_EQ(table.Text(1, "of"), "gradients");
  EXPECT_EQ(table.Real(1, "min").value(), -2);
  EXPECT_EQ(table.Integer(1, "epoch").value(), 3);
}

TEST(ParameterStatisticsTest, WhatIsNotFiniteHasNoQuantiles) {
  const std::vector<float> values = {1, NAN}, gradients = {INFINITY, 1};
  const CsvTable table = Parsed(ParameterStatisticsRows(1, {{"w", values, gradients}}));
  EXPECT_EQ(table.Text(0, "q50"), "");
  EXPECT_EQ(table.Text(0, "norm"), "nan");
  EXPECT_EQ(table.Text(1, "norm"), "inf");
}

TEST(ParameterStatisticsTest, ManyValuesAreThinnedEvenly) {
  const std::vector<float> values = {0, 1, 2, 3, 4, 5, 6};
  EXPECT_THAT(EvenlySpaced(values, 7), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(EvenlySpaced(values, 3), ElementsAre(0, 3, 6));
  EXPECT_THAT(EvenlySpaced(values, 1), ElementsAre(0));
  EXPECT_TRUE(EvenlySpaced({}, 3).empty());
}

TEST(ParameterStatisticsTest, AParameterWithoutElementsHasNoRow) {
  EXPECT_EQ(ParameterStatisticsRows(1, {{"w", {}, {}}}), "");
}

}  // namespace
}  // namespace mica
