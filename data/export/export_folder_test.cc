#include "data/export/export_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/files/sync_order.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExportFolderTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(parent_, "/", name); }

  // Everything below the test's folder.
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(parent_)) names.insert(fs::relative(entry.path(), parent_).string());
    return names;
  }

  // A folder with a file written at once and one in steps.
  static absl::Status Write(const std::string& path, FileCalls& calls) {
    MICA_ASSIGN_OR_RETURN(const std::unique_ptr<ExportFolder> folder, ExportFolder::Create(path, calls));
    MICA_RETURN_IF_ERROR(folder->MakeFolder("cat"));
    MICA_RETURN_IF_ERROR(folder->WriteFile("cat/1.png", "picture"));
    MICA_ASSIGN_OR_RETURN(const std::unique_ptr<ExportFile> list, folder->CreateFile("list.txt"));
    MICA_RETURN_IF_ERROR(list->Append("1"));
    MICA_RETURN_IF_ERROR(list->Append("2\n"));
    MICA_RETURN_IF_ERROR(list->Finish());
    EXPECT_EQ(list->size(), 3);
    EXPECT_EQ(folder->bytes(), 10);
    return folder->Publish();
  }

  const std::string parent_ = MakeTestFolder("export_folder");
};

TEST_F(ExportFolderTest, AppearsWithEverythingInIt) {
  FakeFileCalls calls;
  EXPECT_THAT(Write(Path("a/b/out/"), calls), IsOk());
  EXPECT_THAT(Names(), ElementsAre("a", "a/b", "a/b/out", "a/b/out/cat", "a/b/out/cat/1.png", "a/b/out/list.txt"));
  EXPECT_THAT(ReadFile(Path("a/b/out/cat/1.png")), IsOkAndHolds("picture"));
  EXPECT_THAT(ReadFile(Path("a/b/out/list.txt")), IsOkAndHolds("12\n"));
  EXPECT_EQ(calls.open_files(), 0);
}

TEST_F(ExportFolderTest, NothingGetsItsNameBeforeItIsOnTheDisk) {
  FakeFileCalls calls;
  ASSERT_THAT(Write(Path("out"), calls), IsOk());
  EXPECT_THAT(SyncOrderProblems(calls.records(), parent_), IsEmpty());
}

TEST_F(ExportFolderTest, TakesTheNameOfAnEmptyFolder) {
  fs::create_directory(Path("out"));
  EXPECT_THAT(Write(Path("out"), SystemFileCalls()), IsOk());
  EXPECT_THAT(ReadFile(Path("out/list.txt")), IsOkAndHolds("12\n"));
}

TEST_F(ExportFolderTest, WhatIsThereIsRefusedAndStays) {
  fs::create_directory(Path("full"));
  WriteTestFile(Path("full/mine\n.txt"), "x");
  WriteTestFile(Path("file"), "x");
  fs::create_directory(Path("empty"));
  fs::create_symlink("empty", Path("link"));
  const std::set<std::string> before = Names();
  EXPECT_THAT(Write(Path("full"), SystemFileCalls()),
              Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("full: is not empty (it holds \"mine\\n.txt\"); choose a new folder")))));
  EXPECT_THAT(Write(Path("file"), SystemFileCalls()), Fails(ExitCode::kOutput, HasSubstr("file: is there and no folder")));
  EXPECT_THAT(Write(Path("link"), SystemFileCalls()), Fails(ExitCode::kOutput, HasSubstr("link: is there and a link")));
  EXPECT_THAT(Write(Path("file/below"), SystemFileCalls()), Fails(ExitCode::kOutput, HasSubstr("Not a directory")));
  EXPECT_THAT(Write("/", SystemFileCalls()), Fails(ExitCode::kOutput, HasSubstr("/: is not empty")));
  EXPECT_EQ(Names(), before);
}

// Minutes may pass while pictures are written.
TEST_F(ExportFolderTest, AFolderThatIsFilledMeanwhileStays) {
  auto folder = ExportFolder::Create(Path("out"));
  ASSERT_THAT(folder, IsOk());
  fs::create_directory(Path("out"));
  WriteTestFile(Path("out/mine.txt"), "x");
  EXPECT_THAT((*folder)->Publish(), Fails(ExitCode::kOutput, HasSubstr("Directory not empty")));
  folder->reset();
  EXPECT_THAT(Names(), ElementsAre("out", "out/mine.txt"));
}

