// mica train from outside: what a run folder holds, that its files agree with each other, and that
// a run can be repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/fingerprint.h"
#include "base/testing/test_files.h"
#include "eval/report/run_report.pb.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kWithValidation[] = "dataset { validation_fraction: 0.25 } ";

MicaResult Train(const TinyExperiment& tiny, const std::string& run, const std::string& set = "") {
  std::vector<std::string> arguments = {"train", "x.textproto", "--run_name=" + run};
  if (!set.empty()) arguments.push_back("--set=" + set);
  return RunMica({arguments, tiny.folder()});
}

// The run folder's files that two equal runs share to the byte.
void ExpectSameResults(const std::string& run, const std::string& other) {
  for (const std::string name :
       {"metrics.csv", "summary.csv", "per_class.csv", "confusion_matrix.csv", "predictions.csv", "class_map.csv"}) {
    EXPECT_EQ(MaskedCsv(absl::StrCat(run, "/", name)), MaskedCsv(absl::StrCat(other, "/", name))) << name;
  }
  const std::string latest = NamedCheckpoint(run + "/checkpoints", "latest");
  EXPECT_EQ(latest, NamedCheckpoint(other + "/checkpoints", "latest"));
  const std::string weights = absl::StrCat("/checkpoints/", latest, "/model.safetensors");
  EXPECT_TRUE(ReadTestFile(run + weights) == ReadTestFile(other + weights));
}

// Accuracy and loss of summary.csv, the confusion matrix and per_class.csv all follow from
// predictions.csv.
void ExpectMetricsFollowFromPredictions(const std::string& run, absl::string_view split) {
  const TestTable predictions = ReadTestCsv(run + "/predictions.csv");
  const TestTable summary = ReadTestCsv(run + "/summary.csv");
  const TestTable matrix = ReadTestCsv(run + "/confusion_matrix.csv");
  const TestTable per_class = ReadTestCsv(run + "/per_class.csv");
  ASSERT_THAT(matrix.rows, SizeIs(3));
  const std::vector<std::string> truths = predictions.Column("truth");
  const std::vector<std::string> guesses = predictions.Column("prediction");
  const std::vector<std::string> losses = predictions.Column("loss");
  std::vector<std::vector<int>> counts(3, std::vector<int>(3));
  double loss = 0;
  int correct = 0;
  for (size_t i = 0; i < truths.size(); ++i) {
    ++counts.at(std::atoi(truths[i].c_str())).at(std::atoi(guesses[i].c_str()));
    correct += truths[i] == guesses[i];
    loss += std::strtod(losses[i].c_str(), nullptr);
    EXPECT_EQ(predictions.Column("correct")[i], truths[i] == guesses[i] ? "1" : "0");
  }
  EXPECT_DOUBLE_EQ(summary.Number(absl::StrCat(split, "_accuracy")), static_cast<double>(correct) / truths.size());
  EXPECT_NEAR(summary.Number(absl::StrCat(split, "_loss")), loss / truths.size(), 1e-12);
  for (int truth = 0; truth < 3; ++truth) {
    int support = 0;
    for (int guess = 0; guess < 3; ++guess) {
      EXPECT_EQ(matrix.rows[truth][guess + 1], absl::StrCat(counts[truth][guess]));
      support += counts[truth][guess];
    }
    EXPECT_EQ(per_class.Column("support")[truth], absl::StrCat(support));
  }
}

int Sum(const std::vector<std::string>& numbers) {
  int sum = 0;
  for (const std::string& number : numbers) sum += std::atoi(number.c_str());
  return sum;
}

struct Variant {
  std::string name;
  std::string set;
  std::string optimizer;
  std::string schedule;
};

std::ostream& operator<<(std::ostream& stream, const Variant& variant) {
  return stream << variant.set;
}

class RunFolderTest : public testing::TestWithParam<Variant> {};

