// F2, F4 to F6, F8: a run that dies at each of its calls that change files, and inside each write;
// and what a power cut could undo. Whatever stands at a final name is whole, and the next run is
// like any other. The run is mica's, but in this process, its file calls through
// base/files/fake_file_calls.h; order_test shows that mica makes the same calls, kill_test that a
// kill leaves the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/files/sync_order.h"
#include "base/testing/status_matchers.h"
#include "tests/faults/fault_run.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

std::vector<FileCallRecord> RecordOfARun(const TinyExperiment& tiny) {
  FakeFileCalls calls;
  EXPECT_THAT(FaultRunHere(tiny, "a", calls), IsOk());
  EXPECT_EQ(calls.open_files(), 0);
  return calls.records();
}

// In a process of its own. Returns its exit code.
int RunAndDieAt(const TinyExperiment& tiny, int nth, size_t torn_bytes) {
  const pid_t child = fork();
  if (child == 0) {
    FakeFileCalls calls;
    calls.DoNotSync();
    calls.DieAt(nth, torn_bytes);
    _exit(FaultRunHere(tiny, "a", calls).ok() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct Kind {
  const char* name;
  FileCall call;
};

class KilledRunTest : public testing::TestWithParam<Kind> {};

TEST_P(KilledRunTest, LeavesOnlyWholeFiles) {
  const TinyExperiment tiny(absl::StrCat("killed_", GetParam().name));
  const GoldenRun golden(tiny);
  const std::vector<FileCallRecord> record = RecordOfARun(tiny);
  int places = 0;
  for (size_t i = 0; i < record.size(); ++i) {
    const bool counts = record[i].Changes() || record[i].call == FileCall::kClose;
    if (record[i].call != GetParam().call || !counts || !absl::StartsWith(record[i].path, tiny.folder())) continue;
    SCOPED_TRACE(testing::PrintToString(record[i]));
    const std::vector<size_t> torn_bytes = record[i].call == FileCall::kWrite ? std::vector<size_t>{0, 7} : std::vector<size_t>{0};
    for (const size_t torn : torn_bytes) {
      std::filesystem::remove_all(tiny.Path("runs"));
      ASSERT_EQ(RunAndDieAt(tiny, static_cast<int>(i) + 1, torn), FakeFileCalls::kDied);
      EXPECT_THAT(ExpectWholeRun(golden, "a"), SizeIs(Le(1)));
      ASSERT_FALSE(HasFailure());
    }
    if (places++ % 5 == 0) ExpectNextRunIsGolden(golden);
  }
  EXPECT_GT(places, 0);
  std::cout << "died at " << places << " calls of " << GetParam().name << "\n";
}

INSTANTIATE_TEST_SUITE_P(Each, KilledRunTest,
                         testing::Values(Kind{"mkdir", FileCall::kMkdir}, Kind{"open", FileCall::kOpen}, Kind{"write", FileCall::kWrite},
                                         Kind{"fsync", FileCall::kFsync}, Kind{"close", FileCall::kClose},
                                         Kind{"rename", FileCall::kRename}, Kind{"unlink", FileCall::kUnlink},
                                         Kind{"rmdir", FileCall::kRmdir}),
                         [](const auto& info) { return std::string(info.param.name); });

// F4, F5 where the power fails instead of the process.
TEST(PowerCutTest, NothingReliesOnWhatAPowerCutCouldUndo) {
  const TinyExperiment tiny("power_cut");
  const std::vector<FileCallRecord> record = RecordOfARun(tiny);
  std::vector<std::string> renamed;
  for (const FileCallRecord& call : record) {
    if (call.call == FileCall::kRename) renamed.push_back(call.new_path);
  }
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "checkpoints/step-000000005")));
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "checkpoints/latest")));
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "checkpoints/best")));
  EXPECT_THAT(renamed, Contains(tiny.RunPath("a", "summary.csv")));
  EXPECT_THAT(SyncOrderProblems(record, tiny.folder()), IsEmpty());
}

}  // namespace
}  // namespace mica
