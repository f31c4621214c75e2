#include "tests/faults/sync_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace mica {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Problems(const std::vector<std::string>& lines) {
  std::string log;
  for (const std::string& line : lines) absl::StrAppend(&log, "7 ", line, "\n");
  return SyncOrderProblems(ParseStraceLog(log), "/runs");
}

std::vector<std::string> Without(std::vector<std::string> lines, const std::string& line) {
  const auto found = std::find(lines.begin(), lines.end(), line);
  EXPECT_TRUE(found != lines.end()) << line;
  lines.erase(found);
  return lines;
}

// A file, written as base/files/file.h does it.
const std::vector<std::string> kFile = {
    R"(openat(AT_FDCWD</>, "/runs/a.csv.tmp.7.1", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 3</runs/a.csv.tmp.7.1>)",
    R"(write(3</runs/a.csv.tmp.7.1>, "1,\"2\") = 3\n"..., 8) = 8)",
    R"(fsync(3</runs/a.csv.tmp.7.1>)            = 0)",
    R"(close(3</runs/a.csv.tmp.7.1>)            = 0)",
    R"(rename("/runs/a.csv.tmp.7.1", "/runs/a.csv") = 0)",
    R"(openat(AT_FDCWD</>, "/runs", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 3</runs>)",
    R"(fsync(3</runs>)                          = 0)",
    R"(close(3</runs>)                          = 0)",
};

// A checkpoint's folder with one file, then one that is removed.
const std::vector<std::string> kFolder = {
    R"(mkdir("/runs/step-1.tmp", 0777)          = 0)",
    R"(openat(AT_FDCWD</>, "/runs/step-1.tmp/model", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 3</runs/step-1.tmp/model>)",
    R"(write(3</runs/step-1.tmp/model>, "x", 1) = 1)",
    R"(fsync(3</runs/step-1.tmp/model>)         = 0)",
    R"(fsync(3</runs/step-1.tmp>)               = 0)",
    R"(rename("/runs/step-1.tmp", "/runs/step-1") = 0)",
    R"(fsync(3</runs>)                          = 0)",
    R"(rename("/runs/step-0", "/runs/step-0.del") = 0)",
    R"(unlinkat(5</runs/step-0.del>, "model", 0) = 0)",
    R"(rmdir("/runs/step-0.del")                = 0)",
};

// A file that grows and one that is never synced.
const std::vector<std::string> kRows = {
    R"(openat(AT_FDCWD</>, "/runs/metrics.csv", O_WRONLY|O_CREAT|O_EXCL|O_APPEND|O_CLOEXEC, 0666) = 3</runs/metrics.csv>)",
    R"(openat(AT_FDCWD</>, "/runs/log.txt", O_WRONLY|O_CREAT|O_EXCL|O_APPEND|O_CLOEXEC, 0666) = 4</runs/log.txt>)",
    R"(fsync(5</runs>)                          = 0)",
    R"(write(3</runs/metrics.csv>, "1,2\n", 4)  = 4)",
    R"(write(4</runs/log.txt>, "1,2\n", 4)      = 4)",
    R"(fsync(3</runs/metrics.csv>)              = 0)",
};

TEST(SyncOrderTest, TheRightOrderHasNoProblem) {
  EXPECT_THAT(Problems(kFile), IsEmpty());
  EXPECT_THAT(Problems(kFolder), IsEmpty());
  EXPECT_THAT(Problems(kRows), IsEmpty());
}

TEST(SyncOrderTest, AFileRenamedBeforeItsBytesAreSynced) {
  EXPECT_THAT(Problems(Without(kFile, kFile[2])),
              ElementsAre("/runs/a.csv got its name before the bytes of /runs/a.csv.tmp.7.1 were synced"));
  std::vector<std::string> written_after_fsync = kFile;
  std::swap(written_after_fsync[1], written_after_fsync[2]);
  EXPECT_THAT(Problems(written_after_fsync), Contains(HasSubstr("before the bytes of /runs/a.csv.tmp.7.1")));
}

