// mica evaluate from outside: the run's own numbers to the byte, any split and checkpoint, and
// nothing half-written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "eval/report/evaluation_report.pb.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

constexpr char kAllSplits[] = "dataset { validation_fraction: 0.25 } checkpoint { keep_all: true } ";

MicaResult Train(const TinyExperiment& tiny, const std::string& set = kAllSplits) {
  return RunMica({{"train", "x.textproto", "--run_name=a", "--set=" + set}, tiny.folder()});
}

MicaResult Evaluate(const TinyExperiment& tiny, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), {"evaluate", "runs/tiny/a"});
  return RunMica({flags, tiny.folder()});
}

// path -> content of every file in the run's folder outside evaluations/.
std::map<std::string, std::string> RunFiles(const TinyExperiment& tiny) {
  std::map<std::string, std::string> files;
  for (const std::string& name : FilesBelow(tiny.RunPath("a", ""))) {
    if (!absl::StartsWith(name, "evaluations/")) files[name] = ReadTestFile(tiny.RunPath("a", name));
  }
  return files;
}

constexpr const char* kResults[] = {"confusion_matrix.csv", "curves.csv",    "evaluation.textproto", "intervals.csv",
                                    "most_confused.csv",    "per_class.csv", "predictions.csv",      "reliability.csv",
                                    "risk_coverage.csv",    "summary.csv",   "threshold_sweep.csv"};

// The evaluation of the reported split equals the run's own, to the byte.
void ExpectTheRunsOwnNumbers(const TinyExperiment& tiny, const std::string& split, const std::string& prefix) {
  const std::string folder = absl::StrCat("evaluations/", split, "/");
  for (const char* const name : {"per_class.csv", "confusion_matrix.csv", "most_confused.csv", "intervals.csv", "reliability.csv",
                                 "threshold_sweep.csv", "risk_coverage.csv", "curves.csv", "predictions.csv"}) {
    EXPECT_EQ(ReadTestFile(tiny.RunPath("a", folder + name)), ReadTestFile(tiny.RunPath("a", name))) << name;
    EXPECT_NE(ReadTestFile(tiny.RunPath("a", name)), "") << name;
  }
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "summary.csv")), again = ReadTestCsv(tiny.RunPath("a", folder + "summary.csv"));
  int compared = 0;
  for (const std::string& column : own.header) {
    if (!absl::StartsWith(column, prefix)) continue;
    EXPECT_EQ(again.Cell(column), own.Cell(column)) << column;
    ++compared;
  }
  EXPECT_EQ(compared, 10);
}

class EvaluateModelTest : public testing::TestWithParam<std::string> {};

TEST_P(EvaluateModelTest, GivesTheRunsOwnNumbersToTheByte) {
  const TinyExperiment tiny("evaluate_" + GetParam().substr(0, GetParam().find(' ')));
  // Batches of 16 images and a smaller last one: networks of few channels compute them in different
  // ways (models/kernels/chwn_layers.h).
  ASSERT_EQ(Train(tiny, absl::StrCat(kAllSplits, "evaluation { batch_size: 16 } model { ", GetParam(), " }")).exit_code, 0);
  const auto before = RunFiles(tiny);

  const MicaResult result = Evaluate(tiny);

  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  ExpectTheRunsOwnNumbers(tiny, "test", "test_");
  EXPECT_EQ(RunFiles(tiny), before) << "the run's own files stay as they are";
  ASSERT_EQ(Evaluate(tiny, {"--split=validation"}).exit_code, 0);
  const TestTable own = ReadTestCsv(tiny.RunPath("a", "summary.csv"));
  const TestTable validation = ReadTestCsv(tiny.RunPath("a", "evaluations/validation/summary.csv"));
  for (const char* const column : {"val_loss", "val_accuracy", "val_ece"}) EXPECT_EQ(validation.Cell(column), own.Cell(column)) << column;
}

