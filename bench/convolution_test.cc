#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(ConvolutionTest, ComparesEachLayerAndNeedsNoPython) {
  const std::string csv = testing::TempDir() + "convolution.csv", runfiles = std::filesystem::current_path().string();
  const std::string program = runfiles + "/bench/convolution";
  const auto result = RunChild({{program, "--quick", "--csv=" + csv}, runfiles});
  ASSERT_THAT(result, IsOk());
  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(15));
  EXPECT_TRUE(absl::StartsWith(lines[1], "B9,\"1 to 10 channels, 28x28\",LibTorch,0.")) << lines[1];
  EXPECT_TRUE(absl::StartsWith(lines[14], "B19,\"512 to 512 channels, 7x7\",LibTorch,0.")) << lines[14];

  const auto help = RunChild({{program, "--help"}, runfiles});
  ASSERT_THAT(help, IsOk());
  EXPECT_THAT(help->out, HasSubstr("--quick"));
  EXPECT_THAT(help->out, Not(HasSubstr("ython")));
}

}  // namespace
}  // namespace mica