TEST(SyncOrderTest, AFailedFsyncIsNone) {
  std::vector<std::string> failed = kFile;
  failed[2] = "fsync(3</runs/a.csv.tmp.7.1>) = -1 EIO (Input/output error) (INJECTED)";
  EXPECT_THAT(Problems(failed), Contains(HasSubstr("before the bytes of /runs/a.csv.tmp.7.1")));
}

TEST(SyncOrderTest, ANameThatIsNotSynced) {
  EXPECT_THAT(Problems(Without(kFile, kFile[6])), ElementsAre("the name of /runs/a.csv was never synced"));
  std::vector<std::string> twice = Without(kFile, kFile[6]);
  twice.insert(twice.end(), kFolder.begin(), kFolder.end());
  EXPECT_THAT(Problems(twice), ElementsAre("/runs/a.csv was renamed, but its folder not synced before the mkdir of /runs/step-1.tmp",
                                           "/runs/a.csv was renamed, but its folder not synced before the open of /runs/step-1.tmp/model",
                                           "/runs/a.csv was renamed, but its folder not synced before the rename of /runs/step-1.tmp"));
}

TEST(SyncOrderTest, AFolderRenamedBeforeWhatIsInIt) {
  EXPECT_THAT(Problems(Without(kFolder, kFolder[3])),
              ElementsAre("/runs/step-1 got its name before the bytes of /runs/step-1.tmp/model were synced"));
  EXPECT_THAT(Problems(Without(kFolder, kFolder[4])),
              ElementsAre("/runs/step-1 got its name before the name of /runs/step-1.tmp/model was synced"));
}

TEST(SyncOrderTest, RowsThatAreNotSynced) {
  EXPECT_THAT(Problems(Without(kRows, kRows[5])), ElementsAre("the bytes of /runs/metrics.csv were never synced"));
}

TEST(SyncOrderTest, AFileWrittenAtItsFinalName) {
  EXPECT_THAT(Problems({R"(openat(AT_FDCWD</>, "/runs/a.csv", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</runs/a.csv>)"}),
              Contains("/runs/a.csv was opened for writing at its final name"));
}

TEST(SyncOrderTest, CallsThatNobodyExpects) {
  EXPECT_THAT(Problems({R"(renameat2(AT_FDCWD</>, "/runs/a", AT_FDCWD</>, "/runs/b", 0) = 0)", R"(ftruncate(3</runs/a>, 0) = 0)"}),
              ElementsAre("/runs/a: nobody knows what renameat2 does to it", "/runs/a: nobody knows what ftruncate does to it"));
}

TEST(SyncOrderTest, OtherFoldersDoNotMatter) {
  EXPECT_THAT(Problems({R"(write(1</runs_of_others/a>, "x", 1) = 1)", R"(openat(AT_FDCWD</>, "/b", O_WRONLY|O_CREAT, 0666) = 3</b>)"}),
              IsEmpty());
}

// Two threads in each other's way.
TEST(ParseStraceLogTest, CallsMayEndLater) {
  const std::vector<SystemCall> calls = ParseStraceLog(
      "7 write(3</runs/a>, \"x\", 1 <unfinished ...>\n"
      "8 read(4</b>, \"\", 9) = 0\n"
      "7 <... write resumed>) = 1\n"
      "7 write(3</runs/a>, \"x\", 1) = -1 ENOSPC (No space left on device) (INJECTED)\n"
      "7 fsync(3</runs/a>) = ?\n"
      "7 +++ killed by SIGKILL +++\n");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].nth, 1);
  EXPECT_TRUE(calls[0].ok);
  EXPECT_EQ(calls[1].thread, 8);
  EXPECT_EQ(calls[2].nth, 2);
  EXPECT_FALSE(calls[2].ok);
  EXPECT_TRUE(calls[2].injected);
  EXPECT_EQ(calls[3].name, "fsync");
  EXPECT_EQ(calls[3].path, "/runs/a");
  EXPECT_FALSE(calls[3].ok);
}

}  // namespace
}  // namespace mica
