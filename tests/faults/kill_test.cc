// F1 to F8, the writing side: mica killed (-9) at each of its calls that change files, and at random instants. Whatever stands at a final
// name is whole, and the next run is like any other.
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
#include "tests/faults/sync_order.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

// Numbers of temporary files left out: the same call has the same name in every run.
std::string PlaceOf(const SystemCall& call) {
  return absl::StrCat(call.name, " ", call.path.substr(0, call.path.find(".tmp.")));
}

// The calls of mica's first thread with this name that touch the folder; an openat counts where it may create, a close of what was written.
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

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!WhyNoStrace().empty()) GTEST_SKIP() << WhyNoStrace();
  }
};

class KillAtCallTest : public KillTest, public testing::WithParamInterface<const char*> {};

// F2, F4, F5, F6, F8: at every instant between two changes of the disk.
TEST_P(KillAtCallTest, LeavesOnlyWholeFiles) {
  const TinyExperiment tiny(absl::StrCat("kill_", GetParam()));
  const GoldenRun golden(tiny);
  const TracedRun counted = RunTraced(FaultRun(tiny, "a"));
  ASSERT_EQ(counted.result.exit_code, 0) << counted.result;
  const std::vector<SystemCall> calls = CallsOf(counted, GetParam(), tiny.Path("runs"));
  ASSERT_FALSE(calls.empty());
  for (size_t i = 0; i < calls.size(); ++i) {
    SCOPED_TRACE(testing::PrintToString(calls[i]));
    std::filesystem::remove_all(tiny.Path("runs"));
    const TracedRun killed = RunTraced(FaultRun(tiny, "a"), KillAt(calls[i]));
    EXPECT_EQ(killed.result.exit_code, kKilled) << killed.result;
    ASSERT_FALSE(killed.calls.empty());
    ASSERT_EQ(PlaceOf(LastCall(killed)), PlaceOf(calls[i])) << "killed elsewhere";
    EXPECT_THAT(ExpectWholeRun(golden, "a"), SizeIs(Le(1)));
    if (i % 5 == 0) ExpectNextRunIsGolden(golden);
  }
  std::cout << "killed at " << calls.size() << " calls of " << GetParam() << "\n";
}

INSTANTIATE_TEST_SUITE_P(Each, KillAtCallTest, testing::Values("mkdir", "openat", "write", "fsync", "close", "rename", "unlinkat", "rmdir"),
                         [](const auto& info) { return std::string(info.param); });

// F1: there is no run folder before the data has been read.
TEST_F(KillTest, F1KilledWhileItReadsTheData) {
  const TinyExperiment tiny("kill_reading");
  const TracedRun counted = RunTraced(FaultRun(tiny, "counted"));
  std::vector<SystemCall> calls;
  for (const SystemCall& call : counted.calls) {
    if (absl::StartsWith(call.path, tiny.Path("data/"))) calls.push_back(call);
  }
  ASSERT_THAT(calls, SizeIs(testing::Ge(8))) << "four files are opened and read";
  std::filesystem::remove_all(tiny.Path("runs"));
  const GoldenRun golden(tiny);
  for (const SystemCall& call : calls) {
    SCOPED_TRACE(testing::PrintToString(call));
    EXPECT_EQ(RunTraced(FaultRun(tiny, "a"), KillAt(call)).result.exit_code, kKilled);
    EXPECT_FALSE(std::filesystem::exists(tiny.Path("runs")));
  }
  ExpectNextRunIsGolden(golden);
}

int64_t NumberFromEnvironment(const char* name, int64_t otherwise) {
  const char* const value = getenv(name);
  return value == nullptr ? otherwise : atoll(value);
}

// Kills a run of its own at a random instant of the time that an undisturbed one takes, and checks what is left.
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

// F3 and all others: at any instant, in a step too. MICA_RANDOM_KILLS says how often (docs/faults.md), MICA_RANDOM_SEED repeats a failure.
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

// F4, F5 where the power fails instead of the process.
TEST_F(KillTest, NothingReliesOnWhatAPowerCutCouldUndo) {
  const TinyExperiment tiny("power_cut");
  const TracedRun run = RunTraced(FaultRun(tiny, "a"));
  ASSERT_EQ(run.result.exit_code, 0) << run.result;
  std::vector<std::string> renamed;
  for (const SystemCall& call : run.calls) {
    if (call.name == "rename") renamed.push_back(call.new_path);
  }
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "checkpoints/step-000000005")));
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "summary.csv")));
  EXPECT_THAT(SyncOrderProblems(run.calls, tiny.folder()), IsEmpty());
}

}  // namespace
}  // namespace mica
