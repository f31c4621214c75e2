#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_split.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

TEST(ResampleBenchmarkTest, ComparesEachSizeAndNeedsNoPython) {
  const std::string csv = testing::TempDir() + "resample.csv", runfiles = std::filesystem::current_path().string();
  const std::string program = runfiles + "/bench/resample";
  const auto result = RunChild({{program, "--quick", "--csv=" + csv}, runfiles});
  ASSERT_THAT(result, IsOk());
  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(testing::Ge(17)));
  EXPECT_THAT(lines[1], MatchesRegex("B17,\"1000 pictures, 500x375 to 224x224, bilinear\",\"OpenCV, INTER_AREA\",[0-9.]+,.*"));

  const auto help = RunChild({{program, "--help"}, runfiles});
  ASSERT_THAT(help, IsOk());
  EXPECT_THAT(help->out, HasSubstr("--quick"));
  EXPECT_THAT(help->out, Not(HasSubstr("ython")));
}

}  // namespace
}  // namespace mica
