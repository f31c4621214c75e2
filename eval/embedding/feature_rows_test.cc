#include "eval/embedding/feature_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

TEST(FeatureRowsTest, CountsRowsAndFindsThem) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const FeatureRows rows = {values, /*columns=*/3};
  EXPECT_EQ(rows.count(), 2);
  EXPECT_EQ(rows.row(1)[0], 4);
  EXPECT_EQ((FeatureRows{{}, /*columns=*/3}).count(), 0);
}

TEST(CheckFeaturesTest, NamesTheFirstRowThatCannotBeUsed) {
  std::vector<float> values(12, 1);
  EXPECT_THAT(CheckFeatures({values, /*columns=*/3}), IsOk());
  EXPECT_THAT(CheckFeatures({{}, /*columns=*/3}), IsOk());
  values[11] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(CheckFeatures({values, /*columns=*/3}), Fails(ExitCode::kData, HasSubstr("row 3 holds inf in column 2")));
  values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(CheckFeatures({values, /*columns=*/3}), Fails(ExitCode::kData, HasSubstr("row 2 holds nan in column 1")));
  values[0] = -2e15f;
  EXPECT_THAT(CheckFeatures({values, /*columns=*/3}), Fails(ExitCode::kData, HasSubstr("row 0 holds -2e+15 in column 0")));
}

}  // namespace
}  // namespace mica
