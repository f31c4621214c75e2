// Output that cannot be written, and odd environments: exit code 5 with path and reason, or a run
// like any other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing/test_files.h"
#include "eval/report/run_report.pb.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

MicaCommand TrainCommand(const TinyExperiment& tiny) {
  return {{"train", "x.textproto", "--run_name=a"}, tiny.folder()};
}

MicaResult TrainInto(const TinyExperiment& tiny, const std::string& output_dir) {
  return RunMica({{"train", "x.textproto", "--run_name=a", "--output_dir=" + output_dir}, tiny.folder()});
}

// One line gives path and reason, and nothing was trained.
void ExpectRefusedBeforeTraining(const MicaResult& result, const std::string& path) {
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, StartsWith(absl::StrCat("error: ", path)));
  EXPECT_THAT(result.err, Not(HasSubstr("epoch 1/")));
  EXPECT_THAT(result.out, IsEmpty());
}

bool HasTemporaryFiles(const std::string& folder) {
  for (const std::string& file : FilesBelow(folder)) {
    if (absl::StrContains(file, ".tmp") || absl::StrContains(file, ".del")) return true;
  }
  return false;
}

const TinyExperiment& UndisturbedRun() {
  static const auto* const undisturbed = [] {
    const auto* tiny = new TinyExperiment("undisturbed");
    EXPECT_EQ(RunMica(TrainCommand(*tiny)).exit_code, 0);
    return tiny;
  }();
  return *undisturbed;
}

// The run in the folder equals an undisturbed one, to the byte.
void ExpectLikeAnyOther(const TinyExperiment& tiny) {
  const TinyExperiment& undisturbed = UndisturbedRun();
  for (const std::string name : {"metrics.csv", "summary.csv", "per_class.csv", "confusion_matrix.csv", "class_map.csv"}) {
    EXPECT_EQ(MaskedCsv(tiny.RunPath("a", name)), MaskedCsv(undisturbed.RunPath("a", name))) << name;
  }
  const auto predictions = [](const TinyExperiment& of) {
    return absl::StrReplaceAll(ReadTestFile(of.RunPath("a", "predictions.csv")), {{of.folder(), "FOLDER"}});
  };
  EXPECT_EQ(predictions(tiny), predictions(undisturbed));
}

TEST(OutputFaultsTest, F17OutputFolderIsAFile) {
  const TinyExperiment tiny("is_a_file");
  ExpectRefusedBeforeTraining(TrainInto(tiny, "x.textproto"), tiny.Path("x.textproto") + ": is not a folder");
}

TEST(OutputFaultsTest, F17ParentOfTheOutputFolderIsAFile) {
  const TinyExperiment tiny("parent_is_a_file");
  ExpectRefusedBeforeTraining(TrainInto(tiny, "x.textproto/below/runs"), tiny.Path("x.textproto") + ": is not a folder");
}

TEST(OutputFaultsTest, F17FolderOfTheExperimentIsAFile) {
  const TinyExperiment tiny("experiment_is_a_file");
  std::filesystem::create_directory(tiny.Path("runs"));
  WriteTestFile(tiny.Path("runs/tiny"), "");
  ExpectRefusedBeforeTraining(RunMica(TrainCommand(tiny)), tiny.Path("runs/tiny") + ": is not a folder");
}

// Root may write to folders of mode 555, but nobody can make folders in these file systems.
TEST(OutputFaultsTest, F17FileSystemTakesNoFolders) {
  const TinyExperiment tiny("proc");
  for (const std::string folder : {"/proc/mica", "/dev/null"}) {
    SCOPED_TRACE(folder);
    ExpectRefusedBeforeTraining(TrainInto(tiny, folder), folder);
  }
}

TEST(OutputFaultsTest, F17OutputFolderIsReadOnly) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write to read-only folders";
  const TinyExperiment tiny("read_only");
  std::filesystem::create_directory(tiny.Path("runs"));
  chmod(tiny.Path("runs").c_str(), 0555);
  ExpectRefusedBeforeTraining(RunMica(TrainCommand(tiny)), tiny.Path("runs/tiny"));
}

TEST(OutputFaultsTest, F17OutputFolderIsALinkToNowhere) {
  const TinyExperiment tiny("dangling");
  std::filesystem::create_symlink("nowhere", tiny.Path("runs"));
  ExpectRefusedBeforeTraining(RunMica(TrainCommand(tiny)), tiny.Path("runs"));
}

TEST(OutputFaultsTest, F17NamesThatAreTooLong) {
  const TinyExperiment tiny("long_name");
  MicaCommand command = TrainCommand(tiny);
  command.arguments.push_back(absl::StrCat("--output_dir=", std::string(300, 'x')));
  ExpectRefusedBeforeTraining(RunMica(command), tiny.Path("xxx"));
}

