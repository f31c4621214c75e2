#include "data/survey/survey_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::IsNull;
using ::testing::NotNull;

constexpr int64_t kSecond = 1000000000;
constexpr int64_t kStarted = 1000 * kSecond;

PictureFacts Facts(int number) {
  PictureFacts facts;
  facts.stamp = {/*size_bytes=*/100 + number, /*mtime_ns=*/number * kSecond, /*inode=*/static_cast<uint64_t>(number)};
  facts.depth = SurveyDepth::kContent;
  facts.content_hash = 1000 + number;
  facts.width_px = number + 1;
  return facts;
}

// Pictures 0 … n-1; those with an odd number have a problem.
PictureSurvey SurveyOf(int pictures) {
  PictureSurvey survey;
  survey.depth = SurveyDepth::kContent;
  for (int i = 0; i < pictures; ++i) {
    PictureFacts facts = Facts(i);
    if (i % 2 == 1) {
      facts.problem = static_cast<int32_t>(survey.problems.size());
      survey.problems.push_back({PictureFault::kCorrupt, /*is_usable=*/false, absl::StrCat("problem of ", i)});
    }
    survey.facts.push_back(facts);
  }
  return survey;
}

std::vector<uint64_t> Keys(int first, int count) {
  std::vector<uint64_t> keys;
  for (int i = 0; i < count; ++i) keys.push_back(7000 + first + i);
  return keys;
}

class SurveyCacheTest : public testing::Test {
 protected:
  void Save(int pictures) { ASSERT_THAT(SurveyCache().Save(path_, Keys(0, pictures), SurveyOf(pictures), kStarted), IsOk()); }

  const std::string folder_ = MakeTestFolder("survey_cache");
  const std::string path_ = folder_ + "/new/cache";
};

TEST_F(SurveyCacheTest, GivesBackWhatItWasGiven) {
  Save(9);
  const SurveyCache cache = SurveyCache::Load(path_);
  EXPECT_EQ(cache.size(), 9);
  for (int i = 0; i < 9; ++i) {
    for (const size_t hint : {i, 0, 100}) {
      const PictureFacts* const facts = cache.Find(hint, 7000 + i, Facts(i).stamp);
      ASSERT_THAT(facts, NotNull());
      EXPECT_EQ(facts->content_hash, 1000 + i);
      ASSERT_EQ(facts->problem >= 0, i % 2 == 1);
      if (i % 2 == 1) {
        EXPECT_EQ(cache.problems()[facts->problem].message, absl::StrCat("problem of ", i));
        EXPECT_EQ(cache.problems()[facts->problem].fault, PictureFault::kCorrupt);
      }
    }
  }
  EXPECT_THAT(cache.Find(0, 6999, Facts(0).stamp), IsNull());
}

TEST_F(SurveyCacheTest, AChangedFileIsUnknown) {
  Save(3);
  const SurveyCache cache = SurveyCache::Load(path_);
  FileStamp stamp = Facts(1).stamp;
  ++stamp.size_bytes;
  EXPECT_THAT(cache.Find(1, 7001, stamp), IsNull());
  stamp = Facts(1).stamp;
  ++stamp.mtime_ns;
  EXPECT_THAT(cache.Find(1, 7001, stamp), IsNull());
  stamp = Facts(1).stamp;
  ++stamp.inode;
  EXPECT_THAT(cache.Find(1, 7001, stamp), IsNull());
}

// The next change could fall into the same tick of the clock and leave the stamp as it is.
TEST_F(SurveyCacheTest, WhatHasJustChangedIsNotKept) {
  PictureSurvey survey = SurveyOf(3);
  survey.facts[1].stamp.mtime_ns = kStarted - kSecond / 2;
  survey.facts[2].stamp.mtime_ns = kStarted + 5 * kSecond;
  ASSERT_THAT(SurveyCache().Save(path_, Keys(0, 3), survey, kStarted), IsOk());
  EXPECT_EQ(SurveyCache::Load(path_).size(), 1);
}

// A file without permission may get it, and nothing in its stamp would tell.
TEST_F(SurveyCacheTest, WhatMayPassIsNotKept) {
  PictureSurvey survey = SurveyOf(4);
  survey.problems[0].may_pass = true;
  ASSERT_THAT(SurveyCache().Save(path_, Keys(0, 4), survey, kStarted), IsOk());
  const SurveyCache cache = SurveyCache::Load(path_);
  EXPECT_EQ(cache.size(), 3);
  EXPECT_THAT(cache.Find(0, 7001, Facts(1).stamp), IsNull());
}

