// How a run ends early: by signals, by kill -9, and by numbers that are not finite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/fingerprint.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "eval/report/run_report.pb.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/loop/non_finite.pb.h"

namespace mica {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A run that goes on until it is stopped, with optimizer state and a validation split.
MicaCommand EndlessRun(const TinyExperiment& tiny) {
  return {
      {"train", "x.textproto", "--run_name=a",
       "--set=trainer { epochs: 16777215 } optimizer { sgd { momentum: 0.5 learning_rate: 0.01 } } dataset { validation_fraction: 0.25 } "
       "loader { batch_size: 4 } schedule { cosine {} }"},
      tiny.folder()};
}

std::vector<std::string> CheckpointFolders(const std::string& checkpoints) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(checkpoints)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

// What starts the tests may ignore SIGHUP, and mica would inherit that.
class StopTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { signal(SIGHUP, SIG_DFL); }
};

TEST_P(StopTest, F9ASignalEndsTheRunWithACheckpoint) {
  const TinyExperiment tiny(absl::StrCat("signal_", GetParam()));
  MicaProcess mica(EndlessRun(tiny));
  ASSERT_TRUE(mica.WaitForError("epoch 3/"));
  mica.Signal(GetParam());
  const MicaResult result = mica.Wait();
  ASSERT_EQ(result.exit_code, 75) << result;
  EXPECT_THAT(result.out, HasSubstr("Stopped by a signal"));
  EXPECT_THAT(result.out, HasSubstr("runs/tiny/a/checkpoints/"));

  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  EXPECT_EQ(report.state(), RunReport::INTERRUPTED);
  EXPECT_EQ(report.stopped_because(), absl::StrCat("signal ", GetParam()));
  EXPECT_FALSE(report.ended().empty());
  const std::string checkpoints = tiny.RunPath("a", "checkpoints");
  const CheckpointReport latest = ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, "latest"));
  EXPECT_EQ(latest.step(), report.steps()) << "the very step at which it stopped";
  EXPECT_THAT(latest.files(), SizeIs(2)) << "weights and momentum";
  EXPECT_EQ(ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, "best")).epoch(), report.best_epoch());
  EXPECT_THAT(ReadTestCsv(tiny.RunPath("a", "metrics.csv")).rows, SizeIs(report.epochs()));
  EXPECT_THAT(CheckpointFolders(checkpoints), SizeIs(testing::Le(2))) << "latest and best";
}

INSTANTIATE_TEST_SUITE_P(Signals, StopTest, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGUSR1));

// Writing to a terminal that is gone fails (EIO), and that must not end the run before its
// checkpoint.
TEST_F(StopTest, F9AClosedTerminalEndsTheRunWithACheckpoint) {
  const TinyExperiment tiny("terminal");
  const MicaCommand command = EndlessRun(tiny);
  int terminal;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    std::vector<std::string> words = {MicaBinary()};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    if (chdir(tiny.folder().c_str()) == 0) execv(pointers[0], pointers.data());
    _exit(127);
  }
  ASSERT_GT(child, 0);
  std::string shown;
  char bytes[4096];
  for (ssize_t got; !absl::StrContains(shown, "epoch 3/") && (got = read(terminal, bytes, sizeof(bytes))) > 0;) shown.append(bytes, got);
  close(terminal);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 75) << shown;
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  EXPECT_EQ(report.state(), RunReport::INTERRUPTED);
  const std::string checkpoints = tiny.RunPath("a", "checkpoints");
  EXPECT_EQ(ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, "latest")).step(), report.steps());
}

TEST_F(StopTest, F9UnderNohupARunOutlivesItsTerminal) {
  const TinyExperiment tiny("nohup");
  MicaCommand command = EndlessRun(tiny);
  command.launcher = {"/usr/bin/nohup"};
  MicaProcess mica(command);
  ASSERT_TRUE(mica.WaitForError("epoch 2/"));
  mica.Signal(SIGHUP);
  ASSERT_TRUE(mica.WaitForError("epoch 20/"));
  mica.Signal(SIGTERM);
  EXPECT_EQ(mica.Wait().exit_code, 75);
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).stopped_because(), absl::StrCat("signal ", SIGTERM));
}