// F13: a full file system. The limit lets the small files through, but no checkpoint.
TEST(OutputFaultsTest, F13NoRoomForACheckpoint) {
  const TinyExperiment tiny("no_room");
  MicaCommand command = TrainCommand(tiny);
  command.arguments.push_back("--set=trainer { epochs: 5 }");
  command.limits = {{RLIMIT_FSIZE, 2600}};
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("checkpoint at step 6 failed (1 of at most 3 in a row), training goes on"),
                                HasSubstr("checkpoint at step 12 failed (2 of at most 3 in a row), training goes on")));
  EXPECT_THAT(result.err, HasSubstr(absl::StrCat("error: ", tiny.RunPath("a", "checkpoints/step-000000018.tmp/model.safetensors"),
                                                 ": cannot write: File too large")));
  EXPECT_FALSE(HasTemporaryFiles(tiny.RunPath("a", "")));
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "checkpoints/latest")));
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  EXPECT_EQ(report.state(), RunReport::FAILED);
  EXPECT_THAT(report.failure(), HasSubstr("File too large"));
}

TEST(OutputFaultsTest, F13TheLastCheckpointMustBeWritten) {
  const TinyExperiment tiny("no_room_at_the_end");
  MicaCommand command = TrainCommand(tiny);
  command.arguments.push_back("--set=trainer { epochs: 1 }");
  command.limits = {{RLIMIT_FSIZE, 2600}};
  EXPECT_EQ(RunMica(command).exit_code, 5);
  EXPECT_FALSE(std::filesystem::exists(tiny.RunPath("a", "summary.csv")));
}

// F14, F15: wherever a file is cut, the run ends with 5 or is whole. It is never killed by a signal
// and never half-written.
TEST(OutputFaultsTest, F14FilesThatEndAnywhere) {
  for (const rlim_t bytes : {0, 100, 700, 1000, 1300, 2000, 4000}) {
    SCOPED_TRACE(bytes);
    const TinyExperiment tiny("ends_anywhere");
    MicaCommand command = TrainCommand(tiny);
    command.limits = {{RLIMIT_FSIZE, bytes}};
    const MicaResult result = RunMica(command);
    if (result.exit_code == 0) {
      ExpectLikeAnyOther(tiny);
      continue;
    }
    EXPECT_EQ(result.exit_code, 5) << result;
    EXPECT_THAT(result.err, HasSubstr("File too large; raise the limit on file sizes (ulimit -f)"));
    EXPECT_FALSE(HasTemporaryFiles(tiny.folder()));
    if (!std::filesystem::exists(tiny.RunPath("a", "run.textproto"))) continue;
    EXPECT_NE(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).state(), RunReport::FINISHED);
  }
}

// F14: the log is no product. It grows larger than metrics.csv, so a limit between the two stops
// only the log.
TEST(OutputFaultsTest, F14ALogThatCannotGrowIsGivenUp) {
  const TinyExperiment tiny("log");
  MicaCommand command = TrainCommand(tiny);
  command.arguments.push_back("--set=trainer { epochs: 80 } checkpoint { every_epochs: 80 }");
  ASSERT_EQ(RunMica(command).exit_code, 0);
  const size_t metrics_bytes = std::filesystem::file_size(tiny.RunPath("a", "metrics.csv"));
  const size_t log_bytes = std::filesystem::file_size(tiny.RunPath("a", "log.txt"));
  ASSERT_GT(log_bytes, metrics_bytes + 500);
  std::filesystem::remove_all(tiny.Path("runs"));
  command.limits = {{RLIMIT_FSIZE, (metrics_bytes + log_bytes) / 2}};
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, HasSubstr(tiny.RunPath("a", "log.txt") + ": cannot write: File too large"));
  EXPECT_THAT(result.err, HasSubstr("the run goes on without log.txt"));
  EXPECT_EQ(ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto")).state(), RunReport::FINISHED);
}

TEST(OutputFaultsTest, F16FewOpenFilesAreEnough) {
  const TinyExperiment tiny("open_files");
  MicaCommand command = TrainCommand(tiny);
  command.limits = {{RLIMIT_NOFILE, 10}};
  EXPECT_EQ(RunMica(command).exit_code, 0);
  ExpectLikeAnyOther(tiny);
}

// Too few files even to load the libraries is not mica's fault. From there to enough, each number
// ends with a message.
TEST(OutputFaultsTest, F16TooFewOpenFilesAreNamed) {
  for (const rlim_t files : {4, 5}) {
    SCOPED_TRACE(files);
    const TinyExperiment tiny("too_few_open_files");
    MicaCommand command = TrainCommand(tiny);
    command.limits = {{RLIMIT_NOFILE, files}};
    const MicaResult result = RunMica(command);
    EXPECT_THAT(result.exit_code, testing::AnyOf(0, 3, 5, 69, 127)) << result;
    const std::string reason = result.exit_code == 0 ? "" : "Too many open files";
    EXPECT_THAT(result.err, HasSubstr(reason));
  }
}

