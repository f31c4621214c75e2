// F37 and F42: a clock that jumps, and machines that are small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "eval/report/run_report.pb.h"
#include "tests/faults/fault_run.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::Each;
using ::testing::Ge;
using ::testing::UnorderedElementsAre;

// Where Debian's package libfaketime has it, "" where it is not installed.
std::string FakeTimeLibrary() {
  for (const std::string machine : {"x86_64", "aarch64"}) {
    const std::string path = absl::StrCat("/usr/lib/", machine, "-linux-gnu/faketime/libfaketime.so.1");
    if (std::filesystem::exists(path)) return path;
  }
  return "";
}

class ClockTest : public testing::Test {
 protected:
  void SetUp() override {
    if (FakeTimeLibrary().empty()) GTEST_SKIP() << "NOT TESTED: libfaketime is not installed";
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "NOT TESTED: the address sanitizer must be the first library";
#endif
  }

  // Only the clock that people read is another; the monotonic one goes on, as it does when somebody
  // sets the time.
  static void FakeClock(MicaCommand* command, const std::string& name, const std::string& value) {
    command->environment["LD_PRELOAD"] = FakeTimeLibrary();
    command->environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    command->environment["DONT_FAKE_MONOTONIC"] = "1";  // its name in older releases
    command->environment["FAKETIME_NO_CACHE"] = "1";
    command->environment[name] = value;
  }
};

// The test sets the clock while mica reads it.
void SetClock(const std::string& file, const std::string& offset) {
  WriteTestFile(file + ".new", offset + "\n");
  ASSERT_EQ(rename((file + ".new").c_str(), file.c_str()), 0);
}

// Of the first and the last whole line of log.txt: "2026-01-31T12:00:00.000Z", which order like the
// text they are.
std::string FirstTime(const std::string& path) {
  const std::string log = ReadTestFile(path);
  return log.substr(0, log.find(' '));
}

std::string LastTime(const std::string& path) {
  const std::string log = ReadTestFile(path);
  const size_t end = log.rfind('\n');
  const size_t begin = end == 0 ? std::string::npos : log.rfind('\n', end - 1);
  return log.substr(begin + 1, log.find(' ', begin + 1) - begin - 1);
}

std::vector<double> NumbersOf(const TestTable& table, const std::string& column) {
  std::vector<double> numbers;
  for (const std::string& cell : table.Column(column)) numbers.push_back(strtod(cell.c_str(), nullptr));
  return numbers;
}

TEST_F(ClockTest, F37AClockThatJumpsBackAndAheadMovesNothingElse) {
  const TinyExperiment tiny("clock");
  const std::string clock = tiny.Path("clock");
  SetClock(clock, "+0");
  MicaCommand command = FaultRun(tiny, "a", /*cpu_threads=*/1, /*epochs=*/1000000);
  FakeClock(&command, "FAKETIME_TIMESTAMP_FILE", clock);
  MicaProcess mica(command);
  const std::string log = tiny.RunPath("a", "log.txt");
  int epochs = 0;
  ASSERT_TRUE(mica.WaitForError(absl::StrCat("epoch ", epochs += 5, "/")));
  SetClock(clock, "-400d");
  while (LastTime(log) > FirstTime(log)) ASSERT_TRUE(mica.WaitForError(absl::StrCat("epoch ", epochs += 5, "/")));
  SetClock(clock, "+400d");
  while (LastTime(log) < FirstTime(log)) ASSERT_TRUE(mica.WaitForError(absl::StrCat("epoch ", epochs += 5, "/")));
  mica.Signal(SIGINT);
  const MicaResult result = mica.Wait();
  ASSERT_EQ(result.exit_code, 75) << result;

  const TestTable metrics = ReadTestCsv(tiny.RunPath("a", "metrics.csv"));
  const std::vector<double> steps = NumbersOf(metrics, "step");
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  for (const std::string column : {"images_per_second", "data_wait_fraction", "train_seconds", "eval_seconds"}) {
    EXPECT_THAT(NumbersOf(metrics, column), Each(Ge(0))) << column;
  }
  const auto report = ReadTextproto<RunReport>(tiny.RunPath("a", "run.textproto"));
  for (const double seconds :
       {report.wall_seconds(), report.train_seconds(), report.eval_seconds(), report.start_to_first_step_seconds()}) {
    EXPECT_GE(seconds, 0);
    EXPECT_LT(seconds, 3600);
  }
  const std::string checkpoints = tiny.RunPath("a", "checkpoints");
  EXPECT_EQ(ExpectWholeCheckpoint(checkpoints, NamedCheckpoint(checkpoints, "latest")).step(), report.steps());
}

// A clock that stands still, or was set back to a time that has a run already.
TEST_F(ClockTest, F37TwoRunsOfOneSecondHaveTwoNames) {
  const TinyExperiment tiny("same_second");
  MicaCommand command = FaultRun(tiny, "");
  command.arguments.erase(command.arguments.begin() + 2);  // --run_name
  FakeClock(&command, "FAKETIME", "2024-02-29 23:59:59");
  command.environment["TZ"] = "UTC";
  for (int i = 0; i < 2; ++i) {
    const MicaResult result = RunMica(command);
    ASSERT_EQ(result.exit_code, 0) << result;
  }
  std::vector<std::string> runs;
  for (const auto& entry : std::filesystem::directory_iterator(tiny.Path("runs/tiny"))) runs.push_back(entry.path().filename().string());
  EXPECT_THAT(runs, UnorderedElementsAre("20240229-235959", "20240229-235959-2"));
}

int FirstCpu() {
  cpu_set_t cpus;
  EXPECT_EQ(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
  int cpu = 0;
  while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &cpus)) ++cpu;
  return cpu;
}

TEST(SmallMachineTest, F42OneCpuAndFewOpenFilesAreEnough) {
  for (const int cpu_threads : {1, 2}) {
    SCOPED_TRACE(cpu_threads);
    const TinyExperiment tiny(absl::StrCat("small_", cpu_threads));
    const GoldenRun golden(tiny, cpu_threads);
    MicaCommand command = FaultRun(tiny, "a", cpu_threads);
    command.launcher = {"/usr/bin/taskset", "--cpu-list", absl::StrCat(FirstCpu())};
    command.limits = {{RLIMIT_NOFILE, 64}};
    const MicaResult result = RunMica(command);
    EXPECT_EQ(result.exit_code, 0) << result;
    ExpectGoldenRun(golden, "a");
  }
}

}  // namespace
}  // namespace mica
