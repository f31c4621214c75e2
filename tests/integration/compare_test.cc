// mica compare over runs that mica trained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

namespace fs = std::filesystem;

// Runs a (SGD), b (SGD, another seed) and c (AdamW) of the tiny experiment, trained once.
class CompareTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    trained_ = new TinyExperiment("compare_trained");
    for (const auto& [run, set] : std::vector<std::pair<std::string, std::string>>{
             {"a", ""}, {"b", "seed: 7"}, {"c", "optimizer { adamw { learning_rate: 1e-5 } } trainer { epochs: 1 }"}}) {
      const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=" + run, "--set=" + set}, trained_->folder()});
      ASSERT_EQ(result.exit_code, 0) << result;
    }
  }
  static void TearDownTestSuite() { delete trained_; }

  // Each test gets its own copy of the runs.
  void SetUp() override {
    fs::remove_all(folder_);
    fs::copy(trained_->folder(), folder_, fs::copy_options::recursive);
  }

  MicaResult Compare(std::vector<std::string> words) const {
    words.insert(words.begin(), "compare");
    return RunMica({words, folder_});
  }

  std::string Run(const std::string& name) const { return absl::StrCat(folder_, "/runs/tiny/", name); }

  void Replace(const std::string& file, const std::string& from, const std::string& to) const {
    const std::string text = ReadTestFile(file);
    const std::string replaced = absl::StrReplaceAll(text, {{from, to}});
    EXPECT_NE(text, replaced);
    WriteTestFile(file, replaced);
  }

  static TinyExperiment* trained_;
  const std::string folder_ = absl::StrCat(testing::TempDir(), "/compare_copy");
};

TinyExperiment* CompareTest::trained_ = nullptr;

void ExpectFits(const std::string& text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    EXPECT_LE(columns, 100) << line;
  }
}

TEST_F(CompareTest, ThreeRunsGiveTablesAndFilesThatAgree) {
  const MicaResult result = Compare({"runs/tiny/a", "runs/tiny/b/", "runs/tiny/c"});
  ASSERT_EQ(result.exit_code, 0) << result;

  ExpectFits(result.out);
  EXPECT_THAT(result.out, AllOf(HasSubstr("What was changed"), HasSubstr("Which is better, on the test split"),
                                HasSubstr("on the same 24 samples of the test split"), HasSubstr("Repeats"),
                                HasSubstr("Written to runs/tiny/\n"), HasSubstr("/experiment.textproto --set='seed: ")));
  const TestTable runs = ReadTestCsv(folder_ + "/runs/tiny/comparison.csv");
  ASSERT_THAT(runs.rows, SizeIs(3));
  for (size_t row = 0; row < 3; ++row) {
    const TestTable summary = ReadTestCsv(Run(runs.Column("run")[row]) + "/summary.csv");
    for (const char* const column : {"test_accuracy", "test_loss", "test_macro_f1", "parameters", "seed", "train_seconds"}) {
      EXPECT_EQ(runs.Column(column)[row], summary.Cell(column)) << column;
    }
  }
  const std::vector<std::string> names = runs.Column("run");
  const size_t c = std::find(names.begin(), names.end(), "c") - names.begin();
  EXPECT_EQ(runs.Column("config.optimizer")[c], "adamw");
  EXPECT_EQ(runs.Column("config.trainer.epochs")[c], "1");
  std::vector<std::string> groups = runs.Column("group");
  groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(c));
  EXPECT_EQ(groups[0], groups[1]) << "a and b differ in their seeds alone";

  const TestTable pairs = ReadTestCsv(folder_ + "/runs/tiny/comparison_pairs.csv");
  EXPECT_THAT(pairs.Column("n"), ElementsAre("24", "24", "24"));
  EXPECT_THAT(pairs.Column("accuracy_a"),
              ElementsAre(runs.Column("test_accuracy")[0], runs.Column("test_accuracy")[0], runs.Column("test_accuracy")[1]));
  EXPECT_THAT(pairs.Column("reason"), Each(""));
  EXPECT_THAT(ReadTestCsv(folder_ + "/runs/tiny/comparison_groups.csv").rows, SizeIs(2));
}

