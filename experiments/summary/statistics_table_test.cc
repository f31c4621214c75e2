#include "experiments/summary/statistics_table.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(StatisticsTableTest, ATensorThatARuleChangedHasTwoLines) {
  WeightStatistics weight = {"conv1.weight", TensorStatisticsOf({-1, 1, 0, 0}), TensorStatisticsOf({-2, 2, 2, 2}), false};
  WeightStatistics bias = {"conv1.bias", TensorStatisticsOf({0.25f, -0.5f}), TensorStatisticsOf({0.25f, -0.5f}), true};
  EXPECT_EQ(WeightTable({weight, bias}),
            R"(tensor        values  weights                  mean     std   min   max  positive  zeros  not finite
conv1.weight       4  as its layer draws it       0  0.7071    -1     1  25.0%     50.0%           0
                      as training begins          1   1.732    -2     2  75.0%     0.0%            0
conv1.bias         2  as its layer draws it  -0.125   0.375  -0.5  0.25  50.0%     0.0%            0
)");
}

}  // namespace
}  // namespace mica
