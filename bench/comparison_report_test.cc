#include "bench/comparison_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHeader[] = "row,work,peer,peer_seconds,mica_seconds,ratio,ratio_low,ratio_high,control_low,control_high\n";

PeerComparison Epoch() {
  PeerComparison comparison;
  comparison.row = "B1";
  comparison.work = "linear, training epoch";
  comparison.peer = "idiomatic";
  comparison.peer_value = 2;
  comparison.mica_value = 0.25;
  comparison.ratio = {8, 7.5, 8.25};
  comparison.control = {1, 0.9375, 1.25};
  comparison.required = 7;
  return comparison;
}

std::string TableOf(const PeerComparison& comparison) {
  ComparisonReport report("");
  EXPECT_THAT(report.Add({comparison}), IsOk());
  return report.Table();
}

TEST(ComparisonReportTest, ComparesOneQuantityWithEveryPeer) {
  const PairedSamples samples({{{6, 900}}, {{3, 800}}}, {{2, 200}}, {{2, 250}});
  const std::vector<Contestant> peers = {{"idiomatic", nullptr}, {"expert", nullptr}};
  const std::vector<PeerComparison> comparisons = Compare(samples, peers, {"B6", "memory", 1, Quantity::Unit::kMib, {5, std::nullopt}});
  ASSERT_EQ(comparisons.size(), 2);
  EXPECT_EQ(comparisons[0].row + comparisons[0].work + comparisons[0].peer, "B6memoryidiomatic");
  EXPECT_EQ(comparisons[0].unit, Quantity::Unit::kMib);
  EXPECT_EQ(comparisons[0].peer_value, 900);
  EXPECT_EQ(comparisons[0].mica_value, 200);
  EXPECT_EQ(comparisons[0].ratio.ratio, 4.5);
  EXPECT_EQ(comparisons[0].control.ratio, 1.25);
  EXPECT_EQ(comparisons[0].required, 5);
  EXPECT_EQ(comparisons[1].peer, "expert");
  EXPECT_EQ(comparisons[1].ratio.ratio, 4);
  EXPECT_EQ(comparisons[1].required, std::nullopt);
}

TEST(ComparisonReportTest, TheFileHoldsAllRowsSoFar) {
  const std::string path = testing::TempDir() + "comparison.csv";
  ComparisonReport report(path);
  ASSERT_THAT(report.Add({}), IsOk());
  EXPECT_THAT(ReadFile(path), IsOkAndHolds(std::string(kHeader)));
  const std::string row = "B1,\"linear, training epoch\",idiomatic,2,0.25,8,7.5,8.25,0.9375,1.25\n";
  ASSERT_THAT(report.Add({Epoch()}), IsOk());
  EXPECT_THAT(ReadFile(path), IsOkAndHolds(kHeader + row));
  ASSERT_THAT(report.Add({Epoch(), Epoch()}), IsOk());
  EXPECT_THAT(ReadFile(path), IsOkAndHolds(kHeader + row + row + row));
}

TEST(ComparisonReportTest, AFileThatCannotBeWrittenIsAnError) {
  ComparisonReport report("/proc/comparison.csv");
  EXPECT_THAT(report.Add({}), Fails(ExitCode::kOutput, HasSubstr("/proc/comparison.csv")));
}

TEST(ComparisonReportTest, TheTableShowsWhatWasMeasuredWithItsUnit) {
  EXPECT_THAT(TableOf(Epoch()),
              AllOf(HasSubstr("2.000 s"), HasSubstr("0.250 s"), HasSubstr("8.00"), HasSubstr("7.50 to 8.25"), HasSubstr("0.94 to 1.25")));
  PeerComparison memory = Epoch();
  memory.unit = Quantity::Unit::kMib;
  memory.peer_value = 750;
  EXPECT_THAT(TableOf(memory), AllOf(HasSubstr("750 MiB"), Not(HasSubstr(" s "))));
}

TEST(ComparisonReportTest, ARequirementIsReachedByTheWholeIntervalOnly) {
  PeerComparison comparison = Epoch();
  for (const double reached : {7.0, 7.5}) {
    comparison.required = reached;
    EXPECT_THAT(TableOf(comparison), HasSubstr("reached")) << reached;
  }
  for (const double open : {7.51, 8.25}) {
    comparison.required = open;
    EXPECT_THAT(TableOf(comparison), AllOf(HasSubstr("open"), Not(HasSubstr("reached")))) << open;
  }
  comparison.required = 8.26;
  EXPECT_THAT(TableOf(comparison), HasSubstr("missed"));
  comparison.required.reset();
  EXPECT_THAT(TableOf(comparison), AllOf(Not(HasSubstr("reached")), Not(HasSubstr("missed")), Not(HasSubstr("open"))));
}

TEST(ComparisonReportTest, WarnsWhereMicaDiffersFromItself) {
  PeerComparison comparison = Epoch();
  comparison.control = {1, 0.9375, 1.0625};
  EXPECT_THAT(TableOf(comparison), Not(HasSubstr("warning")));
  comparison.control = {1.0625, 1.015625, 1.125};
  EXPECT_THAT(TableOf(comparison),
              HasSubstr("warning: B1, linear, training epoch, idiomatic: mica / mica, 1.02 to 1.12, does not contain 1"));
}

TEST(ComparisonReportTest, WarnsWhereTheControlTellsNothing) {
  PeerComparison comparison = Epoch();
  comparison.control = {1, 0.5, 1.75};
  EXPECT_THAT(TableOf(comparison), HasSubstr("mica / mica, 0.50 to 1.75, is too wide"));
}

TEST(ComparisonReportTest, NoRowsNoTable) {
  EXPECT_EQ(ComparisonReport("").Table(), "");
}

}  // namespace
}  // namespace mica