// Many pictures, of which only one lies on disk, and a cache of them.
void WriteLargePictures(const TinyExperiment& tiny) {
  Picture picture;
  picture.Reshape(700, 700, 1);
  std::fill(picture.pixels.begin(), picture.pixels.end(), 100);
  WriteTestFile(tiny.Path("picture.png"), EncodePng(picture));
  for (const std::string name : {"tree/a", "tree/b"}) {
    std::filesystem::create_directories(tiny.Path(name));
    for (int i = 0; i < 400; ++i)
      std::filesystem::create_hard_link(tiny.Path("picture.png"), tiny.Path(absl::StrCat(name, "/", i, ".png")));
  }
  WriteTestFile(tiny.Path("x.textproto"),
                absl::StrReplaceAll(TinyExperiment::Text(), {{"idx { folder: \"data\" }", "train { class_folders { folder: 'tree' } }"}}) +
                    "decode { colour: GREY } "
                    "train_transforms { resize { height_px: 8 width_px: 8 } } eval_transforms { resize { height_px: 8 width_px: 8 } }");
}

// `said` is what it prints, last of all.
void ExpectStopWhileTheCacheIsWritten(const TinyExperiment& tiny, const std::string& flag, const std::string& said) {
  const std::string cache = tiny.Path("cache");
  std::filesystem::create_directory(cache);
  MicaProcess mica(
      {{"train", "x.textproto", "--run_name=a", flag, "--set=loader { threads: 1 disk_cache { folder: 'cache' } }"}, tiny.folder()});
  for (int i = 0; i < 3000 && FilesBelow(cache).empty(); ++i) usleep(10 * 1000);
  mica.Signal(SIGTERM);
  const MicaResult result = mica.Wait();
  EXPECT_EQ(result.exit_code, 75) << result;
  EXPECT_THAT(result.out, EndsWith(said));
  EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
  EXPECT_THAT(FilesBelow(cache), IsEmpty());
}

TEST_F(StopTest, ASignalWhileTheCacheIsWrittenLeavesNothing) {
  const TinyExperiment tiny("signal_cache");
  WriteLargePictures(tiny);
  ExpectStopWhileTheCacheIsWritten(tiny, "--nojson", "Stopped by a signal before the first step; no run folder was made\n");
  ExpectStopWhileTheCacheIsWritten(
      tiny, "--json",
      "{\"event\":\"end\",\"state\":\"interrupted\",\"message\":\"Stopped by a signal before the first step; no "
      "run folder was made\"}\n");
}

// Both the terminal and the launcher may deliver a signal.
TEST_F(StopTest, SignalsAtOnceCountAsOne) {
  const TinyExperiment tiny("two_signals");
  MicaProcess mica(EndlessRun(tiny));
  ASSERT_TRUE(mica.WaitForError("epoch 2/"));
  mica.Signal(SIGINT);
  mica.Signal(SIGTERM);
  EXPECT_EQ(mica.Wait().exit_code, 75);
}

// Stops a run that cannot react: it sees the first signal only after the step, and the second ends
// it at once.
void ExpectSecondSignalEndsAtOnce(int signal_number) {
  const TinyExperiment tiny(absl::StrCat("second_", signal_number));
  MicaProcess mica(EndlessRun(tiny));
  ASSERT_TRUE(mica.StallByFullError());
  mica.Signal(signal_number);
  usleep(1100 * 1000);
  mica.Signal(signal_number);
  const MicaResult result = mica.Wait();
  EXPECT_EQ(result.exit_code, 128 + signal_number) << result;
  const std::string checkpoints = tiny.RunPath("a", "checkpoints");
  ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, "latest"));
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).state(), RunReport::RUNNING);
}

TEST_F(StopTest, F11ASecondSigtermEndsAtOnce) {
  ExpectSecondSignalEndsAtOnce(SIGTERM);
}

TEST_F(StopTest, F11ASecondSigintEndsAtOnce) {
  ExpectSecondSignalEndsAtOnce(SIGINT);
}

TEST_F(StopTest, F11ASecondHangUpEndsAtOnce) {
  ExpectSecondSignalEndsAtOnce(SIGHUP);
}