// One of the two runs is better. In one of the cases, its seed plus one would be the seed of the
// other.
TEST_F(CompareTest, TheRepeatThatIsProposedHasASeedOfItsOwn) {
  for (const auto& [other_seed, proposed] : {std::pair(43, 44), std::pair(41, 43)}) {
    SCOPED_TRACE(other_seed);
    fs::remove_all(Run("b"));
    fs::copy(trained_->folder() + "/runs/tiny/b", Run("b"), fs::copy_options::recursive);
    Replace(Run("b") + "/run.textproto", "seed: 7\n", absl::StrCat("seed: ", other_seed, "\n"));

    EXPECT_THAT(Compare({"runs/tiny/a", "runs/tiny/b"}).out, HasSubstr(absl::StrCat("--set='seed: ", proposed, "'\n")));
  }
}

TEST_F(CompareTest, TheSameRunsGiveTheSameBytesAndReplaceTheFiles) {
  ASSERT_EQ(Compare({"runs/tiny/a", "runs/tiny/b"}).exit_code, 0);
  const std::string runs = ReadTestFile(folder_ + "/runs/tiny/comparison.csv");
  const std::string pairs = ReadTestFile(folder_ + "/runs/tiny/comparison_pairs.csv");
  WriteTestFile(folder_ + "/runs/tiny/comparison.csv", "old");

  ASSERT_EQ(Compare({"runs/tiny/a", "runs/tiny/b", "--output_dir=runs/tiny"}).exit_code, 0);

  EXPECT_EQ(ReadTestFile(folder_ + "/runs/tiny/comparison.csv"), runs);
  EXPECT_EQ(ReadTestFile(folder_ + "/runs/tiny/comparison_pairs.csv"), pairs);
}

TEST_F(CompareTest, FilesOfAnEarlierComparisonAreNoRuns) {
  const std::vector<std::string> everything = {"runs/tiny/a", "runs/tiny/b", "runs/tiny/comparison.csv", "runs/tiny/comparison_groups.csv",
                                               "runs/tiny/comparison_pairs.csv"};
  EXPECT_EQ(Compare(everything).exit_code, 3) << "they are not there yet";
  ASSERT_EQ(Compare({"runs/tiny/a", "runs/tiny/b"}).exit_code, 0);
  EXPECT_EQ(Compare(everything).exit_code, 0);
  const MicaResult alone = Compare({"runs/tiny/a", "runs/tiny/comparison.csv"});
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_THAT(alone.err, HasSubstr("name two runs"));
}

TEST_F(CompareTest, FiftyRuns) {
  std::vector<std::string> words;
  for (int i = 0; i < 50; ++i) {
    const std::string name = absl::StrCat("copy", i, std::string(100, 'x'));
    fs::copy(Run(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c"), Run(name), fs::copy_options::recursive);
    words.push_back("runs/tiny/" + name);
  }
  words.push_back("--output_dir=out/deep");

  const MicaResult result = Compare(words);

  ASSERT_EQ(result.exit_code, 0) << result;
  ExpectFits(result.out.substr(0, result.out.find("\nWritten to")));
  EXPECT_THAT(result.out, HasSubstr("all 1225 pairs"));
  EXPECT_THAT(ReadTestCsv(folder_ + "/out/deep/comparison.csv").rows, SizeIs(50));
  EXPECT_THAT(ReadTestCsv(folder_ + "/out/deep/comparison_pairs.csv").rows, SizeIs(1225));
}

TEST_F(CompareTest, AnUnfinishedRunIsShownWithWhatItHas) {
  // Its process is gone, so it was killed.
  Replace(Run("b") + "/run.textproto", "state: FINISHED", "state: RUNNING");
  Replace(Run("b") + "/run.textproto", "reported_split: \"test\"", "");
  fs::remove(Run("b") + "/summary.csv");
  fs::remove(Run("b") + "/predictions.csv");
  const std::string metrics = ReadTestFile(Run("b") + "/metrics.csv");
  WriteTestFile(Run("b") + "/metrics.csv", metrics.substr(0, metrics.size() - 20));

  const MicaResult result = Compare({"runs/tiny/b", "runs/tiny/a", "runs/tiny/c"});

  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr("3    b       interrupted"), HasSubstr("- run 3 is not finished")));
  EXPECT_THAT(ReadTestCsv(folder_ + "/runs/tiny/comparison_pairs.csv").Column("reason"),
              ElementsAre("", "run 3 was interrupted", "run 3 was interrupted"));
}

TEST_F(CompareTest, ARunThatASignalStoppedTakesPart) {
  MicaProcess train({{"train", "x.textproto", "--run_name=stopped", "--set=trainer { epochs: 1000000 }"}, folder_});
  ASSERT_TRUE(train.WaitForError("epoch 2/"));
  train.Signal(SIGTERM);
  ASSERT_EQ(train.Wait().exit_code, 75);

  const MicaResult result = Compare({"runs/tiny/a", "runs/tiny/stopped"});

  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("2    stopped  interrupted"));
}