// Of more than 1 GiB, the cache that was used longest ago goes, and nothing of others.
TEST_F(SurveyCacheTest, OldCachesMakeRoom) {
  Save(3);
  const std::string folder = folder_ + "/new";
  for (const char* name : {"survey-old", "survey-used", "notes"}) {
    WriteTestFile(absl::StrCat(folder, "/", name), "");
    std::filesystem::resize_file(absl::StrCat(folder, "/", name), 600u << 20);  // a hole, no disk
    std::filesystem::last_write_time(absl::StrCat(folder, "/", name),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  }
  std::filesystem::last_write_time(folder + "/survey-used", std::filesystem::file_time_type::clock::now());
  Save(3);
  EXPECT_FALSE(std::filesystem::exists(folder + "/survey-old"));
  EXPECT_TRUE(std::filesystem::exists(folder + "/survey-used"));
  EXPECT_TRUE(std::filesystem::exists(folder + "/notes"));
}

TEST_F(SurveyCacheTest, OthersAreKeptUnlessTheyAreMore) {
  Save(9);
  ASSERT_THAT(SurveyCache::Load(path_).Save(path_, Keys(4, 8), SurveyOf(8), kStarted), IsOk());
  const SurveyCache cache = SurveyCache::Load(path_);
  EXPECT_EQ(cache.size(), 12);
  EXPECT_EQ(cache.problems()[cache.Find(0, 7001, Facts(1).stamp)->problem].message, "problem of 1");
  ASSERT_THAT(cache.Save(path_, Keys(0, 2), SurveyOf(2), kStarted), IsOk());
  EXPECT_EQ(SurveyCache::Load(path_).size(), 2);
}

TEST_F(SurveyCacheTest, ADamagedCacheIsEmpty) {
  EXPECT_EQ(SurveyCache::Load(path_).size(), 0);
  Save(9);
  const std::string bytes = *ReadFile(path_);
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string mutant = bytes;
    mutant[random() % mutant.size()] ^= static_cast<char>(1 + random() % 255);
    if (i % 3 == 0) mutant.resize(random() % mutant.size());
    WriteTestFile(path_, mutant);
    EXPECT_EQ(SurveyCache::Load(path_).size(), 0);
  }
  ASSERT_EQ(std::filesystem::remove(path_), true);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(SurveyCache::Load(path_).size(), 0);
}

// F1: whenever the process is killed, the old cache or the new one is there.
TEST_F(SurveyCacheTest, F1AKillLeavesAWholeCache) {
  Save(3);
  FakeFileCalls counted;
  ASSERT_THAT(SurveyCache().Save(path_, Keys(0, 5), SurveyOf(5), kStarted, counted), IsOk());
  const int calls = static_cast<int>(counted.records().size());
  EXPECT_GT(calls, 4);
  for (int call = 1; call <= calls; ++call) {
    Save(3);
    EXPECT_EXIT(
        {
          FakeFileCalls dying;
          dying.DieAt(call, /*torn_bytes=*/10);
          SurveyCache().Save(path_, Keys(0, 5), SurveyOf(5), kStarted, dying).IgnoreError();
          _exit(0);
        },
        testing::ExitedWithCode(FakeFileCalls::kDied), "");
    const size_t size = SurveyCache::Load(path_).size();
    EXPECT_TRUE(size == 3 || size == 5) << size;
  }
}

TEST_F(SurveyCacheTest, AFullDiskIsAnErrorOfSaveAlone) {
  Save(3);
  FakeFileCalls full;
  full.FailWritesAfter(20, ENOSPC);
  EXPECT_THAT(SurveyCache().Save(path_, Keys(0, 5), SurveyOf(5), kStarted, full), Fails(ExitCode::kOutput, testing::HasSubstr("free")));
  EXPECT_EQ(SurveyCache::Load(path_).size(), 3);
}

TEST(CacheFolderTest, IsWhereTheUsersCachesAre) {
  setenv("HOME", "/home/u", 1);
  setenv("XDG_CACHE_HOME", "/var/c", 1);
  EXPECT_EQ(CacheFolder(), "/var/c/mica");
  setenv("XDG_CACHE_HOME", "relative", 1);
  EXPECT_EQ(CacheFolder(), "/home/u/.cache/mica");
  unsetenv("XDG_CACHE_HOME");
  unsetenv("HOME");
  EXPECT_EQ(CacheFolder(), "");
}

}  // namespace
}  // namespace mica