INSTANTIATE_TEST_SUITE_P(Models, EvaluateModelTest, testing::Values("linear {}", "tiny_vgg { hidden_channels: 3 }"),
                         [](const auto& info) { return absl::StrCat("Model", info.index); });

TEST(EvaluateTest, ShowsTheTableTheCheckpointAndWhereEverythingLies) {
  const TinyExperiment tiny("evaluate_console");
  ASSERT_EQ(Train(tiny).exit_code, 0);

  const MicaResult result = Evaluate(tiny);

  ASSERT_EQ(result.exit_code, 0) << result;
  const std::string best = NamedCheckpoint(tiny.RunPath("a", "checkpoints"), "best");
  EXPECT_THAT(result.out, HasSubstr("majority class of the test split"));
  EXPECT_THAT(result.out, HasSubstr("checkpoint " + best + " (the one that the run reports), test split, 24 samples"));
  EXPECT_THAT(result.out, HasSubstr("Everything is in runs/tiny/a/evaluations/test/"));
  EXPECT_THAT(result.out, HasSubstr("mica evaluate runs/tiny/a --split=train\n"));
  const auto report = ReadTextproto<EvaluationReport>(tiny.RunPath("a", "evaluations/test/evaluation.textproto"));
  EXPECT_EQ(report.checkpoint(), best);
  EXPECT_TRUE(report.reported_checkpoint());
  EXPECT_EQ(report.samples(), 24);
  EXPECT_EQ(report.device(), "cpu");
  EXPECT_EQ(report.cpu_threads(), 1);
}

TEST(EvaluateTest, TheTrainingSplitIsEvaluatedInTheOrderOfItsIds) {
  const TinyExperiment tiny("evaluate_train");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  ASSERT_EQ(Evaluate(tiny, {"--split=train"}).exit_code, 0);
  const std::vector<std::string> ids = ReadTestCsv(tiny.RunPath("a", "evaluations/train/predictions.csv")).Column("id");
  EXPECT_EQ(ids.size(), 36);
  for (size_t i = 1; i < ids.size(); ++i) EXPECT_LT(std::stoi(ids[i - 1]), std::stoi(ids[i]));
  EXPECT_GT(ReadTestCsv(tiny.RunPath("a", "evaluations/train/summary.csv")).Number("train_accuracy"), 0.3);
}

TEST(EvaluateTest, AnotherCheckpointHasAFolderOfItsOwn) {
  const TinyExperiment tiny("evaluate_other");
  // Without validation the last checkpoint is reported, 15 + 3 steps.
  ASSERT_EQ(Train(tiny, "checkpoint { keep_all: true }").exit_code, 0);
  ASSERT_EQ(Evaluate(tiny).exit_code, 0);
  const std::string reported = ReadTestFile(tiny.RunPath("a", "evaluations/test/summary.csv"));

  const MicaResult result = Evaluate(tiny, {"--checkpoint=6"});

  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("checkpoint step-000000006 (as asked for)"));
  EXPECT_EQ(ReadTestCsv(tiny.RunPath("a", "evaluations/test-step-000000006/summary.csv")).Cell("step"), "6");
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "evaluations/test/summary.csv")), reported);
  EXPECT_NE(ReadTestCsv(tiny.RunPath("a", "evaluations/test-step-000000006/summary.csv")).Cell("test_loss"),
            ReadTestCsv(tiny.RunPath("a", "summary.csv")).Cell("test_loss"));
  // Its name shows that it is the reported one, whatever word asked for it.
  ASSERT_EQ(Evaluate(tiny, {"--checkpoint=latest", "--split=test"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "evaluations/test-step-000000018")));
}