TEST(OutputFaultsTest, F18DataFolderMayBeReadOnly) {
  const TinyExperiment tiny("read_only_data");
  chmod(tiny.Path("data").c_str(), 0555);
  for (const auto& entry : std::filesystem::directory_iterator(tiny.Path("data"))) chmod(entry.path().c_str(), 0444);
  const std::vector<std::string> before = FilesBelow(tiny.Path("data"));
  EXPECT_EQ(RunMica(TrainCommand(tiny)).exit_code, 0);
  EXPECT_EQ(FilesBelow(tiny.Path("data")), before);
  chmod(tiny.Path("data").c_str(), 0755);
}

// F41: the reader of stdout has left, or stdout is closed or full.
TEST(OutputFaultsTest, F41NobodyReadsStdout) {
  const TinyExperiment tiny("no_reader");
  MicaCommand command = TrainCommand(tiny);
  command.stdout_has_no_reader = true;
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 0) << result;
  ExpectLikeAnyOther(tiny);
}

TEST(OutputFaultsTest, F41NobodyReadsStdoutOfCheck) {
  const TinyExperiment tiny("no_reader_of_check");
  MicaCommand command = {{"check", "x.textproto"}, tiny.folder()};
  command.stdout_has_no_reader = true;
  EXPECT_EQ(RunMica(command).exit_code, 0);
}

// What check prints is its product, so a cut file must not pass for a whole one.
TEST(OutputFaultsTest, StdoutOfCheckIsFull) {
  const TinyExperiment tiny("full_check");
  MicaCommand command = {{"check", "x.textproto"}, tiny.folder()};
  command.stdout_file = "/dev/full";
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr("stdout: cannot write"));
}

TEST(OutputFaultsTest, F41StdoutIsFull) {
  const TinyExperiment tiny("full");
  MicaCommand command = TrainCommand(tiny);
  command.stdout_file = "/dev/full";
  EXPECT_EQ(RunMica(command).exit_code, 0);
  ExpectLikeAnyOther(tiny);
}

// The next file that is opened gets the number of a closed stream; printed text must not end up in
// it.
TEST(OutputFaultsTest, F41ClosedStreamsDoNotLeakIntoFiles) {
  for (const std::vector<int>& closed : {std::vector<int>{1}, {2}, {0, 1, 2}}) {
    SCOPED_TRACE(closed.size());
    const TinyExperiment tiny("closed");
    MicaCommand command = TrainCommand(tiny);
    command.closed_streams = closed;
    EXPECT_EQ(RunMica(command).exit_code, 0);
    ExpectLikeAnyOther(tiny);
    EXPECT_THAT(ReadTestFile(tiny.RunPath("a", "log.txt")), Not(HasSubstr("train loss")));
  }
}

TEST(OutputFaultsTest, F41NoHome) {
  const TinyExperiment tiny("no_home");
  MicaCommand command = TrainCommand(tiny);
  command.environment = {{"HOME", std::nullopt}, {"PATH", std::nullopt}};
  EXPECT_EQ(RunMica(command).exit_code, 0);
  ExpectLikeAnyOther(tiny);
}

TEST(OutputFaultsTest, F41NoHomeButATilde) {
  const TinyExperiment tiny("no_home_tilde");
  MicaCommand command = TrainCommand(tiny);
  command.environment = {{"HOME", std::nullopt}};
  command.arguments.push_back("--output_dir=~/runs");
  const MicaResult result = RunMica(command);
  EXPECT_EQ(result.exit_code, 1) << result;
  EXPECT_THAT(result.err, StartsWith("error: --output_dir: the environment variable HOME is not set"));
}

TEST(OutputFaultsTest, F41LocaleAndTimeZoneChangeNothing) {
  const TinyExperiment tiny("locale");
  MicaCommand command = TrainCommand(tiny);
  command.environment = {{"LC_ALL", "de_DE.UTF-8"}, {"LANG", "tr_TR"}, {"LANGUAGE", "de"}, {"TZ", "Pacific/Kiritimati"}};
  EXPECT_EQ(RunMica(command).exit_code, 0);
  ExpectLikeAnyOther(tiny);
}

TEST(OutputFaultsTest, F41UmaskIsObeyed) {
  const TinyExperiment tiny("umask");
  MicaCommand command = TrainCommand(tiny);
  command.umask = 077;
  EXPECT_EQ(RunMica(command).exit_code, 0);
  ExpectLikeAnyOther(tiny);
  for (const std::string& file : FilesBelow(tiny.RunPath("a", ""))) {
    struct stat stats;
    ASSERT_EQ(stat(tiny.RunPath("a", file).c_str(), &stats), 0) << file;
    EXPECT_EQ(stats.st_mode & 0777, 0600) << file;
  }
}

}  // namespace
}  // namespace mica
