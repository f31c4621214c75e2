// F13 to F16: each call of a run on its files fails once with each error that it can have on Linux.
// The run ends with exit code 5 with path and reason, or is like any other; never a half-written
// file, nothing left on its way. The run is mica's, but in this process, its file calls through
// base/files/fake_file_calls.h.
#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "tests/faults/fault_run.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Names of folders and files never change on an EINTR, so those calls have none.
struct Kind {
  const char* name;
  FileCall call;
  std::vector<int> errors;
};

// For the names of failed tests.
std::ostream& operator<<(std::ostream& stream, const Kind& kind) {
  return stream << kind.name;
}

// An old checkpoint that cannot be listed or removed costs space, nothing else: the next one tries
// again.
bool IsTidyingUp(const FileCallRecord& call) {
  return call.call == FileCall::kUnlink || call.call == FileCall::kRmdir || absl::EndsWith(call.path, ".del");
}

// Not worth a word: old checkpoints that stay, a close of what was only read or has been synced
// before.
bool MayBeSilent(const FileCallRecord& call) {
  return IsTidyingUp(call) || call.call == FileCall::kList || call.call == FileCall::kClose;
}

void ExpectRightEnd(const GoldenRun& golden, const FileCallRecord& call, int error, const absl::Status& status, const std::string& said) {
  const std::vector<std::string> on_their_way = ExpectWholeRun(golden, "a");
  if (IsTidyingUp(call)) {
    EXPECT_THAT(on_their_way, Each(EndsWith(".del")));
  } else {
    EXPECT_THAT(on_their_way, IsEmpty());
  }
  if (status.ok()) ExpectGoldenRun(golden, "a");
  if (error == EINTR) {
    EXPECT_THAT(status, IsOk());
  } else if (!status.ok()) {
    EXPECT_THAT(status, Fails(ExitCode::kOutput, AllOf(HasSubstr(strerror(error)), HasSubstr(golden.tiny().folder()))));
  } else if (!MayBeSilent(call)) {
    EXPECT_THAT(said, AllOf(HasSubstr("warning: "), HasSubstr(strerror(error)))) << "went on without a word";
  }
}

// All of this kind; some look above the experiment's folder.
std::vector<FileCallRecord> CallsOfARun(const TinyExperiment& tiny, FileCall kind) {
  FakeFileCalls counted;
  EXPECT_THAT(FaultRunHere(tiny, "a", counted), IsOk());
  std::vector<FileCallRecord> calls;
  for (const FileCallRecord& record : counted.records()) {
    if (record.call == kind) calls.push_back(record);
  }
  return calls;
}

class FailingRunTest : public testing::TestWithParam<Kind> {};

TEST_P(FailingRunTest, EndsWithAMessageOrLikeAnyOther) {
  const TinyExperiment tiny(absl::StrCat("failing_", GetParam().name));
  const GoldenRun golden(tiny);
  const std::vector<FileCallRecord> record = CallsOfARun(tiny, GetParam().call);
  ASSERT_FALSE(record.empty());
  int failed = 0;
  int ended = 0;
  int went_on = 0;
  for (size_t i = 0; i < record.size(); ++i) {
    if (!absl::StartsWith(record[i].path, tiny.folder())) continue;
    ++failed;
    for (const int error : GetParam().errors) {
      SCOPED_TRACE(absl::StrCat(testing::PrintToString(record[i]), ": ", strerrorname_np(error)));
      std::filesystem::remove_all(tiny.Path("runs"));
      FakeFileCalls calls;
      calls.DoNotSync();
      calls.FailNth(GetParam().call, static_cast<int>(i) + 1, error);
      testing::internal::CaptureStderr();
      const absl::Status status = FaultRunHere(tiny, "a", calls);
      const std::string said = testing::internal::GetCapturedStderr();
      ASSERT_GT(calls.count(GetParam().call), static_cast<int>(i));
      EXPECT_EQ(calls.open_files(), 0);
      ++(status.ok() ? went_on : ended);
      ExpectRightEnd(golden, record[i], error, status, said);
      ASSERT_FALSE(HasFailure());
    }
  }
  ExpectNextRunIsGolden(golden);
  std::cout << GetParam().name << ": " << failed << " calls, " << ended << " runs ended with exit code 5, " << went_on << " went on\n";
}

INSTANTIATE_TEST_SUITE_P(Each, FailingRunTest,
                         testing::Values(Kind{"mkdir", FileCall::kMkdir, {ENOSPC, EDQUOT, EIO}},
                                         Kind{"open", FileCall::kOpen, {EMFILE, ENOSPC, EINTR, EDQUOT, ENOMEM, EIO}},
                                         Kind{"open_to_read", FileCall::kOpenToRead, {EMFILE, EINTR, ENOMEM, EIO}},
                                         Kind{"list", FileCall::kList, {EMFILE, EINTR, ENOMEM, EIO}},
                                         Kind{"read", FileCall::kRead, {EIO, EINTR}},
                                         Kind{"write", FileCall::kWrite, {ENOSPC, EINTR, EIO, EDQUOT}},
                                         Kind{"fsync", FileCall::kFsync, {EIO, EINTR, ENOSPC, EDQUOT}},
                                         Kind{"close", FileCall::kClose, {EIO, EINTR, EDQUOT}},
                                         Kind{"rename", FileCall::kRename, {ENOSPC, EIO, EDQUOT}}, Kind{"unlink", FileCall::kUnlink, {EIO}},
                                         Kind{"rmdir", FileCall::kRmdir, {EIO}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ShortWritesTest, MakeNoDifference) {
  const TinyExperiment tiny("short_writes");
  const GoldenRun golden(tiny);
  for (const size_t bytes : {1, 7, 100}) {
    std::filesystem::remove_all(tiny.Path("runs"));
    FakeFileCalls calls;
    calls.DoNotSync();
    calls.ShortenWrites(bytes);
    ASSERT_THAT(FaultRunHere(tiny, "a", calls), IsOk());
    ExpectGoldenRun(golden, "a");
  }
}

// F13: at bytes all over what a run writes. The disk stays full, so the run ends there, or at its
// next checkpoint but two.
TEST(FullDiskTest, LeavesOnlyWholeFiles) {
  const TinyExperiment tiny("full_disk");
  const GoldenRun golden(tiny);
  int runs = 0;
  for (size_t room = 0;; room += 193, ++runs) {
    SCOPED_TRACE(room);
    std::filesystem::remove_all(tiny.Path("runs"));
    FakeFileCalls calls;
    calls.DoNotSync();
    calls.FailWritesAfter(room, ENOSPC);
    const absl::Status status = FaultRunHere(tiny, "a", calls);
    EXPECT_THAT(ExpectWholeRun(golden, "a"), IsEmpty());
    ASSERT_FALSE(HasFailure());
    if (status.ok()) break;
    EXPECT_THAT(status, Fails(ExitCode::kOutput, HasSubstr("No space left on device")));
  }
  std::cout << runs << " runs ended on a full disk\n";
}

}  // namespace
}  // namespace mica