// An unfinished run: its best checkpoint, or its latest if it has no best.
TEST(EvaluateTest, ARunThatWasStoppedIsEvaluatedByItsBestOrLatest) {
  const TinyExperiment tiny("evaluate_stopped");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const std::string best = NamedCheckpoint(tiny.RunPath("a", "checkpoints"), "best");
  const std::string path = tiny.RunPath("a", "run.textproto");
  WriteTestFile(path, absl::StrReplaceAll(ReadTestFile(path),
                                          {{"FINISHED", "INTERRUPTED"}, {absl::StrCat("reported_checkpoint: \"", best, "\""), ""}}));

  const MicaResult of_best = Evaluate(tiny);
  EXPECT_EQ(of_best.exit_code, 0) << of_best;
  EXPECT_THAT(of_best.out, HasSubstr("checkpoint " + best + " (the best, for the run is INTERRUPTED and reports none)"));
  EXPECT_TRUE(std::filesystem::exists(tiny.RunPath("a", "evaluations/test-" + best)));
  std::filesystem::remove(tiny.RunPath("a", "checkpoints/best"));
  const MicaResult of_latest = Evaluate(tiny);
  EXPECT_EQ(of_latest.exit_code, 0) << of_latest;
  EXPECT_THAT(of_latest.out, HasSubstr("(the latest, for the run is INTERRUPTED and reports none)"));
}

TEST(EvaluateTest, AReportOfNoCheckpointIsTheReportsFault) {
  const TinyExperiment tiny("evaluate_report");
  ASSERT_EQ(Train(tiny, "trainer { epochs: 1 }").exit_code, 0);
  const std::string path = tiny.RunPath("a", "run.textproto");
  WriteTestFile(path, absl::StrReplaceAll(ReadTestFile(path), {{"step-000000006", "best"}}));

  const MicaResult result = Evaluate(tiny);

  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, StartsWith("error: " + path + ": reported_checkpoint \"best\" is no name of a checkpoint"));
}

// P5: nothing replaces the reported checkpoint.
TEST(EvaluateTest, F20ABrokenReportedCheckpointIsNotReplacedByAnother) {
  const TinyExperiment tiny("evaluate_broken");
  ASSERT_EQ(Train(tiny, "checkpoint { keep_all: true }").exit_code, 0);
  const std::string weights = tiny.RunPath("a", "checkpoints/step-000000018/model.safetensors");
  std::filesystem::resize_file(weights, 1200);

  const MicaResult result = Evaluate(tiny);

  EXPECT_EQ(result.exit_code, 4) << result;
  EXPECT_THAT(result.err, AllOf(StartsWith("error: " + weights + ": 1200 of "),
                                HasSubstr("complete checkpoints: step-000000012, step-000000006"), HasSubstr("--checkpoint=NAME")));
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "evaluations")));
  const MicaResult newest = Evaluate(tiny, {"--checkpoint=latest"});
  EXPECT_EQ(newest.exit_code, 0) << newest;
  EXPECT_THAT(newest.err, AllOf(StartsWith("warning: " + weights + ": 1200 of "), HasSubstr("step-000000012 is used instead")));
  EXPECT_TRUE(std::filesystem::exists(tiny.RunPath("a", "evaluations/test-step-000000012")));
}

TEST(EvaluateTest, DataThatHasMovedIsFoundThroughSet) {
  const TinyExperiment tiny("evaluate_moved");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  std::filesystem::rename(tiny.Path("data"), tiny.Path("elsewhere"));

  const MicaResult lost = Evaluate(tiny);
  EXPECT_EQ(lost.exit_code, 3) << lost;
  EXPECT_THAT(lost.err, AllOf(HasSubstr(tiny.Path("data") + ": no such folder"), HasSubstr("--set='dataset { … }'")));

  const MicaResult found = Evaluate(tiny, {"--set=dataset { idx { folder: 'elsewhere' } }"});
  EXPECT_EQ(found.exit_code, 0) << found;
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "evaluations/test/per_class.csv")), ReadTestFile(tiny.RunPath("a", "per_class.csv")));
  EXPECT_EQ(ReadTextproto<EvaluationReport>(tiny.RunPath("a", "evaluations/test/evaluation.textproto")).set(),
            "dataset { idx { folder: 'elsewhere' } }");
}

