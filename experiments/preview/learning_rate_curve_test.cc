#include "experiments/preview/learning_rate_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/error.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

LearningRateCurve Curve(const std::string& text, int64_t steps_per_epoch) {
  return BuildLearningRateCurve(ParseTextOrDie<Experiment>(text), steps_per_epoch).value();
}

TEST(LearningRateCurveTest, HasARowForEachStep) {
  const LearningRateCurve curve =
      Curve("optimizer { sgd { learning_rate: 0.1 } } schedule { step { every_epochs: 1 } warmup { steps: 2 } } trainer { epochs: 2 }", 3);
  EXPECT_EQ(LearningRateCsv(curve),
            "step,epoch,learning_rate\n"
            "1,1,0.05\n2,1,0.1\n3,1,0.1\n"
            "4,2,0.1\n5,2,0.1\n6,2,0.010000000000000002\n");
}

TEST(LearningRateCurveTest, ShowsWarmUpAndDrops) {
  const LearningRateCurve curve = Curve(
      "optimizer { adam { learning_rate: 0.4 } } schedule { step { every_epochs: 1 } warmup { epochs: 1 } } trainer { epochs: 3 }", 80);
  const std::string text = LearningRateText(curve);
  EXPECT_THAT(text, AllOf(StartsWith("Learning rate (240 steps, 3 epochs of 80)\n0.4 │"),
                          HasSubstr("\n     1                          2                         3  epoch\n"),
                          HasSubstr("\nfirst 0.005, highest 0.4 from step 80, last 0.04\n")));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) EXPECT_LE(line.size(), 3 * 100) << line;
}

TEST(LearningRateCurveTest, AConstantRateIsOneLine) {
  EXPECT_EQ(LearningRateText(Curve("optimizer { adamw { learning_rate: 0.001 } } schedule { constant {} } trainer { epochs: 1 }", 9)),
            "Learning rate: 0.001 at every step (9 steps, 1 epoch of 9)\n");
}

TEST(LearningRateCurveTest, ARateThatDependsOnLossesSaysSo) {
  const std::string rest = " optimizer { adamw { learning_rate: 0.001 } } trainer { epochs: 2 }";
  EXPECT_EQ(LearningRateText(Curve("schedule { decay_on_rise {} }" + rest, 9)),
            "Learning rate: 0.001 at every step (18 steps, 2 epochs of 9)\n"
            "schedule.decay_on_rise lowers it when losses do not fall; nobody knows that before the run\n");
  EXPECT_THAT(LearningRateText(Curve("schedule { plateau {} warmup { steps: 5 } }" + rest, 9)),
              testing::EndsWith("highest 0.001 from step 5, last 0.001\n"
                                "schedule.plateau lowers it when losses do not fall; nobody knows that before the run\n"));
}

TEST(LearningRateCurveTest, MaxStepsEndsTheRun) {
  const LearningRateCurve curve =
      Curve("optimizer { sgd { learning_rate: 1 } } schedule { linear {} } trainer { epochs: 3 max_steps: 4 }", 3);
  EXPECT_EQ(curve.total_steps, 4);
  EXPECT_EQ(curve.points.back().rate, 0.25);
}

TEST(LearningRateCurveTest, ALongRunHasAFewThousandPointsAndItsEnd) {
  const LearningRateCurve curve =
      Curve("optimizer { sgd { learning_rate: 1 } } schedule { cosine {} } trainer { epochs: 16777215 }", 1'000'000);
  EXPECT_LE(curve.points.size(), kMaxCurvePoints + 1);
  EXPECT_EQ(curve.points.front().step, 1);
  EXPECT_EQ(curve.points.back().step, 16'777'215'000'000);
  EXPECT_THAT(LearningRateText(curve), HasSubstr(" 2000000 "));
}

TEST(LearningRateCurveTest, WhatIsMissingIsNamed) {
  const absl::Status status = BuildLearningRateCurve(ParseTextOrDie<Experiment>("schedule { constant {} }"), 3).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kConfig);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("optimizer is required"), HasSubstr("\ntrainer.epochs")));
  EXPECT_THAT(FieldsOf(status), testing::ElementsAre("optimizer", "trainer.epochs"));
}

TEST(LearningRateCurveTest, AWarmUpOfTheWholeRunIsRefusedAsInTraining) {
  const auto experiment = ParseTextOrDie<Experiment>(
      "optimizer { sgd { learning_rate: 1 } } schedule { constant {} warmup { steps: 9 } } trainer { epochs: 3 }");
  const absl::Status status = BuildLearningRateCurve(experiment, 3).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kConfig);
  EXPECT_THAT(status.message(), HasSubstr("schedule.warmup.steps"));
}

}  // namespace
}  // namespace mica
