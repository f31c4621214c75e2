// mica's own system calls, as strace sees them: those that change the run folder are the ones that
// base/files/fake_file_calls.h records of the same run, in the same order. So what the tests find
// out about the record (killed_run_test, failing_run_test) holds for mica, and no call goes round
// FileCalls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "tests/faults/fault_run.h"
#include "tests/faults/strace_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::ElementsAreArray;
using ::testing::Ge;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// "rename PATH to NEW_PATH", numbers of temporary files left out.
std::string Line(const std::string& name, const std::string& path, const std::string& new_path) {
  // Names of temporary files and of event files have times and process ids in them.
  const std::string line = absl::StrCat(name, " ", path.substr(0, std::min(path.find(".tmp."), path.find(".tfevents."))));
  return new_path.empty() ? line : absl::StrCat(line, " to ", new_path);
}

std::vector<std::string> ChangesOfTheRecord(const TinyExperiment& tiny, int cpu_threads) {
  FakeFileCalls calls;
  EXPECT_THAT(FaultRunHere(tiny, "a", calls, cpu_threads), IsOk());
  std::vector<std::string> lines;
  for (const FileCallRecord& record : calls.records()) {
    const std::string text = testing::PrintToString(record);
    if (record.ok && record.Changes() && absl::StartsWith(record.path, tiny.folder()))
      lines.push_back(Line(text.substr(0, text.find(' ')), record.path, record.new_path));
  }
  return lines;
}

// All calls of any name in the folder, but those that only read.
std::vector<std::string> ChangesOfMica(const TracedRun& run, const std::string& folder) {
  std::vector<std::string> lines;
  for (const SystemCall& call : run.calls) {
    const bool only_reads = call.name == "read" || call.name == "close" || (call.name == "openat" && !call.creates());
    if (!call.ok || only_reads || !(absl::StartsWith(call.path, folder) || absl::StartsWith(call.new_path, folder))) continue;
    EXPECT_EQ(call.thread, run.calls[0].thread) << call << ": all files are written by mica's first thread";
    lines.push_back(Line(call.name == "openat" ? "open" : call.name, call.path, call.new_path));
  }
  return lines;
}

TEST(OrderTest, MicaMakesTheCallsOfTheRecordInItsOrder) {
  if (!WhyNoStrace().empty()) GTEST_SKIP() << WhyNoStrace();
  for (const int cpu_threads : {1, 2}) {
    SCOPED_TRACE(cpu_threads);
    const TinyExperiment tiny(absl::StrCat("order_", cpu_threads));
    const std::vector<std::string> record = ChangesOfTheRecord(tiny, cpu_threads);
    EXPECT_THAT(record, SizeIs(Ge(130u)));
    std::filesystem::remove_all(tiny.Path("runs"));

    const TracedRun run = RunTraced(FaultRun(tiny, "a", cpu_threads));

    ASSERT_EQ(run.result.exit_code, 0) << run.result;
    EXPECT_THAT(ChangesOfMica(run, tiny.folder()), ElementsAreArray(record));
    // F42: containers often have little shared memory, or none. Taking it away needs rights that a
    // test may lack, so: nobody asks for it.
    for (const SystemCall& call : run.calls) EXPECT_THAT(call.path, Not(StartsWith("/dev/shm"))) << call;
  }
}

}  // namespace
}  // namespace mica