TEST(EvaluateTest, F23OtherDataIsRefusedWithBothFingerprints) {
  const TinyExperiment tiny("evaluate_other_data");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  IdxDatasetSize size;
  size.train_per_class = 16;
  size.test_per_class = 9;
  WriteIdxDataset(tiny.Path("data"), size);

  const MicaResult result = Evaluate(tiny);

  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, testing::ContainsRegex("fingerprint [0-9a-f]{16} here, [0-9a-f]{16} in "));
}

TEST(EvaluateTest, F23OtherSplitsOfTheSameDataAreRefused) {
  const TinyExperiment tiny("evaluate_other_splits");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const MicaResult result = Evaluate(tiny, {"--split=validation", "--set=dataset { validation_fraction: 0.5 }"});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr(tiny.RunPath("a", "class_map.csv") + ": the run's splits have other samples"));
}

TEST(EvaluateTest, SetMayNotChangeWhatWasTrained) {
  const TinyExperiment tiny("evaluate_set");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const MicaResult result = Evaluate(tiny, {"--set=model { linear { hidden_units: 11 } }"});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("--set may change dataset, device and evaluation alone"), HasSubstr("hidden_units: 10 -> 11")));
  EXPECT_EQ(Evaluate(tiny, {"--set=optimzer {}"}).exit_code, 2);
}

TEST(EvaluateTest, AnotherCountOfThreadsIsToldAndRecorded) {
  const TinyExperiment tiny("evaluate_threads");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const std::string path = tiny.RunPath("a", "run.textproto");
  WriteTestFile(path, absl::StrReplaceAll(ReadTestFile(path), {{"cpu_threads: 1", "cpu_threads: 5"}}));
  const MicaResult result = Evaluate(tiny);
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, HasSubstr("warning: the count of CPU threads is 1 here, 5 in the run"));
  EXPECT_THAT(ReadTextproto<EvaluationReport>(tiny.RunPath("a", "evaluations/test/evaluation.textproto")).warning(),
              ElementsAre(HasSubstr("CPU threads")));
}

TEST(EvaluateTest, ASplitThatIsNotThereIsAFlagError) {
  const TinyExperiment tiny("evaluate_split");
  ASSERT_EQ(Train(tiny, "trainer { max_steps: 1 }").exit_code, 0);
  const MicaResult missing = Evaluate(tiny, {"--split=validation"});
  EXPECT_EQ(missing.exit_code, 1) << missing;
  EXPECT_THAT(missing.err, HasSubstr("--split=validation: the data has no such samples; it has train, test"));
  const MicaResult unknown = Evaluate(tiny, {"--split=tset"});
  EXPECT_EQ(unknown.exit_code, 1) << unknown;
  EXPECT_THAT(unknown.err, HasSubstr("expected train, validation, test; did you mean \"test\"?"));
}

// Its test split is like that of a competition.
TEST(EvaluateTest, ASplitWithoutLabelsIsForPredict) {
  const TinyExperiment tiny("evaluate_no_labels");
  for (const std::string split : {"train", "test"}) {
    ASSERT_EQ(RunMica({{"index", "x.textproto", "--write_images=" + split, "--split=" + split}, tiny.folder()}).exit_code, 0);
  }
  WriteTestFile(tiny.Path("x.textproto"),
                absl::StrReplaceAll(
                    TinyExperiment::Text(),
                    {{"idx { folder: \"data\" }", "train { class_folders { folder: 'train' } } test { pictures { folder: 'test' } }"}}));
  ASSERT_EQ(Train(tiny, "decode { colour: GREY }").exit_code, 0);

  const MicaResult asked = Evaluate(tiny, {"--split=test"});
  EXPECT_EQ(asked.exit_code, 1) << asked;
  EXPECT_THAT(asked.err, HasSubstr("--split=test: its samples have no labels; mica predict --split=test says"));
  const MicaResult chosen = Evaluate(tiny);
  EXPECT_EQ(chosen.exit_code, 1) << chosen;
  EXPECT_THAT(chosen.err, HasSubstr("neither a test nor a validation split with labels; ask for --split=train"));
  EXPECT_EQ(Evaluate(tiny, {"--split=train"}).exit_code, 0);
}