TEST_F(StopTest, ASignalInTheLastStepsDoesNotSpoilTheResult) {
  const TinyExperiment tiny("late");
  MicaProcess mica({{"train", "x.textproto", "--run_name=a"}, tiny.folder()});
  ASSERT_TRUE(mica.WaitForError("epoch 3/3"));
  mica.Signal(SIGTERM);
  const MicaResult result = mica.Wait();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).state(), RunReport::FINISHED);
}

// A file under its final name is whole, whenever the process is killed.
TEST_F(StopTest, KillLeavesOnlyWholeFiles) {
  for (int i = 0; i < 12; ++i) {
    SCOPED_TRACE(i);
    const TinyExperiment tiny("kill");
    MicaProcess mica(EndlessRun(tiny));
    ASSERT_TRUE(mica.WaitForError("epoch 2/"));  // the first checkpoint is written by then
    usleep(7919 * i);
    mica.Signal(SIGKILL);
    ASSERT_EQ(mica.Wait().exit_code, 137);

    const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
    EXPECT_EQ(report.state(), RunReport::RUNNING);
    EXPECT_EQ(report.experiment_fingerprint(), FormatFingerprint(Fingerprint(ReadTestFile(tiny.RunPath("a", "experiment.textproto")))));
    const std::string checkpoints = tiny.RunPath("a", "checkpoints");
    for (const std::string& name : CheckpointFolders(checkpoints)) {
      if (!absl::EndsWith(name, ".tmp") && !absl::EndsWith(name, ".del")) ExpectWholeCheckpoint(checkpoints, name);
    }
    for (const std::string pointer : {"latest", "best"}) {
      if (std::filesystem::exists(checkpoints + "/" + pointer)) ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, pointer));
    }
  }
}

TEST_F(StopTest, F27ALossThatIsNotFiniteStopsTheRun) {
  const TinyExperiment tiny("nan");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--run_name=a", "--set=optimizer { sgd { learning_rate: 1e30 } }"}, tiny.folder()});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.err, HasSubstr("step 2 (epoch 1)"));
  EXPECT_THAT(result.err, HasSubstr("1e+30"));
  const auto non_finite = ReadTextproto<NonFiniteStepReport>(tiny.RunPath("a", "nan_report.textproto"));
  EXPECT_EQ(non_finite.step(), 2);
  EXPECT_FALSE(std::isfinite(non_finite.loss()));
  EXPECT_THAT(non_finite.record_id(), SizeIs(8)) << "the batch";
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  EXPECT_EQ(report.state(), RunReport::FAILED);
  EXPECT_THAT(report.failure(), HasSubstr("step 2"));
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "checkpoints/latest")));
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "summary.csv")));
}

// One step per epoch: the first leaves huge but finite weights, and the second computes with them.
TEST_F(StopTest, F27LatestStaysTheLastFiniteCheckpoint) {
  const TinyExperiment tiny("nan_later");
  const MicaResult result =
      RunMica({{"train", "x.textproto", "--run_name=a", "--set=optimizer { sgd { learning_rate: 1e30 } } loader { batch_size: 48 }"},
               tiny.folder()});
  EXPECT_EQ(result.exit_code, 6) << result;
  const std::string checkpoints = tiny.RunPath("a", "checkpoints");
  EXPECT_EQ(NamedCheckpoint(checkpoints, "latest"), "step-000000001");
  ExpectWholeCheckpoint(checkpoints, "step-000000001");
}

// Loss and gradient of the step are finite; the weights after it are not.
TEST_F(StopTest, F27WeightsThatAreNotFiniteAreNeverSaved) {
  const TinyExperiment tiny("inf_weights");
  const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a",
                                      "--set=optimizer { sgd { learning_rate: 1e30 weight_decay: 1e30 } } loader { batch_size: 48 }"},
                                     tiny.folder()});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.err, HasSubstr("holds NaN or infinity"));
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).state(), RunReport::FAILED);
  for (const std::string& file : FilesBelow(tiny.RunPath("a", ""))) EXPECT_THAT(file, Not(HasSubstr("safetensors")));
}

}  // namespace
}  // namespace mica
