#include "experiments/compare/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kOtherOptimizer[] =
    "name: 'tiny' seed: 7 device: CPU model { linear {} } loss { cross_entropy {} } optimizer { adamw { learning_rate: 0.002 } } "
    "schedule { constant {} } trainer { epochs: 3 }";

std::string TextOf(std::vector<RunResults> runs) {
  return ComparisonText(CompareResults(std::move(runs)));
}

size_t ColumnsOf(absl::string_view line) {
  return std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

void ExpectFits(const std::string& text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) EXPECT_LE(ColumnsOf(line), 100) << line;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ComparisonTextTest, AnswersInTheOrderOfTheQuestions) {
  const std::string right = "11111111111111111110";
  const std::string text = TextOf({ExampleRun("baseline", "11111111110000000000"), ExampleRun("new", right, kOtherOptimizer)});
  EXPECT_EQ(text,
            "2 runs, numbered by rank, in /runs/tiny\n"
            "run  folder    seed  device  threads\n"
            "1    new          7  cpu           2\n"
            "2    baseline    42  cpu           2\n"
            "\n"
            "What was changed\n"
            "field                          run 1   run 2\n"
            "seed                           7       42\n"
            "optimizer                      adamw   sgd\n"
            "optimizer.sgd.learning_rate    absent  0.1\n"
            "optimizer.adamw.learning_rate  0.002   absent\n"
            "and 8 more in comparison.csv: defaults of what only some of the runs have\n"
            "\n"
            "Which is better, on the test split\n"
            "run  accuracy  macro F1    loss  parameters  train s  MiB\n"
            "1      0.9500    0.9500  0.0500        7850     12.5  300\n"
            "2      0.5000    0.5000  0.5000        7850     12.5  300\n"
            "accuracy without looking: chance 0.5000, always the most frequent class \"shirt\" 0.5000\n"
            "\n"
            "Is it luck? Each run against run 1 on the same 20 samples of the test split\n"
            "run  difference  95 % interval       wins  losses       p  Holm p\n"
            "2       -0.4500  -0.6500 to -0.2500     0       9  0.0039  0.0039  run 1 is better\n"
            "difference: in accuracy, with its bootstrap interval; wins, losses: samples that only this run, only\n"
            "the other got right; p: chance of so uneven a count if neither were better (McNemar, exact); Holm p:\n"
            "corrected for the one pair compared. All this is the luck of the test samples; the luck of a seed is\n"
            "seen by repeating.\n"
            "\n"
            "Notes\n"
            "- run 2 is no better than guessing (0.5000)\n");
}

TEST(ComparisonTextTest, SaysWhereLuckCannotBeExcluded) {
  const std::string text = TextOf({ExampleRun("a", "1110"), ExampleRun("b", "0110"), ExampleRun("c", "1110")});
  EXPECT_THAT(text, HasSubstr("\n3       -0.2500  -0.7500 to 0.0000     0       1  1.0000  1.0000  may be luck\n"));
  EXPECT_THAT(text, HasSubstr("\n2        0.0000  0.0000 to 0.0000      0       0  1.0000  1.0000  no difference\n"));
  EXPECT_THAT(text, HasSubstr("What was changed: nothing"));
  EXPECT_THAT(text, HasSubstr("- runs 2, 3 have the seed of another run of the same experiment"));
}

TEST(ComparisonTextTest, RepeatsAreOneLine) {
  EXPECT_THAT(
      TextOf({ExampleRun("a", "1110"), ExampleRun("b", "1100", ExampleExperimentWithSeed(1)), ExampleRun("c", "1000", kOtherOptimizer)}),
      HasSubstr("\nruns  n  mean accuracy      sd     min     max  mean loss  sd loss  experiment\n"
                "1, 2  2         0.6250  0.1768  0.5000  0.7500     0.3750   0.1768  tiny\n"
                "3     1         0.2500          0.2500  0.2500     0.7500           tiny\n"));
  EXPECT_THAT(TextOf({ExampleRun("a", "1110"), ExampleRun("c", "1000", kOtherOptimizer)}), Not(HasSubstr("Repeats")));
}

TEST(ComparisonTextTest, ManyRunsListEachValueWithItsRuns) {
  std::vector<RunResults> runs = {ExampleRun("a", "11111", kOtherOptimizer)};
  for (int i = 0; i < 4; ++i) runs.push_back(ExampleRun(absl::StrCat("b", i), "11110"));
  EXPECT_THAT(TextOf(runs), HasSubstr("\nfield                          value   runs\n"
                                      "seed                           7       1\n"
                                      "                               42      2-5\n"
                                      "optimizer                      adamw   1\n"
                                      "                               sgd     2-5\n"));
}

TEST(ComparisonTextTest, UnfinishedRunsAreShownAsSuch) {
  RunResults failed = UnfinishedExampleRun("f", RunReport::FAILED);
  failed.record.report.set_failure("metrics.csv: no space\nleft \x1b[2J");
  const std::string text = TextOf({UnfinishedExampleRun("u", RunReport::INTERRUPTED), ExampleRun("a", "1110"), failed});
  EXPECT_THAT(text,
              AllOf(HasSubstr("2    u       interrupted    42"), HasSubstr("\nIs it luck? This takes two finished runs\n"),
                    HasSubstr("- runs 2, 3 are not finished"), HasSubstr("- run 3 failed: metrics.csv: no space\\x0aleft \\x1b[2J\n")));
  ExpectFits(text);
}

