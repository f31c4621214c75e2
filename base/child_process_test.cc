#include "base/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/stop_signal.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::StatusOr<ChildResult> RunShell(const std::string& script) {
  return RunChild({{"sh", "-c", script}, testing::TempDir()});
}

TEST(ChildProcessTest, GivesStandardOutputAndLeavesErrorsAside) {
  const auto result = RunShell("echo out; echo err >&2; cat");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->out, "out\n");
}

TEST(ChildProcessTest, WorksInTheFolder) {
  const auto result = RunChild({{"pwd"}, "/usr"});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->out, "/usr\n");
}

TEST(ChildProcessTest, ReadsMoreThanAPipeHolds) {
  const auto result = RunShell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->out.size(), 300000);
}

TEST(ChildProcessTest, MeasuresTimeAndMemory) {
  const auto small = RunShell("sleep 0.2");
  ASSERT_THAT(small, IsOk());
  EXPECT_GE(small->wall_seconds, 0.2);
  // dd's only block is 64 MiB; the shell waits for dd.
  const auto large = RunShell("dd if=/dev/zero of=/dev/null bs=64M count=1; true");
  ASSERT_THAT(large, IsOk());
  EXPECT_GE(large->peak_memory_mib, 64);
  EXPECT_LT(small->peak_memory_mib, 64);
}

TEST(ChildProcessTest, AFailureNamesTheCommandAndWhatItSaid) {
  EXPECT_THAT(RunShell("echo 'no data' >&2; exit 3"),
              Fails(ExitCode::kData, AllOf(HasSubstr("sh -c"), HasSubstr("exit code 3, saying:\nno data"))));
  EXPECT_THAT(RunShell("exit 3"), Fails(ExitCode::kData, HasSubstr("exit code 3, saying nothing")));
  EXPECT_THAT(RunShell("kill -9 $$"), Fails(ExitCode::kData, HasSubstr("killed by signal 9")));
  EXPECT_THAT(RunChild({{"/nope/program"}, "/"}), Fails(ExitCode::kData, AllOf(HasSubstr("/nope/program"), HasSubstr("No such file"))));
}

TEST(ChildProcessTest, GivesTheProgramWhatItIsToldTo) {
  ChildCommand command = {{"sh", "-c", "echo $A-$HOME; umask; ulimit -f; exit 3"}, "/"};
  command.environment = {{"PATH", "/usr/bin:/bin"}, {"A", "a"}};
  command.umask = 027;
  command.limits = {{RLIMIT_FSIZE, 1024}};
  const ChildResult result = ChildProcess(command).Wait();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "a-\n0027\n2\n");
}

TEST(ChildProcessTest, StdoutMayBeAFileOrAPipeWithoutReaderOrClosed) {
  ChildCommand command = {{"sh", "-c", "/bin/echo out; echo $? >&2"}, testing::TempDir()};
  command.stdout_file = testing::TempDir() + "/stdout";
  EXPECT_EQ(ChildProcess(command).Wait().err, "0\n");
  std::string line;
  std::getline(std::ifstream(command.stdout_file), line);
  EXPECT_EQ(line, "out");
  command.stdout_file = "/dev/full";
  EXPECT_THAT(ChildProcess(command).Wait().err, HasSubstr("No space left on device"));
  command.stdout_file.clear();
  command.closed_streams = {1};
  EXPECT_THAT(ChildProcess(command).Wait().err, HasSubstr("Bad file descriptor"));
  command.closed_streams.clear();
  command.stdout_has_no_reader = true;
  EXPECT_EQ(ChildProcess(command).Wait().err, "141\n") << "SIGPIPE";
}

TEST(ChildProcessTest, KillsAtTheEndOfItsTime) {
  ChildCommand command = {{"sh", "-c", "sleep 60 & echo begun; wait"}, "/"};
  command.time_limit_seconds = 0.3;
  const ChildResult result = ChildProcess(command).Wait();
  EXPECT_EQ(result.exit_code, ChildResult::kTimedOut);
  EXPECT_EQ(result.out, "begun\n");
  EXPECT_LT(result.wall_seconds, 30);
}

TEST(ChildProcessTest, CanBeWatchedAndSignalled) {
  ChildProcess child({{"sh", "-c", "trap 'echo ended; exit 5' USR1; echo ready >&2; while :; do sleep 0.01; done"}, "/"});
  ASSERT_TRUE(child.WaitForError("ready"));
  child.Signal(SIGUSR1);
  const ChildResult result = child.Wait();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.out, "ended\n");
  EXPECT_FALSE(ChildProcess({{"true"}, "/"}).WaitForError("never"));
}

TEST(ChildProcessTest, StallsAProgramThatWritesToItsError) {
  ChildProcess child({{"sh", "-c", "while :; do echo a line of text that is long enough >&2; done"}, "/"});
  ASSERT_TRUE(child.StallByFullError());
  child.Signal(SIGKILL);
  EXPECT_EQ(child.Wait().exit_code, 128 + SIGKILL);
}

TEST(ChildProcessTest, AProgramThatCannotBeStartedHasItsOwnExitCode) {
  const ChildResult result = ChildProcess({{"/nope/program"}, "/"}).Wait();
  EXPECT_EQ(result.exit_code, ChildResult::kCannotStart);
  EXPECT_THAT(result.err, HasSubstr("No such file"));
  EXPECT_EQ(ChildProcess({{"true"}, "/nope"}).Wait().exit_code, ChildResult::kCannotStart);
}

// Neither gone nor a zombie that init has yet to collect.
bool IsAlive(const std::string& pid) {
  std::string stat;
  std::getline(std::ifstream("/proc/" + pid + "/stat"), stat);
  return !stat.empty() && stat.find(") Z") == std::string::npos && stat.find(") X") == std::string::npos;
}

// Must come last: the stop signal stays set.
TEST(ChildProcessTest, AStopSignalKillsTheChildAndWhatItHasStarted) {
  InstallStopSignals();
  const std::string pid_file = testing::TempDir() + "grandchild";
  std::thread signaller([&] {
    std::string pid;
    while (!std::getline(std::ifstream(pid_file), pid)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    kill(getpid(), SIGTERM);
  });
  const auto result = RunShell("sleep 60 & echo $! > grandchild.new; mv grandchild.new grandchild; wait");
  signaller.join();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled) << result.status();

  std::string pid;
  std::getline(std::ifstream(pid_file), pid);
  ASSERT_FALSE(pid.empty());
  for (int waited = 0; waited < 1000 && IsAlive(pid); ++waited) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(IsAlive(pid));
}

}  // namespace
}  // namespace mica
