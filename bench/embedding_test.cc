// The whole benchmark, with a script in place of scikit-learn; and the program that does mica's
// part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

absl::StatusOr<ChildResult> RunFile(const std::string& name, std::vector<std::string> arguments) {
  const std::string runfiles = std::filesystem::current_path().string();
  arguments.insert(arguments.begin(), runfiles + "/bench/" + name);
  return RunChild({arguments, runfiles});
}

std::string FakePython(const std::string& name, const std::string& line) {
  const std::string python = testing::TempDir() + name;
  std::ofstream(python) << "#!/bin/sh\necho " << line << "\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  return python;
}

TEST(EmbeddingBenchmarkTest, ComparesMicaWithItsPeer) {
  const std::string csv = testing::TempDir() + "embedding.csv";
  const std::string python = FakePython("fake_python", "seconds=1000 divergence=100");
  ASSERT_THAT(RunFile("embedding", {"--quick", "--python=" + python, "--csv=" + csv}), IsOk());
  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, ElementsAre(StartsWith("row,"), StartsWith("B25,t-SNE of 2000 rows of 50,scikit-learn,1000,")));
}

TEST(EmbeddingBenchmarkTest, AWorseEmbeddingIsNotCompared) {
  const std::string python = FakePython("better_python", "seconds=1000 divergence=0.01");
  const auto result = RunFile("embedding", {"--quick", "--python=" + python});
  EXPECT_THAT(result.status().message(), HasSubstr("times scikit-learn's 0.01"));
}

TEST(EmbeddingWorkTest, EmbedsWhatItMade) {
  const std::string file = MakeTestFolder("embedding_work") + "/features";
  ASSERT_THAT(RunFile("embedding_work", {"make", file, "60", "7"}), IsOk());
  EXPECT_EQ(std::filesystem::file_size(file), 60 * 7 * 4);
  const auto result = RunFile("embedding_work", {"tsne", file, "7"});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->out, MatchesRegex("seconds=[0-9.e-]+ divergence=[0-9.e-]+\n"));
}

TEST(EmbeddingWorkTest, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"tsne", "features"}, {"tsne", "features", "0"}, {"make", "features", "many", "7"}}) {
    EXPECT_FALSE(RunFile("embedding_work", words).ok());
  }
}

}  // namespace
}  // namespace mica