TEST(ComparisonTextTest, SaysWhyRunsAreNotComparedSampleBySample) {
  RunResults other = ExampleRun("b", "10");
  other.class_names[1] = "hat";
  RunResults validated = ExampleRun("c", "10");
  validated.record.report.set_reported_split("validation");
  validated.summary->metrics = {{"val_accuracy", 0.25}};
  const std::string text = TextOf({ExampleRun("a", "11"), other, validated});
  EXPECT_THAT(text, HasSubstr("- run 2 cannot be ranked against run 1 or compared with it sample by sample: other classes: class 1\n"
                              "  is \"shoe\" and \"hat\"\n"));
  EXPECT_THAT(text, HasSubstr("- run 3 cannot be ranked against run 1 or compared with it sample by sample: other splits: test and\n"
                              "  validation\n"));
  EXPECT_THAT(text, HasSubstr("\nIs it luck? No two runs can be compared sample by sample; the notes say why\n"));
  EXPECT_THAT(text, HasSubstr("\nWhich is better\nrun  split  accuracy"));
  EXPECT_THAT(text, HasSubstr("accuracy without looking (run 2): chance"));
}

TEST(ComparisonTextTest, TimesOnOtherMachinesAreNotRanked) {
  RunResults cuda = ExampleRun("b", "10");
  cuda.record.report.set_device("cuda:0");
  EXPECT_THAT(TextOf({ExampleRun("a", "11"), cuda}),
              AllOf(HasSubstr("- train s does not rank these runs, they ran on different machines or threads (run 1: cpu, 2\n"),
                    HasSubstr("threads, h; run 2: cuda:0, 2 threads, h)\n")));
  EXPECT_THAT(TextOf({ExampleRun("a", "11"), ExampleRun("b", "10")}), Not(HasSubstr("train s does not")));
}

TEST(ComparisonTextTest, ALookAtTheTestSplitIsNamedSo) {
  RunResults seen = ExampleRun("a", "11");
  seen.best_test_accuracy = ColumnPeak{7, 0.5};
  const std::string text = TextOf({seen, ExampleRun("b", "10")});
  EXPECT_THAT(text, AllOf(HasSubstr("test seen"), HasSubstr("0.5000 @7"), HasSubstr("- test seen: the best accuracy")));
}

// Every field at its longest.
RunResults WidestRun(int i) {
  const std::string name = absl::StrCat(std::string(120, 'n'), i, "\xff\x1b[31m", std::string(120, 'm'));
  const std::string text = absl::StrCat("name: '", std::string(200, 'x'), "' seed: ", std::numeric_limits<uint64_t>::max() - i,
                                        " dataset { idx { folder: '/", std::string(150, 'd'), i, "' } class_names: ['",
                                        std::string(100, 'c'), "', '", i, "'] } trainer { epochs: 3 max_steps: ", i + 1, " }");
  RunResults run = ExampleRun(name, i % 2 == 0 ? "111011" : "110000", text);
  run.class_names[0] = std::string(300, 'c');
  run.record.folder = absl::StrCat("/", std::string(150, 'r'), i % 7, "/", name);
  run.record.report.set_experiment(std::string(200, 'x'));
  run.record.report.set_host(std::string(200, 'h') + std::to_string(i % 3));
  run.record.report.set_device("cuda:15");
  run.summary->parameters = std::numeric_limits<int64_t>::max();
  run.summary->train_seconds = 1e300;
  run.summary->peak_memory_mib = 1e7;
  run.summary->best_epoch = 16777215;
  run.summary->metrics["test_loss"] = std::numeric_limits<double>::max();
  run.summary->metrics["val_accuracy"] = 0.5;
  run.best_test_accuracy = ColumnPeak{16777215, 0.5};
  if (i % 5 == 4) {
    run.record.report.set_reported_split("validation");
    run.summary->metrics["val_accuracy"] = 0.25;
  }
  return run;
}

TEST(ComparisonTextTest, NoLineIsLongerThanTheTerminal) {
  for (const int count : {2, 3, 4, 5, 50}) {
    std::vector<RunResults> runs;
    for (int i = 0; i < count; ++i) runs.push_back(WidestRun(i));
    runs.push_back(UnfinishedExampleRun(std::string(250, 'u'), RunReport::INTERRUPTED));
    SCOPED_TRACE(count);
    ExpectFits(TextOf(runs));
  }
}

// Cutting long lines must not hide figures of an ordinary comparison.
TEST(ComparisonTextTest, OrdinaryFiguresAreNeverCut) {
  std::vector<RunResults> runs;
  for (int i = 0; i < 50; ++i) {
    RunResults run =
        ExampleRun(absl::StrCat("20261124-00", i), i % 2 == 0 ? "1110" : "1100", i % 3 == 0 ? kOtherOptimizer : kExampleExperiment);
    run.summary->parameters = 1234567890;
    run.summary->train_seconds = 86400;
    run.summary->peak_memory_mib = 80000;
    run.summary->best_epoch = 300;
    run.summary->metrics["val_accuracy"] = 0.5;
    run.best_test_accuracy = ColumnPeak{300, 0.5};
    if (i % 5 == 0) run.record.report.set_reported_split("validation");
    runs.push_back(std::move(run));
  }
  const std::string text = TextOf(runs);
  ExpectFits(text);
  const size_t begin = text.find("Which is better");
  EXPECT_THAT(text.substr(begin, text.find("Repeats") - begin), Not(HasSubstr("…")));
}

}  // namespace
}  // namespace mica