TEST_F(CompareTest, EveryBrokenOrForeignFolderIsReportedAtOnce) {
  fs::create_directory(folder_ + "/foreign");
  Replace(Run("b") + "/predictions.csv", "\n", "\n\"");
  fs::remove(Run("c") + "/class_map.csv");

  const MicaResult result = Compare({"runs/tiny/a", "runs/tiny/b", "runs/tiny/c", "foreign", "none", "x.textproto"});

  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, AllOf(HasSubstr("runs/tiny/b/predictions.csv:"), HasSubstr("runs/tiny/c/class_map.csv: "),
                                HasSubstr("/foreign: holds no run.textproto"), HasSubstr("/none: no such run folder"),
                                HasSubstr("/x.textproto: is a file")));
  EXPECT_THAT(result.err, Not(HasSubstr("runs/tiny/a/")));
  EXPECT_FALSE(fs::exists(folder_ + "/comparison.csv"));
}

TEST_F(CompareTest, BadCommandLines) {
  EXPECT_EQ(Compare({}).exit_code, 1);
  EXPECT_EQ(Compare({"runs/tiny/a"}).exit_code, 1);
  EXPECT_EQ(Compare({"runs/tiny/a", "runs/tiny/b", "--output_dir="}).exit_code, 1);
  EXPECT_EQ(Compare({"runs/tiny/a", "${UNSET_FOLDER}"}).exit_code, 1);
  const MicaResult twice = Compare({"runs/tiny/a", "./runs/../runs/tiny/a"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("given twice"));
  const MicaResult help = Compare({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  ExpectFits(help.out);
}

TEST_F(CompareTest, AFolderThatCannotBeWrittenIsNamedWithTheWayOut) {
  WriteTestFile(folder_ + "/file", "");

  const MicaResult result = Compare({"runs/tiny/a", "runs/tiny/b", "--output_dir=file/below"});

  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("/file"), HasSubstr("--output_dir=FOLDER")));
  EXPECT_THAT(result.out, HasSubstr("Which is better")) << "the tables were worth printing";
}

TEST_F(CompareTest, AFullStandardOutputIsAnError) {
  MicaCommand command = {{"compare", "runs/tiny/a", "runs/tiny/b"}, folder_};
  command.stdout_file = "/dev/full";
  EXPECT_EQ(RunMica(command).exit_code, 5);

  command.stdout_file = "";
  command.stdout_has_no_reader = true;
  EXPECT_EQ(RunMica(command).exit_code, 0) << "compare … | head";
}

// mica runs over the same runs.
TEST_F(CompareTest, AFolderStandsForAllRunsBelowIt) {
  Replace(Run("c") + "/predictions.csv", "\n", "\n\"");
  const MicaResult result = Compare({"runs", Run("a")});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: left out: "), HasSubstr("c/predictions.csv")));
  EXPECT_THAT(result.out, HasSubstr("2 runs, numbered by rank"));
  const std::vector<std::string> files = FilesBelow(folder_ + "/runs/tiny");
  EXPECT_THAT(files, testing::IsSupersetOf({"comparison.html", "comparison.md", "comparison.tex", "disagreements.csv"}));
  EXPECT_THAT(files, testing::Contains("comparison_plots/accuracy_seconds.svg"));
}

TEST_F(CompareTest, RunsAreChosenAndNumberedAsAskedFor) {
  EXPECT_EQ(Compare({"runs", "--filter=optimizer=sgd"}).exit_code, 0);
  EXPECT_THAT(ReadTestCsv(folder_ + "/runs/tiny/comparison.csv").rows, SizeIs(2));
  EXPECT_EQ(Compare({"runs", "--sort=-test_loss"}).exit_code, 0);
  const std::vector<std::string> losses = ReadTestCsv(folder_ + "/runs/tiny/comparison.csv").Column("test_loss");
  EXPECT_GT(std::stod(losses.at(0)), std::stod(losses.at(2)));
  const MicaResult one = Compare({"runs", "--filter=optimizer=adamw"});
  EXPECT_EQ(one.exit_code, 1) << one;
  EXPECT_THAT(one.err, HasSubstr("one run alone is left to compare"));
}

TEST_F(CompareTest, NoConditionHidesThatANamedRunIsNotThere) {
  const MicaResult result = Compare({"runs/tiny/a", "runs/tiny/b", "runs/tiny/tpyo", "--filter=state=finished"});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr("runs/tiny/tpyo: no such run folder"));
}

