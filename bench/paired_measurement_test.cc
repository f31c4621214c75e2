#include "bench/paired_measurement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

void Ignore(int, const std::string&) {}

// Gives a fixed sample.
Contestant Constant(const std::string& name, const Sample& sample) {
  return {name, [sample]() -> absl::StatusOr<Sample> { return sample; }};
}

// Gives {1}, {2}, {3} …
Contestant Counting(const std::string& name) {
  return {name, [count = 0.0]() mutable -> absl::StatusOr<Sample> { return Sample{++count}; }};
}

TEST(PairedMeasurementTest, EverySecondRoundRunsBackwardsAndMicaRunsTwice) {
  std::vector<std::string> runs;
  const auto on_run = [&](int round, const std::string& name) { runs.push_back(absl::StrCat(round, name)); };
  MeasurementPlan plan;
  plan.pairs = 3;
  plan.warm_up = true;
  ASSERT_THAT(MeasureInTurn({Constant("A", {1}), Constant("B", {1})}, Constant("M", {1}), plan, on_run), IsOk());
  EXPECT_EQ(absl::StrJoin(runs, " "), "0A 0B 0M 1A 1B 1M 1M 2M 2M 2B 2A 3A 3B 3M 3M");
}

TEST(PairedMeasurementTest, EachQuantityIsComparedOnItsOwn) {
  MeasurementPlan plan;
  plan.pairs = 3;
  const auto samples = MeasureInTurn({Constant("A", {6, 100}), Constant("B", {3, 50})}, Constant("M", {2, 200}), plan, Ignore);
  ASSERT_THAT(samples, IsOk());
  EXPECT_EQ(samples->PeerMedian(0, 0), 6);
  EXPECT_EQ(samples->PeerMedian(1, 1), 50);
  EXPECT_EQ(samples->MicaMedian(1), 200);
  EXPECT_EQ(samples->Ratio(0, 0).ratio, 3);
  EXPECT_EQ(samples->Ratio(1, 0).ratio, 1.5);
  EXPECT_EQ(samples->Ratio(0, 1).ratio, 0.5);
  EXPECT_EQ(samples->Control(0).ratio, 1);
}

// mica's runs give 1 … 6 in order of time. As (mica, control) that is (1, 2), backwards (4, 3), and
// (5, 6).
TEST(PairedMeasurementTest, TheControlTakesTurnsWithMicaToo) {
  MeasurementPlan plan;
  plan.pairs = 3;
  const auto samples = MeasureInTurn({Counting("A")}, Counting("M"), plan, Ignore);
  ASSERT_THAT(samples, IsOk());
  EXPECT_EQ(samples->MicaMedian(0), 4);
  EXPECT_EQ(samples->Control(0).low, 0.75);
  EXPECT_EQ(samples->Control(0).ratio, 1.2);
  EXPECT_EQ(samples->Control(0).high, 2);
  EXPECT_EQ(samples->Ratio(0, 0).low, 0.5);    // 2 / 4
  EXPECT_EQ(samples->Ratio(0, 0).ratio, 0.6);  // 3 / 5
  EXPECT_EQ(samples->Ratio(0, 0).high, 1);     // 1 / 1
}

TEST(PairedMeasurementTest, AWarmUpIsNotCounted) {
  MeasurementPlan plan;
  plan.pairs = 1;
  plan.warm_up = true;
  const auto samples = MeasureInTurn({Counting("A")}, Counting("M"), plan, Ignore);
  ASSERT_THAT(samples, IsOk());
  EXPECT_EQ(samples->PeerMedian(0, 0), 2);
  EXPECT_EQ(samples->MicaMedian(0), 2);
}

TEST(PairedMeasurementTest, TheFirstErrorEndsAll) {
  int runs = 0;
  const Contestant broken = {"A", []() -> absl::StatusOr<Sample> { return DataError("no such file"); }};
  EXPECT_THAT(MeasureInTurn({broken}, Constant("M", {1}), {}, [&](int, const std::string&) { ++runs; }),
              Fails(ExitCode::kData, HasSubstr("no such file")));
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace mica
