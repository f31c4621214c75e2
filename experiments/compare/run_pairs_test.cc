#include "experiments/compare/run_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(PairRunsTest, ComparesEveryTwoRunsOnTheSameSamples) {
  const PairedRuns paired = PairRuns({ExampleRun("a", "1111111100"), ExampleRun("b", "1111000001"), ExampleRun("c", "1111111100")});

  ASSERT_THAT(paired.pairs, SizeIs(3));
  EXPECT_THAT(paired.same_samples, ElementsAre(ElementsAre(0, 1, 2)));
  const RunPair& pair = paired.Between(0, 1);
  EXPECT_EQ(pair.reason, "");
  EXPECT_EQ(pair.counts.both_right, 4);
  EXPECT_EQ(pair.counts.only_a_right, 4);
  EXPECT_EQ(pair.counts.only_b_right, 1);
  EXPECT_DOUBLE_EQ(pair.p, 2 * 6 / 32.0);
  EXPECT_EQ(pair.holm_p, 1) << "three tests";
  EXPECT_LT(pair.interval.low, 0.3);
  EXPECT_GT(pair.interval.high, 0.3);
  EXPECT_EQ(paired.Between(0, 2).p, 1);
  EXPECT_EQ(paired.Between(1, 2).counts.only_b_right, 4);
}

struct Other {
  const char* what;
  std::function<void(RunResults*)> change;
  std::string reason;
};

std::ostream& operator<<(std::ostream& stream, const Other& other) {
  return stream << other.what;
}

class IncomparableRunsTest : public testing::TestWithParam<Other> {};

TEST_P(IncomparableRunsTest, SaysWhy) {
  RunResults other = ExampleRun("b", "1100");
  GetParam().change(&other);

  const PairedRuns paired = PairRuns({ExampleRun("a", "1110"), other});

  EXPECT_EQ(paired.pairs[0].reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Differences, IncomparableRunsTest,
    testing::Values(
        Other{"state", [](RunResults* run) { *run = UnfinishedExampleRun("b", RunReport::INTERRUPTED); }, "run 2 was interrupted"},
        Other{"no split",
              [](RunResults* run) {
                run->samples.reset();
                run->record.report.clear_reported_split();
              },
              "run 2 has neither a test nor a validation split"},
        Other{"class names", [](RunResults* run) { run->class_names[1] = "a\nshoe"; },
              "other classes: class 1 is \"shoe\" and \"a\\nshoe\""},
        Other{"blanks in a name", [](RunResults* run) { run->class_names[1] = "shoe "; },
              "other classes: class 1 is \"shoe\" and \"shoe \" (they differ in blanks)"},
        Other{"capitals in a name", [](RunResults* run) { run->class_names[1] = "Shoe"; },
              "other classes: class 1 is \"shoe\" and \"Shoe\" (they differ in capitals)"},
        Other{"class count", [](RunResults* run) { run->class_names.emplace_back("hat"); }, "other classes: 2 and 3"},
        Other{"data", [](RunResults* run) { run->record.report.set_dataset_fingerprint("e"); },
              "other data: another data set, or other files or splits of it"},
        Other{"split", [](RunResults* run) { run->record.report.set_reported_split("validation"); }, "other splits: test and validation"},
        Other{"ids", [](RunResults* run) { run->samples->ids.back() = 999; }, "other samples: 4 and 4, 3 in common"},
        Other{"truths", [](RunResults* run) { run->samples->truths[1] = 0; }, "other labels: sample 101 is of class 1 and 0"}));

TEST(PairRunsTest, RunsOnOtherDataAreComparedAmongThemselves) {
  RunResults b = ExampleRun("b", "10");
  b.record.report.set_dataset_fingerprint("e");
  RunResults d = ExampleRun("d", "11");
  d.record.report.set_dataset_fingerprint("e");

  const PairedRuns paired = PairRuns({ExampleRun("a", "11"), b, ExampleRun("c", "01"), d, UnfinishedExampleRun("e", RunReport::FAILED)});

  EXPECT_THAT(paired.same_samples, ElementsAre(ElementsAre(0, 2), ElementsAre(1, 3)));
  EXPECT_EQ(paired.Between(0, 2).reason, "");
  EXPECT_EQ(paired.Between(1, 3).reason, "");
  EXPECT_NE(paired.Between(0, 1).reason, "");
  EXPECT_EQ(paired.Between(3, 4).reason, "run 5 failed");
}

TEST(PairRunsTest, HolmCountsOnlyWhatWasCompared) {
  RunResults other = ExampleRun("c", "1111111111");
  other.record.report.set_dataset_fingerprint("e");
  const PairedRuns paired = PairRuns({ExampleRun("a", "1111111111"), ExampleRun("b", "0000000000"), other});
  EXPECT_EQ(paired.Between(0, 1).p, 2 / 1024.0);
  EXPECT_EQ(paired.Between(0, 1).holm_p, 2 / 1024.0);
}

TEST(PairRunsTest, FiftyRunsOfTenThousandSamplesTakeSeconds) {
  Rng rng(/*seed=*/42, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
  std::vector<RunResults> runs;
  for (int i = 0; i < 50; ++i) {
    std::string right(10000, '0');
    for (char& sample : right) sample = rng.UniformBelow(10) < 8 ? '1' : '0';
    runs.push_back(ExampleRun(absl::StrCat("r", i), right));
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(PairRuns(runs).pairs, SizeIs(1225));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(PairRunsTest, NoRunsMakeNoPairs) {
  EXPECT_THAT(PairRuns({}).pairs, IsEmpty());
}

TEST(RunPairsTest, ManyRunsArePairedWithTheFirstOfAllAndOfTheirSamples) {
  std::vector<RunResults> runs;
  for (size_t i = 0; i <= kMostPairedRuns; ++i) runs.push_back(ExampleRun(absl::StrCat(i), i % 2 == 0 ? "1101" : "110"));
  const PairedRuns paired = PairRuns(runs);
  EXPECT_EQ(paired.pairs.size(), kMostPairedRuns + kMostPairedRuns / 2 - 1) << "with run 0, and with run 1";
  EXPECT_EQ(paired.Between(1, 3).reason, "");
  EXPECT_EQ(paired.Between(0, 50).reason, "");
  EXPECT_NE(paired.Between(0, 1).reason, "");
}

}  // namespace
}  // namespace mica
