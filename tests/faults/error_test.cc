// F13 to F16: each of mica's calls on its run folder fails once. Exit code 5 with path and reason, or a run like any other; never a signal,
// never a half-written file, nothing left on its way.
#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
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

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Error {
  const char* name;
  int number;
};

constexpr Error kDiskFull = {"ENOSPC", ENOSPC};
constexpr Error kQuota = {"EDQUOT", EDQUOT};
constexpr Error kBadDisk = {"EIO", EIO};
constexpr Error kOpenFiles = {"EMFILE", EMFILE};
constexpr Error kNoMemory = {"ENOMEM", ENOMEM};
constexpr Error kInterrupted = {"EINTR", EINTR};

// What each call can fail with on Linux. Names of folders and files never change on an EINTR, so those calls have none.
const std::map<std::string, std::vector<Error>>& ErrorsOfCalls() {
  static const auto* const errors = new std::map<std::string, std::vector<Error>>{
      {"mkdir", {kDiskFull, kQuota, kBadDisk}},
      {"openat", {kOpenFiles, kDiskFull, kInterrupted, kQuota, kNoMemory, kBadDisk}},
      {"read", {kBadDisk, kInterrupted}},
      {"write", {kDiskFull, kInterrupted, kBadDisk, kQuota}},
      {"fsync", {kBadDisk, kInterrupted, kDiskFull, kQuota}},
      {"close", {kBadDisk, kInterrupted, kQuota}},
      {"rename", {kDiskFull, kBadDisk, kQuota}},
      {"unlinkat", {kBadDisk}},
      {"rmdir", {kBadDisk}},
  };
  return *errors;
}

class ErrorAtCallTest : public testing::TestWithParam<const char*> {
 protected:
  // All errors at each call where MICA_ALL_ERRORS is set, else one at each, in turn.
  static std::vector<Error> ErrorsAt(const SystemCall& call) {
    const std::vector<Error>& errors = ErrorsOfCalls().at(call.name);
    if (getenv("MICA_ALL_ERRORS") != nullptr) return errors;
    static int turn = 0;
    return {errors[turn++ % errors.size()]};
  }
};

// An old checkpoint that cannot be listed or removed costs space, nothing else: the next one tries again.
bool IsTidyingUp(const SystemCall& call) {
  return call.name == "unlinkat" || call.name == "rmdir" || absl::EndsWith(call.path, ".del");
}

// Not worth a word: old checkpoints that stay, a close of what was only read or has been synced before.
bool MayBeSilent(const SystemCall& call) {
  const bool lists_checkpoints = call.name == "openat" && absl::EndsWith(call.path, "/checkpoints");
  return IsTidyingUp(call) || lists_checkpoints || call.name == "close";
}

void ExpectRightEnd(const GoldenRun& golden, const SystemCall& call, const Error& error, const MicaResult& result) {
  EXPECT_THAT(result.exit_code, AnyOf(0, 5)) << result;
  const std::vector<std::string> on_their_way = ExpectWholeRun(golden, "a");
  if (IsTidyingUp(call)) {
    EXPECT_THAT(on_their_way, Each(EndsWith(".del")));
  } else {
    EXPECT_THAT(on_their_way, IsEmpty());
  }
  if (result.exit_code == 0) ExpectGoldenRun(golden, "a");
  if (error.number == EINTR) {
    EXPECT_EQ(result.exit_code, 0) << result;
  } else if (result.exit_code == 5) {
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr(strerror(error.number)), HasSubstr(golden.tiny().Path("runs"))));
  } else if (!MayBeSilent(call)) {
    EXPECT_THAT(result.err, AllOf(HasSubstr("warning: "), HasSubstr(strerror(error.number)))) << "went on without a word";
  }
}

TEST_P(ErrorAtCallTest, EndsWithAMessageOrLikeAnyOther) {
  if (!WhyNoStrace().empty()) GTEST_SKIP() << WhyNoStrace();
  const TinyExperiment tiny(absl::StrCat("error_", GetParam()));
  const GoldenRun golden(tiny);
  const TracedRun counted = RunTraced(FaultRun(tiny, "a"));
  ASSERT_EQ(counted.result.exit_code, 0) << counted.result;
  std::map<int, int> ends;
  for (const SystemCall& call : counted.calls) {
    if (call.name != GetParam() || !absl::StartsWith(call.path, tiny.Path("runs"))) continue;
    for (const Error& error : ErrorsAt(call)) {
      SCOPED_TRACE(absl::StrCat(testing::PrintToString(call), ": ", error.name));
      std::filesystem::remove_all(tiny.Path("runs"));
      const TracedRun failed = RunTraced(FaultRun(tiny, "a"), FailAt(call, error.name));
      EXPECT_EQ(std::count_if(failed.calls.begin(), failed.calls.end(), [](const SystemCall& each) { return each.injected; }), 1);
      ++ends[failed.result.exit_code];
      ExpectRightEnd(golden, call, error, failed.result);
    }
  }
  EXPECT_GT(ends[0] + ends[5], 0);
  ExpectNextRunIsGolden(golden);
  std::cout << GetParam() << ": " << ends[5] << " runs ended with exit code 5, " << ends[0] << " went on\n";
}

INSTANTIATE_TEST_SUITE_P(Each, ErrorAtCallTest,
                         testing::Values("mkdir", "openat", "read", "write", "fsync", "close", "rename", "unlinkat", "rmdir"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace mica
