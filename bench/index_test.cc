// The whole benchmark, with a script in place of torchvision and fast.ai; and the
// program that does mica's part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
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

std::string Runfiles() {
  return std::filesystem::current_path().string();
}

absl::StatusOr<ChildResult> Work(std::vector<std::string> words) {
  words.insert(words.begin(), Runfiles() + "/bench/index_work");
  return RunChild({words, Runfiles()});
}

TEST(IndexTest, ComparesMicaWithItsPeersAndWithLimits) {
  const std::string python = testing::TempDir() + "fake_python";
  std::ofstream(python)
      << "#!/bin/sh\ncase \"$*\" in *stratified) echo seconds=2000 count=50000;; *) echo seconds=1000 count=50000;; esac\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const std::string csv = testing::TempDir() + "index.csv";

  const auto result = RunChild({{Runfiles() + "/bench/index", "--quick", "--python=" + python, "--csv=" + csv}, Runfiles()});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->out, HasSubstr("B14, a million files, takes a minute to make: not measured with --quick"));

  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, ElementsAre(StartsWith("row,"),
                                 StartsWith("B11,\"50,000 files listed, with classes and splits\",\"ImageFolder, random_split\",1000,"),
                                 StartsWith("B11,\"50,000 files listed, with classes and splits\",\"ImageFolder, stratified split\",2000,"),
                                 StartsWith("B13,\"50,000 files, second run: all content known\",ImageFolder,1000,"),
                                 StartsWith("B12,\"50,000 files, all content hashed\",verify_images,1000,"),
                                 StartsWith("B15,\"near duplicates of 50,000 hashes\",limit,10,")));
}

TEST(IndexTest, APeerThatFindsOtherPicturesIsNotCompared) {
  const std::string python = testing::TempDir() + "lying_python";
  std::ofstream(python) << "#!/bin/sh\necho seconds=1 count=49999\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const auto result = RunChild({{Runfiles() + "/bench/index", "--quick", "--rows=B13", "--python=" + python}, Runfiles()});
  EXPECT_THAT(result.status().message(), HasSubstr("a program found 49999 pictures of 50000"));
}

TEST(IndexWorkTest, EveryKindOfWorkCountsThePictures) {
  const std::string tree = MakeTestFolder("index_work") + "/tree";
  ASSERT_THAT(Work({"tree", tree, "400", "7", "20", "20"}), IsOk());
  const std::string cache = MakeTestFolder("index_work_cache");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"list", tree}, {"content", tree}, {"pixels", tree}, {"again", tree, cache}, {"again", tree, cache}}) {
    const auto result = Work(words);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->out, MatchesRegex("seconds=[0-9.e-]+ count=400\n")) << words[0];
  }
  EXPECT_FALSE(std::filesystem::is_empty(cache));

  std::ofstream(tree + "/class_03/damaged.jpg") << "no picture";
  EXPECT_FALSE(Work({"content", tree}).ok());
}

TEST(IndexWorkTest, FindsThePicturesThatAreNearDuplicates) {
  const std::string hashes = MakeTestFolder("index_work_hashes") + "/hashes";
  ASSERT_THAT(Work({"hashes", hashes, "1000"}), IsOk());
  const auto result = Work({"near", hashes});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->out, MatchesRegex("seconds=[0-9.e-]+ count=[0-9]+\n"));
}

}  // namespace
}  // namespace mica