TEST_P(RunFolderTest, HoldsFilesThatAgree) {
  const TinyExperiment tiny("folder_" + GetParam().name);
  const MicaResult result = Train(tiny, "a", GetParam().set);
  ASSERT_EQ(result.exit_code, 0) << result;
  const std::string run = tiny.RunPath("a", "");
  const bool has_validation = absl::StrContains(GetParam().set, kWithValidation);
  const auto report = ReadTextproto<RunReport>(run + "run.textproto");

  std::vector<std::string> files = FilesBelow(run);
  // Of checkpoints there are more below; the names of events have the time in them.
  const auto is_of_others = [](const std::string& name) {
    return absl::StartsWith(name, "checkpoints/step-") || absl::StartsWith(name, "events.out.tfevents.");
  };
  files.erase(std::remove_if(files.begin(), files.end(), is_of_others), files.end());
  std::vector<std::string> expected = {"checkpoints/best", "checkpoints/latest",   "class_map.csv",     "confusion_matrix.csv",
                                       "curves.csv",       "experiment.textproto", "intervals.csv",     "log.txt",
                                       "metrics.csv",      "most_confused.csv",    "parameters.csv",    "per_class.csv",
                                       "predictions.csv",  "reliability.csv",      "risk_coverage.csv", "run.textproto",
                                       "summary.csv",      "threshold_sweep.csv"};
  if (!has_validation) expected.erase(expected.begin());
  EXPECT_EQ(files, expected);
  const std::string reported = NamedCheckpoint(run + "checkpoints", has_validation ? "best" : "latest");
  EXPECT_EQ(report.reported_checkpoint(), reported);
  for (const std::string& checkpoint : {reported, NamedCheckpoint(run + "checkpoints", "latest")}) {
    EXPECT_EQ(ExpectWholeCheckpoint(run + "checkpoints", checkpoint).experiment(), ReadTestFile(run + "experiment.textproto"));
  }

  EXPECT_EQ(report.state(), RunReport::FINISHED);
  EXPECT_EQ(report.stopped_because(), "3 of 3 epochs done");
  EXPECT_EQ(report.experiment_fingerprint(), FormatFingerprint(Fingerprint(ReadTestFile(run + "experiment.textproto"))));
  EXPECT_EQ(report.has_best_epoch(), has_validation);

  const TestTable summary = ReadTestCsv(run + "summary.csv");
  EXPECT_THAT(summary.rows, SizeIs(1));
  EXPECT_EQ(summary.Cell("run"), "a");
  EXPECT_EQ(summary.Cell("optimizer"), GetParam().optimizer);
  EXPECT_EQ(summary.Cell("schedule"), GetParam().schedule);
  EXPECT_EQ(summary.Cell("best_epoch"), has_validation ? absl::StrCat(report.best_epoch()) : "");
  EXPECT_EQ(summary.Cell("val_accuracy").empty(), !has_validation);
  EXPECT_EQ(summary.Cell("class_map_fingerprint"), report.class_map_fingerprint());
  ExpectMetricsFollowFromPredictions(run, "test");

  const TestTable metrics = ReadTestCsv(run + "metrics.csv");
  EXPECT_THAT(metrics.Column("epoch"), ElementsAre("1", "2", "3"));
  EXPECT_EQ(summary.Cell("val_loss"), has_validation ? metrics.Column("val_loss")[report.best_epoch() - 1] : "");
  EXPECT_THAT(metrics.Column("test_accuracy"), ElementsAre("", "", ""));

  const TestTable class_map = ReadTestCsv(run + "class_map.csv");
  EXPECT_THAT(class_map.Column("name"), ElementsAre("0", "1", "2"));
  EXPECT_EQ(Sum(class_map.Column("train")) + Sum(class_map.Column("validation")), 48);
  EXPECT_EQ(Sum(class_map.Column("validation")) > 0, has_validation);
  EXPECT_THAT(class_map.Column("test"), ElementsAre("8", "8", "8"));

  EXPECT_THAT(result.out, HasSubstr("Everything is in runs/tiny/a/")) << "relative to where the user stands";
}

INSTANTIATE_TEST_SUITE_P(
    Train, RunFolderTest,
    testing::Values(
        Variant{"plain", "", "sgd", "constant"}, Variant{"validation", kWithValidation, "sgd", "constant"},
        Variant{"adam", "optimizer { adam { learning_rate: 1e-2 } } schedule { cosine {} warmup { steps: 4 } }", "adam", "cosine"},
        Variant{"adamw", absl::StrCat(kWithValidation, "optimizer { adamw { learning_rate: 1e-2 } } schedule { linear {} }"), "adamw",
                "linear"},
        Variant{"momentum",
                "optimizer { sgd { momentum: 0.9 nesterov: true } } schedule { step { every_epochs: 1 } } model { linear_relu {} }", "sgd",
                "step"},
        Variant{"vgg",
                absl::StrCat(kWithValidation,
                             "model { tiny_vgg { hidden_channels: 4 } } schedule { exponential { every_epochs: 1 gamma: 0.5 } } "
                             "evaluation { select_by: VAL_LOSS } loss { cross_entropy { label_smoothing: 0.1 } } "
                             "trainer { clip_gradient_norm: 1 } checkpoint { keep_all: true }"),
                "sgd", "exponential"}),
    [](const auto& info) { return info.param.name; });

