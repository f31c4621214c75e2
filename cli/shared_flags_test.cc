#include "cli/shared_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::StartsWith;

absl::StatusOr<std::string> Check(absl::string_view name, const std::string& text) {
  const auto flag = std::find_if(SharedFlags().begin(), SharedFlags().end(), [&](const VerbFlag& flag) { return flag.name == name; });
  return CheckedLogValue(*flag, text);
}

TEST(SharedFlagsTest, LogFoldersExist) {
  const std::string folder = MakeTestFolder("log_dir");
  EXPECT_THAT(Check("log_dir", folder + "/."), IsOkAndHolds(folder));
  EXPECT_THAT(Check("log_dir", folder + "/logs"),
              Fails(ExitCode::kFlag, StartsWith("--log_dir: " + folder + "/logs: No such file or directory")));
  WriteTestFile(folder + "/file", "");
  EXPECT_THAT(Check("log_dir", folder + "/file"), Fails(ExitCode::kFlag, "--log_dir: " + folder + "/file: is no folder"));
  EXPECT_THAT(Check("log_dir", ""), Fails(ExitCode::kFlag, "--log_dir is empty; name a folder, or leave it out"));
}

TEST(SharedFlagsTest, LogFoldersAreWritable) {
  // Not even root may make files there.
  EXPECT_THAT(Check("log_dir", "/proc/self"), Fails(ExitCode::kFlag, StartsWith("--log_dir: /proc/self: cannot write: ")));
}

TEST(SharedFlagsTest, ModulesHaveALevel) {
  EXPECT_THAT(Check("vmodule", "train=1,*_builder=-2"), IsOkAndHolds("train=1,*_builder=-2"));
  for (const std::string text : {"", "train", "train=", "=1", "train=x", "train=1,", "train=1 evaluator=2"}) {
    EXPECT_THAT(Check("vmodule", text),
                Fails(ExitCode::kFlag, "--vmodule: expected FILE=N,… with names of source files and whole numbers, got '" + text + "'"));
  }
}

TEST(SharedFlagsTest, SeveritiesExist) {
  for (const std::string flag : {"stderrthreshold", "minloglevel"}) {
    EXPECT_THAT(Check(flag, "3"), IsOkAndHolds("3"));
    for (const std::string text : {"-1", "4", "03"}) {
      EXPECT_THAT(
          Check(flag, text),
          Fails(ExitCode::kFlag, "--" + flag + ": expected a severity: 0 (info), 1 (warning), 2 (error) or 3 (fatal), got '" + text + "'"));
    }
  }
}

}  // namespace
}  // namespace mica
