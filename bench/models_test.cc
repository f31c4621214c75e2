// mica's side of the benchmark with small batches, and the benchmark with a script in place of
// PyTorch in Python. Measuring all of it takes too long for a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::StatusOr<ChildResult> RunFile(const std::string& name, std::vector<std::string> arguments) {
  const std::string runfiles = std::filesystem::current_path().string();
  arguments.insert(arguments.begin(), runfiles + "/bench/" + name);
  return RunChild({arguments, runfiles});
}

TEST(ModelWorkTest, MeasuresEachKindOfWork) {
  for (const std::string kind : {"train", "frozen", "infer"}) {
    const auto result = RunFile("model_work", {kind, "resnet18", "2", "1"});
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->out, StartsWith("seconds=")) << kind;
  }
}

TEST(ModelWorkTest, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"train", "resnet18"},
                                                {"train", "resnet18", "0"},
                                                {"walk", "resnet18", "1"},
                                                {"infer", "resnet", "1"}}) {
    EXPECT_FALSE(RunFile("model_work", words).ok());
  }
}

// The script fails in its first run, before anything is measured.
TEST(ModelsBenchmarkTest, TellsThePeerWhatToDoAndReportsItsFailure) {
  const std::string python = testing::TempDir() + "fake_python", told = testing::TempDir() + "told";
  std::ofstream(python) << "#!/bin/sh\necho \"$*\" >> " << told << "\necho no torch here >&2\nexit 1\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);

  const auto result = RunFile("models", {"--quick", "--rows=B18", "--python=" + python});
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(result.status().message(), HasSubstr("no torch here"));
  EXPECT_THAT(*ReadFile(told), HasSubstr("models.py frozen resnet18 16\n"));
}

}  // namespace
}  // namespace mica