TEST_F(ExportFolderTest, LeftoversOfAnEarlierProcessOfOurIdDoNotMatter) {
  const std::string leftover = Path(absl::StrCat("out.tmp.", getpid()));
  fs::create_directories(leftover + "/cat");
  WriteTestFile(leftover + "/cat/old.png", "x");
  EXPECT_THAT(Write(Path("out"), SystemFileCalls()), IsOk());
  EXPECT_THAT(Names(), ElementsAre("out", "out/cat", "out/cat/1.png", "out/list.txt"));
}

TEST_F(ExportFolderTest, TwoNamesThatAreOneAreRefused) {
  auto folder = ExportFolder::Create(Path("out"));
  ASSERT_THAT(folder, IsOk());
  EXPECT_THAT((*folder)->MakeFolder("cat"), IsOk());
  EXPECT_THAT((*folder)->MakeFolder("cat"), Fails(ExitCode::kOutput, HasSubstr("takes two of the names for the same")));
}

// Every call that can fail, one after another.
TEST_F(ExportFolderTest, AFailureLeavesNothingBehind) {
  for (const FileCall call : {FileCall::kOpen, FileCall::kWrite, FileCall::kFsync, FileCall::kClose, FileCall::kRename, FileCall::kMkdir,
                              FileCall::kSyncfs, FileCall::kList}) {
    for (int nth = 1;; ++nth) {
      FakeFileCalls calls;
      calls.FailNth(call, nth, ENOSPC);
      const absl::Status status = Write(Path("a/out"), calls);
      EXPECT_EQ(calls.open_files(), 0);
      if (calls.count(call) < nth) break;
      // The name is given before the last fsync, and the close of what only was synced tells nothing.
      if (!fs::exists(Path("a/out"))) {
        EXPECT_THAT(status, Fails(ExitCode::kOutput, HasSubstr(parent_)));
        EXPECT_THAT(Names(), IsEmpty()) << static_cast<int>(call) << " " << nth;
      } else {
        EXPECT_THAT(ReadFile(Path("a/out/list.txt")), IsOkAndHolds("12\n"));
        fs::remove_all(Path("a"));
      }
    }
    fs::remove_all(Path("a"));
  }
}

TEST_F(ExportFolderTest, AFullDiskIsReportedWithWhatIsNeeded) {
  for (size_t bytes = 0; bytes < 10; ++bytes) {
    FakeFileCalls calls;
    calls.FailWritesAfter(bytes, ENOSPC);
    EXPECT_THAT(Write(Path("out"), calls),
                Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("out.tmp.")), HasSubstr("No space left on device"), HasSubstr("needs "))));
    EXPECT_THAT(Names(), IsEmpty());
  }
}

TEST_F(ExportFolderTest, StepsAreGathered) {
  FakeFileCalls calls;
  auto folder = ExportFolder::Create(Path("out"), calls);
  ASSERT_THAT(folder, IsOk());
  auto file = (*folder)->CreateFile("big");
  ASSERT_THAT(file, IsOk());
  std::string expected;
  const auto append = [&](size_t count, char byte) {
    expected.append(count, byte);
    EXPECT_THAT((*file)->Append(std::string(count, byte)), IsOk());
  };
  for (int i = 0; i < 1000; ++i) append(100, static_cast<char>('a' + i % 26));
  append(3 << 20, 'X');  // more than is gathered
  append(1, 'y');
  EXPECT_THAT((*file)->Finish(), IsOk());
  EXPECT_EQ(calls.count(FileCall::kWrite), 3);
  EXPECT_EQ((*file)->size(), static_cast<int64_t>(expected.size()));
  file->reset();
  EXPECT_THAT((*folder)->Publish(), IsOk());
  EXPECT_THAT(ReadFile(Path("out/big")), IsOkAndHolds(expected));
}

}  // namespace
}  // namespace mica