TEST(TrainTest, LearnsTheTinyData) {
  const TinyExperiment tiny("learns");
  const MicaResult result = Train(tiny, "a", "trainer { epochs: 10 }");
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_GT(ReadTestCsv(tiny.RunPath("a", "summary.csv")).Number("test_accuracy"), 0.9) << result;
}

TEST(TrainTest, TheSameExperimentTwiceGivesTheSameBytes) {
  const TinyExperiment tiny("twice");
  const std::string set = absl::StrCat(kWithValidation, "optimizer { adamw { learning_rate: 1e-2 } } model { tiny_vgg {} }");
  ASSERT_EQ(Train(tiny, "a", set).exit_code, 0);
  ASSERT_EQ(Train(tiny, "b", set).exit_code, 0);
  ExpectSameResults(tiny.RunPath("a", ""), tiny.RunPath("b", ""));
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "experiment.textproto")), ReadTestFile(tiny.RunPath("b", "experiment.textproto")));
}

TEST(TrainTest, AnotherSeedGivesAnotherRun) {
  const TinyExperiment tiny("seed");
  ASSERT_EQ(Train(tiny, "a").exit_code, 0);
  ASSERT_EQ(Train(tiny, "b", "seed: 43").exit_code, 0);
  EXPECT_NE(MaskedCsv(tiny.RunPath("a", "metrics.csv")), MaskedCsv(tiny.RunPath("b", "metrics.csv")));
}

TEST(TrainTest, TheResolvedExperimentRepeatsTheRunFromAnywhere) {
  const TinyExperiment tiny("repeat");
  WriteTestFile(tiny.Path("derived.textproto"), "include: \"x.textproto\" schedule { cosine {} } seed: 18446744073709551615");
  const MicaResult first =
      RunMica({{"train", "derived.textproto", "--run_name=a", absl::StrCat("--set=", kWithValidation)}, tiny.folder()});
  ASSERT_EQ(first.exit_code, 0) << first;
  const std::string elsewhere = MakeTestFolder("repeat_elsewhere");
  std::filesystem::copy_file(tiny.RunPath("a", "experiment.textproto"), elsewhere + "/copy.textproto");
  const MicaResult second = RunMica({{"train", "copy.textproto", "--run_name=b"}, elsewhere});
  ASSERT_EQ(second.exit_code, 0) << second;
  ExpectSameResults(tiny.RunPath("a", ""), elsewhere + "/runs/tiny/b");
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "experiment.textproto")), ReadTestFile(elsewhere + "/runs/tiny/b/experiment.textproto"));
}

// Sums may differ in their last bits, but the order of the samples may not: another order would
// change the losses far more.
TEST(TrainTest, ThreadsDoNotChangeTheOrderOfSamples) {
  const TinyExperiment tiny("threads");
  ASSERT_EQ(Train(tiny, "a", "trainer { cpu_threads: 1 }").exit_code, 0);
  ASSERT_EQ(Train(tiny, "b", "trainer { cpu_threads: 3 }").exit_code, 0);
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "class_map.csv")), ReadTestFile(tiny.RunPath("b", "class_map.csv")));
  for (const char* const column : {"train_loss", "train_accuracy", "grad_norm"}) {
    EXPECT_NEAR(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).Number(column), ReadTestCsv(tiny.RunPath("b", "metrics.csv")).Number(column),
                1e-5)
        << column;
  }
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("b", "run.textproto")).cpu_threads(), 3);
}

TEST(TrainTest, SetSwapsTheOptimizer) {
  const TinyExperiment tiny("swap");
  ASSERT_EQ(Train(tiny, "a", "optimizer { adamw { learning_rate: 1e-3 } }").exit_code, 0);
  const std::string resolved = ReadTestFile(tiny.RunPath("a", "experiment.textproto"));
  EXPECT_THAT(resolved, HasSubstr("adamw {"));
  EXPECT_THAT(resolved, HasSubstr("weight_decay: 0.01")) << "defaults are explicit";
  EXPECT_THAT(resolved, Not(HasSubstr("sgd")));
}

TEST(TrainTest, MaxStepsCutsTheRunShort) {
  const TinyExperiment tiny("max_steps");
  ASSERT_EQ(Train(tiny, "a", "trainer { max_steps: 8 }").exit_code, 0);
  EXPECT_THAT(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).Column("step"), ElementsAre("6", "8"));
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  EXPECT_EQ(report.state(), RunReport::FINISHED);
  EXPECT_EQ(report.steps(), 8);
  EXPECT_THAT(report.stopped_because(), HasSubstr("max_steps"));
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "checkpoints/latest")), "step-000000008\n");
}

