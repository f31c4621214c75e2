#include "data/loader/temporary_cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::StartsWith;

class TemporaryCacheTest : public testing::Test {
 protected:
  // An unfinished file of another process that sees the same processes.
  std::string OfProcess(int64_t pid) const {
    const std::string ours = TemporaryCacheName(path_);
    return absl::StrCat(ours.substr(0, ours.rfind('.')), ".", pid);
  }

  static void WriteAt(const std::string& path, int64_t seconds_ago) {
    WriteTestFile(path, "pixels");
    const timespec at = {time(nullptr) - seconds_ago, 0};
    const timespec both[] = {at, at};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), both, 0), 0);
  }

  bool IsLeftAfterRemoval(const std::string& path) const {
    RemoveTemporariesOf(path_);
    return std::filesystem::exists(path);
  }

  const std::string folder_ = MakeTestFolder("temporary_cache");
  const std::string path_ = folder_ + "/a.pixels";
};

TEST_F(TemporaryCacheTest, NamesThisProcess) {
  EXPECT_THAT(TemporaryCacheName(path_), StartsWith(path_ + ".tmp."));
  EXPECT_EQ(TemporaryCacheName(path_), OfProcess(getpid()));
}

TEST_F(TemporaryCacheTest, OfAProcessThatIsSeenTheEndCounts) {
  const std::string running = OfProcess(getppid()), ended = OfProcess(2'000'000'000), before = OfProcess(getpid());
  WriteAt(running, 7200);
  WriteAt(ended, 0);
  WriteAt(before, 0);  // an earlier process had this id

  EXPECT_TRUE(IsLeftAfterRemoval(running));
  EXPECT_FALSE(IsLeftAfterRemoval(ended));
  EXPECT_FALSE(IsLeftAfterRemoval(before));
}

// Its process's id may be ours, or be nobody's here.
TEST_F(TemporaryCacheTest, OfAnotherMachineTheTimeCounts) {
  for (const int64_t pid : {int64_t{getpid()}, int64_t{2'000'000'000}}) {
    const std::string theirs = absl::StrCat(path_, ".tmp.0123456789abcdef.", pid);
    WriteAt(theirs, 1800);
    EXPECT_TRUE(IsLeftAfterRemoval(theirs));
    WriteAt(theirs, 7200);
    EXPECT_FALSE(IsLeftAfterRemoval(theirs));
  }
}

TEST_F(TemporaryCacheTest, OtherFilesStay) {
  for (const char* name : {"/a.pixels", "/b.pixels.tmp.1.2000000000", "/a.pixels.old.2000000000"}) {
    WriteAt(folder_ + name, 7200);
    EXPECT_TRUE(IsLeftAfterRemoval(folder_ + name)) << name;
  }
  RemoveTemporariesOf(folder_ + "/missing/a.pixels");
}

}  // namespace
}  // namespace mica
