// F1 to F8, the writing side: mica killed (-9) at calls of each kind and at random instants.
// Whatever stands at a final name is whole, and the next run is like any other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/faults/fault_run.h"
#include "tests/faults/strace_process.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AnyOf;
using ::testing::Le;
using ::testing::SizeIs;

// Numbers of temporary files left out: the same call has the same name in every run.
std::string PlaceOf(const SystemCall& call) {
  // Names of temporary files and of event files have times and process ids in them.
  return absl::StrCat(call.name, " ", call.path.substr(0, std::min(call.path.find(".tmp."), call.path.find(".tfevents."))));
}

// The calls of mica's first thread with this name that touch the folder; an openat counts where it
// may create.
std::vector<SystemCall> CallsOf(const TracedRun& run, const std::string& name, const std::string& folder) {
  std::vector<SystemCall> found;
  for (const SystemCall& call : run.calls) {
    if (call.name != name || !absl::StartsWith(call.path, folder)) continue;
    EXPECT_EQ(call.thread, run.calls[0].thread) << call << ": strace's counting would not find it again";
    if (name == "openat" && !call.creates()) continue;
    found.push_back(call);
  }
  return found;
}

// Of mica's first thread.
const SystemCall& LastCall(const TracedRun& run) {
  const auto last =
      std::find_if(run.calls.rbegin(), run.calls.rend(), [&](const SystemCall& call) { return call.thread == run.calls[0].thread; });
  return *last;
}

// Kills mica at the call and checks that it got there.
void KillAt(const SystemCall& call, const TinyExperiment& tiny) {
  const TracedRun killed = RunTracedAndKillAt(call, FaultRun(tiny, "a"));
  EXPECT_EQ(killed.result.exit_code, kKilled) << killed.result;
  ASSERT_FALSE(killed.calls.empty());
  ASSERT_EQ(PlaceOf(LastCall(killed)), PlaceOf(call)) << "killed elsewhere";
}

// F1, F2, F4, F5, F6, F8 with a real kill: at each call that reads the data, when there is no run
// folder yet, and at the middle one of each name that changes files. killed_run_test does it at all
// of them.
TEST(KillTest, AKillAtACallLeavesOnlyWholeFiles) {
  if (!WhyNoStrace().empty()) GTEST_SKIP() << WhyNoStrace();
  const TinyExperiment tiny("kill");
  const GoldenRun golden(tiny);
  const TracedRun counted = RunTraced(FaultRun(tiny, "a"));
  ASSERT_EQ(counted.result.exit_code, 0) << counted.result;
  std::filesystem::remove_all(tiny.Path("runs"));
  int reading = 0;
  for (const SystemCall& call : counted.calls) {
    if (!absl::StartsWith(call.path, tiny.Path("data/"))) continue;
    SCOPED_TRACE(testing::PrintToString(call));
    EXPECT_EQ(RunTracedAndKillAt(call, FaultRun(tiny, "a")).result.exit_code, kKilled);
    EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
    ++reading;
  }
  EXPECT_GE(reading, 8) << "four files are opened and read";
  for (const char* const name : {"mkdir", "openat", "write", "fsync", "close", "rename", "unlink", "rmdir"}) {
    const std::vector<SystemCall> calls = CallsOf(counted, name, tiny.Path("runs"));
    ASSERT_FALSE(calls.empty()) << name;
    const SystemCall& call = calls[calls.size() / 2];
    SCOPED_TRACE(testing::PrintToString(call));
    KillAt(call, tiny);
    EXPECT_THAT(ExpectWholeRun(golden, "a"), SizeIs(Le(1)));
    ExpectNextRunIsGolden(golden);
    std::filesystem::remove_all(tiny.Path("runs"));
  }
}

int64_t NumberFromEnvironment(const char* name, int64_t otherwise) {
  const char* const value = getenv(name);
  return value == nullptr ? otherwise : atoll(value);
}

// Kills a run of its own at a random instant of the time that an undisturbed one takes, and checks
// what is left.
class RandomKills {
 public:
  explicit RandomKills(int cpu_threads)
      : cpu_threads_(cpu_threads), tiny_(absl::StrCat("random_kills_", cpu_threads)), golden_(tiny_, cpu_threads) {
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(RunMica(FaultRun(tiny_, "timed", cpu_threads)).exit_code, 0);
    run_us_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started).count();
  }

  void KillOne(const std::string& run, std::mt19937_64& random) {
    const int64_t wait = std::uniform_int_distribution<int64_t>(0, run_us_)(random);
    SCOPED_TRACE(absl::StrCat(run, " with ", cpu_threads_, " threads, killed after ", wait, " us"));
    MicaProcess mica(FaultRun(tiny_, run, cpu_threads_));
    usleep(wait);
    mica.Signal(SIGKILL);
    EXPECT_THAT(mica.Wait().exit_code, AnyOf(kKilled, 0)) << "0: it was faster this time";
    EXPECT_THAT(ExpectWholeRun(golden_, run), SizeIs(Le(1)));
    std::filesystem::remove_all(tiny_.RunPath(run, ""));
  }

  void ExpectNextRun() { ExpectNextRunIsGolden(golden_); }

 private:
  const int cpu_threads_;
  const TinyExperiment tiny_;
  const GoldenRun golden_;
  int64_t run_us_ = 0;
};

// F3 and all others: at any instant, in a step too. MICA_RANDOM_KILLS says how often
// (docs/faults.md), MICA_RANDOM_SEED repeats a failure.
TEST(RandomKillTest, AnyInstantLeavesOnlyWholeFiles) {
  const int64_t kills = NumberFromEnvironment("MICA_RANDOM_KILLS", 20);
  const int64_t seed = NumberFromEnvironment("MICA_RANDOM_SEED", std::chrono::system_clock::now().time_since_epoch().count());
  std::cout << kills << " kills, MICA_RANDOM_SEED=" << seed << std::endl;
  std::mt19937_64 random(seed);
  RandomKills one_thread(1);
  RandomKills two_threads(2);
  for (int64_t i = 0; i < kills && !testing::Test::HasFailure(); ++i) {
    (i % 2 == 0 ? one_thread : two_threads).KillOne(absl::StrCat("killed_", i), random);
  }
  one_thread.ExpectNextRun();
  two_threads.ExpectNextRun();
}

}  // namespace
}  // namespace mica