// 17 of 18 steps: the third epoch has a row, but the run did not finish its three epochs.
TEST(TrainTest, MaxStepsThatCutsTheLastEpochIsTheReasonGiven) {
  const TinyExperiment tiny("max_steps_last");
  ASSERT_EQ(Train(tiny, "a", "trainer { max_steps: 17 }").exit_code, 0);
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).stopped_because(), "max_steps: 17 steps done");
}

TEST(TrainTest, TestSplitIsLookedAtEachEpochWhereAsked) {
  const TinyExperiment tiny("test_each_epoch");
  ASSERT_EQ(Train(tiny, "a", "evaluation { test_each_epoch: true }").exit_code, 0);
  EXPECT_THAT(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).Column("test_accuracy"), Not(testing::Contains("")));
  EXPECT_TRUE(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).test_seen_each_epoch()) << "the record shows it";
}

TEST(TrainTest, WarningsAreShownAndRecordedAndStopNothing) {
  const TinyExperiment tiny("warning");
  const MicaResult result = Train(tiny, "a", "evaluation { select_by: VAL_LOSS }");
  EXPECT_EQ(result.exit_code, 0) << result;
  const std::string warning = "--set:1:14: evaluation.select_by";
  EXPECT_THAT(result.err, HasSubstr("warning: " + warning));
  EXPECT_THAT(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).warning(), ElementsAre(HasSubstr(warning)));
  EXPECT_THAT(ReadTestFile(tiny.RunPath("a", "log.txt")), HasSubstr(warning));
}

TEST(TrainTest, DataWithoutATestSplitReportsValidation) {
  const TinyExperiment tiny("no_test_split");
  const MicaResult result = Train(tiny, "a", "dataset { idx { test_images: '' test_labels: '' } validation_fraction: 0.25 }");
  ASSERT_EQ(result.exit_code, 0) << result;
  ExpectMetricsFollowFromPredictions(tiny.RunPath("a", ""), "val");
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).reported_split(), "validation");
}

TEST(TrainTest, DataOfTrainingSamplesAloneIsTrainedUnmeasured) {
  const TinyExperiment tiny("only_training");
  const MicaResult result = Train(tiny, "a", "dataset { idx { test_images: '' test_labels: '' } }");
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("nothing was evaluated"));
  EXPECT_EQ(ReadTestCsv(tiny.RunPath("a", "summary.csv")).Cell("test_accuracy"), "");
  for (const std::string file : {"per_class.csv", "confusion_matrix.csv", "predictions.csv"}) {
    EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", file)));
    EXPECT_THAT(result.out, Not(HasSubstr(file))) << "the list names only what is there";
  }
}

// A warning about the data reaches everything that a warning about the experiment does.
TEST(TrainTest, WarningsOfTheDataAreShownAndKept) {
  const TinyExperiment tiny("data_warning");
  const MicaResult result = Train(tiny, "a", "dataset { class_names: ['a', 'b', 'c', 'd'] allow_empty_class: true }");
  ASSERT_EQ(result.exit_code, 0) << result;
  const std::string warning = "no sample of class \"d\" (1 of 4)";
  EXPECT_THAT(result.err, HasSubstr(warning));
  EXPECT_THAT(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).warning(), ElementsAre(HasSubstr(warning)));
  EXPECT_THAT(RunMica({{"check", tiny.RunPath("a", "experiment.textproto")}, tiny.folder()}).err, HasSubstr(warning));
  EXPECT_THAT(RunMica({{"summary", tiny.RunPath("a", "experiment.textproto")}, tiny.folder()}).err, HasSubstr(warning));
  EXPECT_THAT(RunMica({{"evaluate", tiny.RunPath("a", "")}, tiny.folder()}).err, HasSubstr(warning));
}

// F43: data that is small compared with the batch.
TEST(TrainTest, F43ABatchMayBeLargerThanTheData) {
  const TinyExperiment tiny("small_data");
  const MicaResult result = Train(tiny, "a", "loader { batch_size: 49 }");
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).Column("step"), ElementsAre("1", "2", "3"));
}

TEST(TrainTest, F43NoFullBatchIsRefused) {
  const TinyExperiment tiny("no_batch");
  const MicaResult result = Train(tiny, "a", "loader { batch_size: 49 drop_last: true }");
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr("48 samples"));
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs"))) << "refused before a run folder is made";
}

