#include "base/config/config_problems.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mica {
namespace {

TEST(ConfigProblemsTest, StartsWithNone) {
  const ConfigProblems problems;
  EXPECT_FALSE(problems.has_errors());
  EXPECT_TRUE(problems.all().empty());
}

TEST(ConfigProblemsTest, MessageContinuesTheFieldsPath) {
  ConfigProblems problems;
  problems.Error("schedule.warmup.steps", "is 500, but the run has 200 steps");
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].severity, ConfigProblem::Severity::kError);
  EXPECT_EQ(problems.all()[0].field_path, "schedule.warmup.steps");
  EXPECT_EQ(problems.all()[0].message, "schedule.warmup.steps is 500, but the run has 200 steps");
}

TEST(ConfigProblemsTest, MessageAboutTheWholeConfigStandsAlone) {
  ConfigProblems problems;
  problems.Error("", "the file is empty");
  problems.Warning("", "nothing is set");
  EXPECT_EQ(problems.all()[0].message, "the file is empty");
  EXPECT_EQ(problems.all()[1].message, "nothing is set");
}

TEST(ConfigProblemsTest, WarningsAreNoErrors) {
  ConfigProblems problems;
  problems.Warning("trainer.cpu_threads", "is more than the machine has");
  EXPECT_FALSE(problems.has_errors());
  EXPECT_EQ(problems.all()[0].severity, ConfigProblem::Severity::kWarning);
  EXPECT_EQ(problems.all()[0].message, "trainer.cpu_threads is more than the machine has");
  problems.Error("model", "is not set");
  EXPECT_TRUE(problems.has_errors());
}

TEST(ConfigProblemsTest, KeepsAllInTheOrderFound) {
  ConfigProblems problems;
  problems.Require(false, "b", "must be > 0", int64_t{0});
  problems.Require(true, "c", "must be > 0", int64_t{1});
  problems.Require(false, "a", "must be in [0, 1]", 1.5);
  ASSERT_EQ(problems.all().size(), 2u);
  EXPECT_EQ(problems.all()[0].message, "b must be > 0 (got 0)");
  EXPECT_EQ(problems.all()[1].message, "a must be in [0, 1] (got 1.5)");
}

TEST(ConfigProblemsTest, NotANumberFailsWhatMustHold) {
  ConfigProblems problems;
  const double rate = std::nan("");
  problems.Require(rate > 0, "optimizer.sgd.learning_rate", "must be > 0", rate);
  ASSERT_TRUE(problems.has_errors());
  EXPECT_EQ(problems.all()[0].message, "optimizer.sgd.learning_rate must be > 0 (got nan)");
}

TEST(ConfigProblemsTest, ValuesAreShownAsTheyWereWritten) {
  ConfigProblems problems;
  problems.Require(false, "a", "must be finite", std::numeric_limits<double>::infinity());
  problems.Require(false, "b", "must be 0", 0.1);
  problems.Require(false, "c", "must be 0", std::numeric_limits<int64_t>::min());
  problems.Require(false, "d", "must be 0", int32_t{-3});  // most integer proto fields are int32
  EXPECT_EQ(problems.all()[0].message, "a must be finite (got inf)");
  EXPECT_EQ(problems.all()[1].message, "b must be 0 (got 0.1)");
  EXPECT_EQ(problems.all()[2].message, "c must be 0 (got -9223372036854775808)");
  EXPECT_EQ(problems.all()[3].message, "d must be 0 (got -3)");
}

TEST(JoinPathTest, PutsADotBetween) {
  EXPECT_EQ(JoinPath("optimizer", "sgd"), "optimizer.sgd");
  EXPECT_EQ(JoinPath("optimizer.sgd", "learning_rate"), "optimizer.sgd.learning_rate");
  EXPECT_EQ(JoinPath("", "optimizer"), "optimizer");
}

TEST(ConfigProblemsTest, QuotedValuesStayOnTheirLine) {
  ConfigProblems problems;
  problems.Error("x", "is \"a\nb\"");
  problems.Warning("x", "is \"\x1b\"");
  EXPECT_EQ(problems.all()[0].message, "x is \"a\\nb\"");
  EXPECT_EQ(problems.all()[1].message, "x is \"\\x1b\"");
}

}  // namespace
}  // namespace mica
