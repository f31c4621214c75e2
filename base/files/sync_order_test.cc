#include "base/files/sync_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mica {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Records = std::vector<FileCallRecord>;

FileCallRecord Done(FileCall call, const std::string& path, const std::string& new_path = "") {
  return {call, path, new_path, /*creates=*/call == FileCall::kOpen, /*ok=*/true};
}

std::vector<std::string> Problems(const Records& records) {
  return SyncOrderProblems(records, "/runs");
}

Records Without(Records records, size_t place) {
  records.erase(records.begin() + place);
  return records;
}

// Two unsynced files in a folder, synced together.
const Records kManyFiles = {
    Done(FileCall::kMkdir, "/runs/images.tmp"),
    Done(FileCall::kOpen, "/runs/images.tmp/1"),
    Done(FileCall::kWrite, "/runs/images.tmp/1"),
    Done(FileCall::kOpen, "/runs/images.tmp/2"),
    Done(FileCall::kWrite, "/runs/images.tmp/2"),
    Done(FileCall::kSyncfs, "/runs/images.tmp"),
    Done(FileCall::kRename, "/runs/images.tmp", "/runs/images"),
    Done(FileCall::kFsync, "/runs"),
};

// A file, written as base/files/file.h does it.
const Records kFile = {
    Done(FileCall::kOpen, "/runs/a.csv.tmp.7.1"),
    Done(FileCall::kWrite, "/runs/a.csv.tmp.7.1"),
    Done(FileCall::kFsync, "/runs/a.csv.tmp.7.1"),
    Done(FileCall::kClose, "/runs/a.csv.tmp.7.1"),
    Done(FileCall::kRename, "/runs/a.csv.tmp.7.1", "/runs/a.csv"),
    {FileCall::kOpen, "/runs", "", /*creates=*/false, /*ok=*/true},
    Done(FileCall::kFsync, "/runs"),
    Done(FileCall::kClose, "/runs"),
};

// A checkpoint's folder with one file, then one that is removed.
const Records kFolder = {
    Done(FileCall::kMkdir, "/runs/step-1.tmp"),
    Done(FileCall::kOpen, "/runs/step-1.tmp/model"),
    Done(FileCall::kWrite, "/runs/step-1.tmp/model"),
    Done(FileCall::kFsync, "/runs/step-1.tmp/model"),
    Done(FileCall::kFsync, "/runs/step-1.tmp"),
    Done(FileCall::kRename, "/runs/step-1.tmp", "/runs/step-1"),
    Done(FileCall::kFsync, "/runs"),
    Done(FileCall::kRename, "/runs/step-0", "/runs/step-0.del"),
    Done(FileCall::kUnlink, "/runs/step-0.del/model"),
    Done(FileCall::kRmdir, "/runs/step-0.del"),
};

// A file that grows and one that is never synced.
const Records kRows = {
    Done(FileCall::kOpen, "/runs/metrics.csv"),  Done(FileCall::kOpen, "/runs/log.txt"),  Done(FileCall::kFsync, "/runs"),
    Done(FileCall::kWrite, "/runs/metrics.csv"), Done(FileCall::kWrite, "/runs/log.txt"), Done(FileCall::kFsync, "/runs/metrics.csv"),
};

TEST(SyncOrderTest, TheRightOrderHasNoProblem) {
  EXPECT_THAT(Problems(kFile), IsEmpty());
  EXPECT_THAT(Problems(kFolder), IsEmpty());
  EXPECT_THAT(Problems(kRows), IsEmpty());
  EXPECT_THAT(Problems(kManyFiles), IsEmpty());
}

TEST(SyncOrderTest, ManyFilesRenamedBeforeTheyAreSynced) {
  EXPECT_THAT(Problems(Without(kManyFiles, 5)), Contains(HasSubstr("before the bytes of /runs/images.tmp/2 were synced")));
  EXPECT_THAT(Problems(Without(kManyFiles, 7)), ElementsAre("the name of /runs/images was never synced"));
}

TEST(SyncOrderTest, AFileRenamedBeforeItsBytesAreSynced) {
  EXPECT_THAT(Problems(Without(kFile, 2)), ElementsAre("/runs/a.csv got its name before the bytes of /runs/a.csv.tmp.7.1 were synced"));
  Records written_after_fsync = kFile;
  std::swap(written_after_fsync[1], written_after_fsync[2]);
  EXPECT_THAT(Problems(written_after_fsync), Contains(HasSubstr("before the bytes of /runs/a.csv.tmp.7.1")));
}

TEST(SyncOrderTest, AFailedFsyncIsNone) {
  Records failed = kFile;
  failed[2].ok = false;
  EXPECT_THAT(Problems(failed), Contains(HasSubstr("before the bytes of /runs/a.csv.tmp.7.1")));
}

TEST(SyncOrderTest, ANameThatIsNotSynced) {
  EXPECT_THAT(Problems(Without(kFile, 6)), ElementsAre("the name of /runs/a.csv was never synced"));
  Records twice = Without(kFile, 6);
  twice.insert(twice.end(), kFolder.begin(), kFolder.end());
  EXPECT_THAT(Problems(twice), ElementsAre("/runs/a.csv was renamed, but its folder not synced before the mkdir of /runs/step-1.tmp",
                                           "/runs/a.csv was renamed, but its folder not synced before the open of /runs/step-1.tmp/model",
                                           "/runs/a.csv was renamed, but its folder not synced before the rename of /runs/step-1.tmp"));
}

TEST(SyncOrderTest, AFolderRenamedBeforeWhatIsInIt) {
  EXPECT_THAT(Problems(Without(kFolder, 3)),
              ElementsAre("/runs/step-1 got its name before the bytes of /runs/step-1.tmp/model were synced"));
  EXPECT_THAT(Problems(Without(kFolder, 4)), ElementsAre("/runs/step-1 got its name before the name of /runs/step-1.tmp/model was synced"));
}

TEST(SyncOrderTest, RowsThatAreNotSynced) {
  EXPECT_THAT(Problems(Without(kRows, 5)), ElementsAre("the bytes of /runs/metrics.csv were never synced"));
}

TEST(SyncOrderTest, AFileWrittenAtItsFinalName) {
  EXPECT_THAT(Problems({Done(FileCall::kOpen, "/runs/a.csv")}), Contains("/runs/a.csv was opened for writing at its final name"));
}

TEST(SyncOrderTest, AnExchangeIsARenameOfTheFirst) {
  Records exchange = kFolder;
  exchange[5] = Done(FileCall::kExchange, "/runs/step-1.tmp", "/runs/step-1");
  EXPECT_THAT(Problems(exchange), IsEmpty());
  EXPECT_THAT(Problems(Without(exchange, 3)),
              ElementsAre("/runs/step-1 got its name before the bytes of /runs/step-1.tmp/model were synced"));
}

TEST(SyncOrderTest, OtherFoldersDoNotMatter) {
  EXPECT_THAT(Problems({Done(FileCall::kWrite, "/runs_of_others/a"), Done(FileCall::kOpen, "/b")}), IsEmpty());
}

}  // namespace
}  // namespace mica