TEST(TrainTest, F43ALastBatchOfOneSampleIsTrained) {
  const TinyExperiment tiny("last_batch");
  const MicaResult result = Train(tiny, "a", "loader { batch_size: 47 } model { tiny_vgg { hidden_channels: 2 } }");
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).Column("step"), ElementsAre("2", "4", "6"));
}

TEST(TrainTest, ATakenRunNameIsRefused) {
  const TinyExperiment tiny("clash");
  ASSERT_EQ(Train(tiny, "a").exit_code, 0);
  const std::string before = ReadTestFile(tiny.RunPath("a", "run.textproto"));
  const MicaResult result = Train(tiny, "a");
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr(tiny.RunPath("a", "").substr(0, tiny.RunPath("a", "").size() - 1) + ": exists"));
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "run.textproto")), before);
}

TEST(TrainTest, RunNamesFollowTheClockAndNeverCollide) {
  const TinyExperiment tiny("dated");
  for (int i = 0; i < 3; ++i) ASSERT_EQ(RunMica({{"train", "x.textproto", "--set=trainer { max_steps: 1 }"}, tiny.folder()}).exit_code, 0);
  int runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(tiny.Path("runs/tiny"))) {
    EXPECT_THAT(entry.path().filename().string(), testing::MatchesRegex("[0-9]{8}-[0-9]{6}(-[23])?"));
    ++runs;
  }
  EXPECT_EQ(runs, 3);
}

// bazel run starts the program in its runfiles and tells it the user's folder.
TEST(TrainTest, PathsAreRelativeToWhereTheUserOfBazelRunStands) {
  const TinyExperiment tiny("bazel_run");
  const std::string runfiles = MakeTestFolder("bazel_run_runfiles");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--run_name=a", "--output_dir=out"}, runfiles, {{"BUILD_WORKING_DIRECTORY", tiny.folder()}}});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_TRUE(std::filesystem::exists(tiny.Path("out/tiny/a/summary.csv")));
  EXPECT_THAT(FilesBelow(runfiles), IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("Everything is in out/tiny/a/"));
}

TEST(TrainTest, TildeAndVariablesExpand) {
  const TinyExperiment tiny("expand");
  const MicaResult result = RunMica({{"train", "${WHERE}/x.textproto", "--output_dir=~/out", "--run_name=a",
                                      "--set=dataset { idx { folder: '${WHERE}/data' } } trainer { max_steps: 1 }"},
                                     "/",
                                     {{"HOME", tiny.folder()}, {"WHERE", tiny.folder()}}});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestFile(tiny.Path("out/tiny/a/experiment.textproto")), HasSubstr(absl::StrCat("folder: \"", tiny.Path("data"), "\"")));
}

TEST(TrainTest, QuietShowsTheResultAlone) {
  const TinyExperiment tiny("quiet");
  const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a", "--quiet"}, tiny.folder()});

  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("Everything is in runs/tiny/a/"));
}

TEST(TrainTest, JsonLinesTellOtherProgramsOfEachEpochAndOfTheEnd) {
  const TinyExperiment tiny("json");
  const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a", "--quiet", "--json"}, tiny.folder()});
  const MicaResult failed = RunMica({{"train", "x.textproto", "--run_name=a", "--json"}, tiny.folder()});

  ASSERT_EQ(result.exit_code, 0) << result;
  std::vector<nlohmann::json> epochs, others;
  for (const absl::string_view line : absl::StrSplit(result.out, '\n', absl::SkipEmpty())) {
    const auto object = nlohmann::json::parse(line.begin(), line.end());
    if (object["event"] != "step") (object["event"] == "epoch" ? epochs : others).push_back(object);
  }
  EXPECT_EQ(std::to_string(epochs.size()), ReadTestCsv(tiny.RunPath("a", "summary.csv")).Cell("epochs"));
  ASSERT_EQ(others.size(), 2);
  EXPECT_EQ(others[0]["event"], "start");
  EXPECT_EQ(others[1]["event"], "end");
  EXPECT_EQ(others[1]["folder"], tiny.Path("runs/tiny/a"));
  EXPECT_EQ(others[1]["test_accuracy"], ReadTestCsv(tiny.RunPath("a", "summary.csv")).Number("test_accuracy"));
  EXPECT_EQ(failed.exit_code, 5) << failed;
  EXPECT_THAT(failed.out, HasSubstr("{\"event\":\"error\",\"message\":"));
}

}  // namespace
}  // namespace mica