// Of runs whose samples differ there are no disagreements, so none may stay.
TEST_F(CompareTest, NothingOfAnEarlierComparisonStays) {
  fs::create_directories(folder_ + "/out/comparison_plots");
  WriteTestFile(folder_ + "/out/disagreements.png", "old");
  WriteTestFile(folder_ + "/out/disagreements.csv", "old");
  WriteTestFile(folder_ + "/out/comparison_plots/curves.svg", "old");
  Replace(Run("c") + "/run.textproto", "dataset_fingerprint: \"", "dataset_fingerprint: \"0");
  const std::vector<std::string> words = {"runs/tiny/a", "runs/tiny/c", "--output_dir=out"};
  for (const std::string run : {"a", "c"}) {
    const std::string metrics = ReadTestFile(Run(run) + "/metrics.csv");
    WriteTestFile(Run(run) + "/metrics.csv", metrics.substr(0, metrics.find('\n') + 1));  // no curves
  }
  const MicaResult result = Compare(words);
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, Not(HasSubstr("disagreements")));
  EXPECT_THAT(FilesBelow(folder_ + "/out"), Not(testing::Contains(testing::AnyOf(HasSubstr("disagreements"), HasSubstr("curves")))));
}

TEST(CompareDataTest, DataThatAreGoneCostThePictureAlone) {
  const TinyExperiment tiny("compare_gone");
  for (const std::string run : {"a", "b"}) {
    const std::string set = run == "b" ? "--set=optimizer { sgd { learning_rate: 1e-6 } } trainer { epochs: 1 }" : "--set=seed: 42";
    ASSERT_EQ(RunMica({{"train", "x.textproto", "--run_name=" + run, set}, tiny.folder()}).exit_code, 0);
  }
  EXPECT_EQ(RunMica({{"compare", "runs"}, tiny.folder()}).exit_code, 0);
  EXPECT_TRUE(fs::exists(tiny.Path("runs/tiny/disagreements.png")));
  fs::remove(tiny.Path("runs/tiny/disagreements.png"));
  fs::remove_all(tiny.Path("data"));
  const MicaResult result = RunMica({{"compare", "runs"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: no picture of disagreements: "), HasSubstr("/data")));
  EXPECT_TRUE(fs::exists(tiny.Path("runs/tiny/disagreements.csv")));
  EXPECT_FALSE(fs::exists(tiny.Path("runs/tiny/disagreements.png")));
}

TEST_F(CompareTest, RunsAreListedSortedAndFiltered) {
  const MicaResult all = RunMica({{"runs"}, folder_});
  const MicaResult best = RunMica({{"runs", "runs/tiny", "--filter=optimizer=sgd", "--sort=test_loss", "--csv=runs.csv"}, folder_});

  EXPECT_EQ(all.exit_code, 0) << all;
  EXPECT_THAT(all.out, AllOf(HasSubstr("tiny/a"), HasSubstr("tiny/b"), HasSubstr("tiny/c"), HasSubstr("\n3 runs in runs\n")));
  EXPECT_EQ(best.exit_code, 0) << best;
  EXPECT_THAT(best.out, AllOf(HasSubstr("test_loss  optimizer\n"), HasSubstr("\n2 of 3 runs in runs/tiny\n")));
  const TestTable rows = ReadTestCsv(folder_ + "/runs.csv");
  const std::vector<std::string> losses = rows.Column("test_loss");
  ASSERT_THAT(losses, SizeIs(2));
  EXPECT_LE(std::stod(losses[0]), std::stod(losses[1]));
}

TEST_F(CompareTest, RunsThatAreDamagedAreListedAndMistakesNamed) {
  fs::remove(Run("a") + "/summary.csv");
  const MicaResult damaged = RunMica({{"runs"}, folder_});
  const MicaResult misspelt = RunMica({{"runs", "--sort=tset_loss"}, folder_});
  const MicaResult nowhere = RunMica({{"runs", "none"}, folder_});

  EXPECT_EQ(damaged.exit_code, 0) << damaged;
  EXPECT_THAT(damaged.out, AllOf(HasSubstr("a/summary.csv: cannot open"), HasSubstr("3 runs in runs")));
  EXPECT_EQ(misspelt.exit_code, 1) << misspelt;
  EXPECT_THAT(misspelt.err, HasSubstr("did you mean \"test_loss\"?"));
  EXPECT_EQ(nowhere.exit_code, 3) << nowhere;
  EXPECT_THAT(nowhere.err, HasSubstr("none: no such folder"));
}

}  // namespace
}  // namespace mica
