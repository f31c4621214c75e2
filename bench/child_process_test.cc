#include "bench/child_process.h"

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