TEST(EvaluateTest, AnEmptyCheckpointIsNotTakenForTheReportedOne) {
  const TinyExperiment tiny("evaluate_empty_checkpoint");
  const MicaResult result = Evaluate(tiny, {"--checkpoint="});
  EXPECT_EQ(result.exit_code, 1) << result;
  EXPECT_THAT(result.err, StartsWith("error: --checkpoint is empty; name one, or leave it out"));
}

TEST(EvaluateTest, AFolderThatIsNoRunIsADataError) {
  const TinyExperiment tiny("evaluate_no_run");
  const MicaResult result = Evaluate(tiny);
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.err, HasSubstr(tiny.Path("runs/tiny/a") + ": no such run folder"));
}

// F7: whatever ends it, evaluations/test is a whole evaluation, and the next one leaves nothing
// else behind.
TEST(EvaluateTest, F7AKillAtAnyTimeLeavesAWholeEvaluationOrNone) {
  const TinyExperiment tiny("evaluate_kill");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const std::string folder = tiny.RunPath("a", "evaluations/test");
  for (int milliseconds = 0; milliseconds < 400; milliseconds += 20) {
    MicaProcess process({{"evaluate", "runs/tiny/a"}, tiny.folder()});
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    process.Signal(SIGKILL);
    const int exit_code = process.Wait().exit_code;
    ASSERT_TRUE(exit_code == 128 + SIGKILL || exit_code == 0) << exit_code;
    if (!std::filesystem::exists(folder)) continue;
    EXPECT_THAT(FilesBelow(folder), UnorderedElementsAreArray(kResults));
    ExpectTheRunsOwnNumbers(tiny, "test", "test_");
  }
  ASSERT_EQ(Evaluate(tiny).exit_code, 0);
  EXPECT_EQ(FilesBelow(tiny.RunPath("a", "evaluations")).size(), std::size(kResults));
}

TEST(EvaluateTest, F7LeftoversOfAKilledEvaluationAreRemoved) {
  const TinyExperiment tiny("evaluate_leftover");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  const pid_t gone = 4194304 + 1;  // above Linux's largest process id
  const std::string leftover = tiny.RunPath("a", absl::StrCat("evaluations/test.tmp.", gone));
  std::filesystem::create_directories(leftover);
  WriteTestFile(leftover + "/summary.csv", "half");
  ASSERT_EQ(Evaluate(tiny).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(leftover));
}

TEST(EvaluateTest, F13AFileThatCannotBeWrittenKeepsTheOlderEvaluation) {
  const TinyExperiment tiny("evaluate_full");
  ASSERT_EQ(Train(tiny).exit_code, 0);
  ASSERT_EQ(Evaluate(tiny).exit_code, 0);
  const std::string before = ReadTestFile(tiny.RunPath("a", "evaluations/test/evaluation.textproto"));
  MicaCommand command = {{"evaluate", "runs/tiny/a"}, tiny.folder()};
  command.limits[RLIMIT_FSIZE] = 500;

  const MicaResult result = RunMica(command);

  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr("File too large"));
  EXPECT_EQ(ReadTestFile(tiny.RunPath("a", "evaluations/test/evaluation.textproto")), before);
  EXPECT_EQ(FilesBelow(tiny.RunPath("a", "evaluations")).size(), std::size(kResults));
}

}  // namespace
}  // namespace mica
