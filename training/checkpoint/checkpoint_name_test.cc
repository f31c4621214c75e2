#include "training/checkpoint/checkpoint_name.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(CheckpointNameTest, StepsHaveNineDigitsOrMore) {
  EXPECT_EQ(CheckpointName(1875), "step-000001875");
  EXPECT_EQ(CheckpointName(12345678901), "step-12345678901");
}

TEST(CheckpointNameTest, OnlyWholeNamesHaveAStep) {
  for (const int64_t step : {int64_t{0}, int64_t{1875}, int64_t{12345678901}}) EXPECT_EQ(StepOfCheckpoint(CheckpointName(step)), step);
  for (const char* const name : {"", "step-", "step-18", "step-000000018.tmp", "step-000000018.del", "step-00000001x", "step--00000018",
                                 "step-+00000018", " step-000000018", "step-000000018\n", "step-99999999999999999999", "latest"}) {
    EXPECT_EQ(StepOfCheckpoint(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace mica
