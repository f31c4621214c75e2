#include "base/config/required_oneof.h"

#include <gtest/gtest.h>

#include "base/config/textproto_example.pb.h"

namespace mica {
namespace {

TEST(RequiredOneofTest, ListsTheArmsOfTheSchema) {
  ConfigProblems problems;
  RequireOneof(ExampleConfig(), "schedule", "run.schedule", &problems);
  ASSERT_EQ(problems.all().size(), 1);
  EXPECT_EQ(problems.all()[0].message, "run.schedule is required: choose one of constant, cosine, steps");
  EXPECT_EQ(problems.all()[0].field_path, "run.schedule");
}

TEST(RequiredOneofTest, AcceptsAnyArm) {
  ExampleConfig config;
  config.mutable_constant();
  ConfigProblems problems;
  RequireOneof(config, "schedule", "schedule", &problems);
  EXPECT_TRUE(problems.all().empty());
}

TEST(RequiredOneofTest, NamesTheChosenArm) {
  ExampleConfig config;
  EXPECT_EQ(ChosenArm(config, "schedule"), "");
  config.mutable_cosine();
  EXPECT_EQ(ChosenArm(config, "schedule"), "cosine");
}

}  // namespace
}  // namespace mica
