// The whole benchmark, with a script in place of PyTorch in Python.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// The number that follows `start`; 0 if the line begins otherwise.
double SecondsBehind(absl::string_view start, absl::string_view line) {
  if (!absl::ConsumePrefix(&line, start)) return 0;
  double seconds = 0;
  EXPECT_TRUE(absl::SimpleAtod(line.substr(0, line.find(',')), &seconds)) << line;
  return seconds;
}

TEST(OptimizerStepTest, ComparesMicaWithItsPeers) {
  const std::string python = testing::TempDir() + "fake_python";
  std::ofstream(python) << "#!/bin/sh\ncase \"$*\" in *--fused) echo step_seconds=1000;; *) echo step_seconds=2000;; esac\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const std::string csv = testing::TempDir() + "optimizer_step.csv";

  const std::string runfiles = std::filesystem::current_path().string();
  const auto result = RunChild({{runfiles + "/bench/optimizer_step", "--quick", "--python=" + python, "--csv=" + csv}, runfiles});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->out, HasSubstr("reached"));  // against the script's 1000 s any step is fast

  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_TRUE(absl::StartsWith(lines[1], "B8,\"AdamW step, ResNet-18\",\"PyTorch, default\",2000,")) << lines[1];
  EXPECT_TRUE(absl::StartsWith(lines[2], "B8,\"AdamW step, ResNet-18\",\"PyTorch, fused=True\",1000,")) << lines[2];
  EXPECT_GT(SecondsBehind("B8,\"AdamW step, ResNet-18\",C++ torch::optim::AdamW,", lines[3]), 0);
  EXPECT_GT(SecondsBehind("B8,\"AdamW step, ResNet-18\",its memory traffic alone,", lines[4]), 0);
}

}  // namespace
}  // namespace mica
