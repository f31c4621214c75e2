#include "experiments/summary/statistics_cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace mica {
namespace {

using ::testing::ElementsAre;

TEST(StatisticsCellsTest, AreShortForPeopleAndWholeForPrograms) {
  const TensorStatistics statistics = TensorStatisticsOf({0, 0, 1, 3, std::nanf("")});
  EXPECT_THAT(StatisticsColumns(), ElementsAre("mean", "std", "min", "max", "positive", "zeros", "not_finite"));
  EXPECT_THAT(StatisticsCells(statistics), ElementsAre("1", "1.225", "0", "3", "40.0%", "40.0%", "1"));
  EXPECT_THAT(StatisticsFields(statistics), ElementsAre("1", "1.224744871391589", "0", "3", "0.4", "0.4", "1"));
}

TEST(StatisticsCellsTest, OfNothingThereAreNone) {
  EXPECT_THAT(StatisticsCells(TensorStatisticsOf({})), ElementsAre("nan", "nan", "nan", "nan", "0.0%", "0.0%", "0"));
}

}  // namespace
}  // namespace mica
