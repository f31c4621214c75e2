#include "base/files/file.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A fresh folder for each test.
class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = testing::TempDir() + "/file_test.XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = fs::canonical(name).string();
  }
  ~FileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  std::string Create(const std::string& name, const std::string& text) const {
    EXPECT_THAT(WriteNewFile(Path(name), text), IsOk());
    return Path(name);
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename().string());
    return names;
  }

  // The calls without this test's folder and the numbers of temporary names: "open a.csv.tmp".
  std::vector<std::string> Log(const FakeFileCalls& calls) const {
    std::vector<std::string> log;
    for (std::string line : calls.log()) {
      line = std::regex_replace(line, std::regex("\\.tmp\\.[0-9]+\\.[0-9a-f]+"), ".tmp");
      log.push_back(std::regex_replace(std::regex_replace(line, std::regex(folder_ + "/"), ""), std::regex(folder_), "FOLDER"));
    }
    return log;
  }

  std::string folder_;
};

using ReadFileTest = FileTest;
using WriteFileAtomicallyTest = FileTest;
using WriteNewFileTest = FileTest;
using FoldersTest = FileTest;
using AppendFileTest = FileTest;

TEST_F(ReadFileTest, GivesAllBytes) {
  const std::string bytes("a\0b\r\n\xff", 6);
  EXPECT_THAT(ReadFile(Create("bytes", bytes)), IsOkAndHolds(bytes));
  EXPECT_THAT(ReadFile(Create("empty", "")), IsOkAndHolds(""));
  const std::string large(10000000, 'x');
  EXPECT_THAT(ReadFile(Create("large", large)), IsOkAndHolds(large));
}

TEST_F(ReadFileTest, NamesWhatIsNoFile) {
  EXPECT_THAT(ReadFile(Path("none")), Fails(ExitCode::kData, AllOf(HasSubstr(Path("none")), HasSubstr("No such file or directory"))));
  EXPECT_THAT(ReadFile(folder_), Fails(ExitCode::kData, AllOf(HasSubstr(folder_), HasSubstr("is a folder"))));
  EXPECT_THAT(ReadFile(Create("file", "") + "/x"), Fails(ExitCode::kData, HasSubstr("Not a directory")));
  EXPECT_THAT(ReadFile("/dev/null"), Fails(ExitCode::kData, HasSubstr("not a regular file")));
  EXPECT_THAT(ReadFile(""), Fails(ExitCode::kData, HasSubstr("No such file or directory")));
}

TEST_F(ReadFileTest, FollowsLinks) {
  fs::create_symlink(Create("file", "text"), Path("link"));
  fs::create_symlink(Path("none"), Path("dangling"));
  EXPECT_THAT(ReadFile(Path("link")), IsOkAndHolds("text"));
  EXPECT_THAT(ReadFile(Path("dangling")), Fails(ExitCode::kData, HasSubstr("dangling")));
}

// F29: opening a FIFO without a writer blocks for ever unless told not to. The test's time limit is
// the check.
TEST_F(ReadFileTest, DoesNotWaitForAFifo) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadFile(Path("fifo")), Fails(ExitCode::kData, AllOf(HasSubstr(Path("fifo")), HasSubstr("not a regular file"))));
}

TEST_F(ReadFileTest, RefusesMoreThanTheLimit) {
  const std::string path = Create("five", "12345");
  EXPECT_THAT(ReadFile(path, 5), IsOkAndHolds("12345"));
  EXPECT_THAT(ReadFile(path, 4), Fails(ExitCode::kData, AllOf(HasSubstr(path), HasSubstr("5 bytes; at most 4"))));
}

TEST_F(ReadFileTest, FileLargerThanTheMachinesMemoryIsAnError) {
  const std::string path = Create("sparse", "");
  ASSERT_EQ(truncate(path.c_str(), int64_t{1} << 39), 0);
  EXPECT_THAT(ReadFile(path), Fails(ExitCode::kData, path + ": 549755813888 bytes do not fit into memory"));
}

#ifndef __SANITIZE_ADDRESS__  // needs the memory limit for itself
TEST_F(ReadFileTest, FileThatDoesNotFitIntoMemoryIsAnError) {
  const std::string path = Create("sparse", "");
  ASSERT_EQ(truncate(path.c_str(), int64_t{8} << 30), 0);
  const auto read_with_little_memory = [&] {
    const rlimit limit = {rlim_t{1} << 30, rlim_t{1} << 30};
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(1);
    _exit(static_cast<int>(ExitCodeOf(ReadFile(path).status())));
  };
  EXPECT_EXIT(read_with_little_memory(), testing::ExitedWithCode(3), "");
}
#endif

TEST_F(ReadFileTest, ClosesTheFile) {
  const std::string path = Create("file", "text");
  const int before = dup(0);
  close(before);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(ReadFile(path), IsOk());
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(ReadFile(folder_).ok());
  const int after = dup(0);
  close(after);
  EXPECT_EQ(after, before);
}

TEST_F(WriteFileAtomicallyTest, CreatesAndReplaces) {
  const std::string bytes("a\0b", 3);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), bytes), IsOk());
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds(bytes));
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), ""), IsOk());
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds(""));
  EXPECT_THAT(Names(), ElementsAre("a.csv"));
}

// What a power cut demands: the bytes reach the disk before the name does, then the name.
TEST_F(WriteFileAtomicallyTest, SyncsTheFileThenRenamesThenSyncsTheFolder) {
  FakeFileCalls calls;
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), IsOk());
  EXPECT_THAT(Log(calls), ElementsAre("open a.csv.tmp", "write a.csv.tmp", "fsync a.csv.tmp", "close a.csv.tmp",
                                      "rename a.csv.tmp to a.csv", "open FOLDER", "fsync FOLDER", "close FOLDER"));
  EXPECT_EQ(calls.open_files(), 0);
}

TEST_F(WriteFileAtomicallyTest, RelativeNameSyncsTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  FakeFileCalls calls;
  EXPECT_THAT(WriteFileAtomically("a.csv", "text", calls), IsOk());
  fs::current_path(before);
  EXPECT_THAT(Log(calls), Contains("fsync ."));
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds("text"));
}

TEST_F(WriteFileAtomicallyTest, GoesOnAfterShortAndInterruptedWrites) {
  FakeFileCalls calls;
  calls.ShortenWrites(3);
  calls.FailNth(FileCall::kWrite, 2, EINTR);
  calls.FailNth(FileCall::kWrite, 3, EINTR);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "0123456789", calls), IsOk());
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds("0123456789"));
  EXPECT_EQ(calls.count(FileCall::kWrite), 6);
}

// On network file systems a signal may interrupt these calls; nothing has failed then.
TEST_F(WriteFileAtomicallyTest, InterruptedCallsAreMadeAgain) {
  FakeFileCalls calls;
  // The file's open is interrupted twice, then the folder's once.
  for (const int nth : {1, 2, 4}) calls.FailNth(FileCall::kOpen, nth, EINTR);
  for (const int nth : {1, 3}) calls.FailNth(FileCall::kFsync, nth, EINTR);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), IsOk());
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds("text"));
  EXPECT_THAT(Names(), ElementsAre("a.csv"));
  EXPECT_EQ(calls.open_files(), 0);
  EXPECT_EQ(calls.count(FileCall::kFsync), 4);
}

// Linux has already closed the file: its number may belong to another by now.
TEST_F(WriteFileAtomicallyTest, InterruptedCloseIsNotMadeAgain) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kClose, 1, EINTR);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), IsOk());
  EXPECT_EQ(calls.count(FileCall::kClose), 2) << "of the file and of the folder";
}

// The rename may have taken effect before the signal came, so only the user can decide what to do.
TEST_F(WriteFileAtomicallyTest, InterruptedRenameIsAnError) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kRename, 1, EINTR);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), Fails(ExitCode::kOutput, HasSubstr("Interrupted")));
}

// A write that takes nothing and reports no error must not be repeated for ever.
TEST_F(WriteFileAtomicallyTest, WriteThatTakesNothingIsAnError) {
  FakeFileCalls calls;
  calls.ShortenWrites(0);
  calls.FailNth(FileCall::kWrite, 1000, EIO);  // ends the loop if there is one
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), Fails(ExitCode::kOutput, HasSubstr(Path("a.csv"))));
  EXPECT_EQ(calls.count(FileCall::kWrite), 1);
  EXPECT_THAT(Names(), IsEmpty());
}

struct Fault {
  FileCall call;
  int nth;
  int error;
  const char* remedy;  // part of the message
};

std::string FaultName(const testing::TestParamInfo<Fault>& info) {
  constexpr const char* kNames[] = {"Open", "Write", "Fsync", "Close", "Rename", "Unlink", "Mkdir"};
  return absl::StrCat(kNames[static_cast<int>(info.param.call)], info.param.nth, "_", strerrorname_np(info.param.error));
}

// F13 (disk full), F15 (EIO, failed fsync), F16 (EDQUOT, EMFILE, ENOMEM) and F17 (no permission)
// before the rename.
class FaultBeforeRenameTest : public FileTest, public testing::WithParamInterface<Fault> {};

TEST_P(FaultBeforeRenameTest, KeepsTheOldFileAndLeavesNothingBehind) {
  const auto [call, nth, error, remedy] = GetParam();
  const std::string path = Create("a.csv", "old");
  FakeFileCalls calls;
  calls.ShortenWrites(4);
  calls.FailNth(call, nth, error);

  const absl::Status status = WriteFileAtomically(path, "new bytes", calls);

  EXPECT_THAT(status, Fails(ExitCode::kOutput, AllOf(HasSubstr(path), HasSubstr(strerror(error)), HasSubstr(remedy))));
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("old"));
  EXPECT_THAT(Names(), ElementsAre("a.csv"));
  EXPECT_EQ(calls.open_files(), 0);
  EXPECT_LE(calls.count(FileCall::kFsync), 1) << "a failed fsync must not be tried again";
  EXPECT_EQ(calls.count(FileCall::kRename), call == FileCall::kRename ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultBeforeRenameTest,
                         testing::Values(Fault{FileCall::kOpen, 1, EACCES, "may write to"},
                                         Fault{FileCall::kOpen, 1, EROFS, "may write to"}, Fault{FileCall::kOpen, 1, EMFILE, "ulimit -n"},
                                         Fault{FileCall::kOpen, 1, ENFILE, "fs.file-max"}, Fault{FileCall::kOpen, 1, ENOMEM, "ulimit -v"},
                                         Fault{FileCall::kOpen, 1, ENOSPC, "needs 9 bytes"}, Fault{FileCall::kOpen, 1, EDQUOT, "quota"},
                                         Fault{FileCall::kWrite, 1, ENOSPC, "needs 9 bytes"},
                                         Fault{FileCall::kWrite, 2, ENOSPC, "needs 9 bytes"}, Fault{FileCall::kWrite, 3, EDQUOT, "quota"},
                                         Fault{FileCall::kWrite, 2, EIO, ""}, Fault{FileCall::kWrite, 1, EFBIG, "ulimit -f"},
                                         Fault{FileCall::kFsync, 1, EIO, ""}, Fault{FileCall::kFsync, 1, ENOSPC, "needs 9 bytes"},
                                         Fault{FileCall::kFsync, 1, EDQUOT, "quota"}, Fault{FileCall::kClose, 1, EIO, ""},
                                         Fault{FileCall::kClose, 1, EDQUOT, "quota"}, Fault{FileCall::kRename, 1, EIO, ""},
                                         Fault{FileCall::kRename, 1, ENOSPC, "are free"},
                                         Fault{FileCall::kRename, 1, EACCES, "may write to"}),
                         FaultName);

// After the rename the new file is in place; only the promise that it survives a power cut fails.
class FaultAfterRenameTest : public FileTest, public testing::WithParamInterface<Fault> {};

TEST_P(FaultAfterRenameTest, ReportsTheFolderAndLeavesTheNewFileWhole) {
  const auto [call, nth, error, remedy] = GetParam();
  const std::string path = Create("a.csv", "old");
  FakeFileCalls calls;
  calls.FailNth(call, nth, error);

  const absl::Status status = WriteFileAtomically(path, "new bytes", calls);

  EXPECT_THAT(status, Fails(ExitCode::kOutput, AllOf(HasSubstr(folder_), HasSubstr(strerror(error)), HasSubstr(remedy))));
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("new bytes"));
  EXPECT_THAT(Names(), ElementsAre("a.csv"));
  EXPECT_EQ(calls.open_files(), 0);
  EXPECT_LE(calls.count(FileCall::kFsync), 2);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultAfterRenameTest,
                         testing::Values(Fault{FileCall::kOpen, 2, EMFILE, "ulimit -n"}, Fault{FileCall::kOpen, 2, ENOMEM, "ulimit -v"},
                                         Fault{FileCall::kFsync, 2, EIO, ""}, Fault{FileCall::kFsync, 2, ENOSPC, "are free"}),
                         FaultName);

// F13: the disk becomes full at each byte of a file.
TEST_F(WriteFileAtomicallyTest, DiskFullAtAnyByteKeepsTheOldFile) {
  const std::string path = Create("a.csv", "old");
  for (size_t room = 0; room < 9; ++room) {
    FakeFileCalls calls;
    calls.FailWritesAfter(room, ENOSPC);
    EXPECT_THAT(WriteFileAtomically(path, "new bytes", calls),
                Fails(ExitCode::kOutput, ContainsRegex("No space left on device; needs 9 bytes, [0-9]+ bytes are free; free space or")));
    EXPECT_THAT(ReadFile(path), IsOkAndHolds("old"));
    EXPECT_THAT(Names(), ElementsAre("a.csv"));
  }
}

TEST_F(WriteFileAtomicallyTest, FreeBytesAreKnownInTheTopFolderToo) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kOpen, 1, ENOSPC);
  EXPECT_THAT(WriteFileAtomically("/a.csv", "text", calls),
              Fails(ExitCode::kOutput, ContainsRegex("needs 4 bytes, [0-9]+ bytes are free")));
}

TEST_F(FoldersTest, NeededBytesAreNamedOnlyWhereTheyAreKnown) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kMkdir, 1, ENOSPC);
  EXPECT_THAT(MakeNewFolder(Path("a"), calls), Fails(ExitCode::kOutput, ContainsRegex("No space left on device; [0-9]+ bytes are free")));
}

TEST_F(WriteFileAtomicallyTest, FirstErrorIsReportedWhereTidyingUpFailsToo) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kWrite, 1, ENOSPC);
  calls.FailNth(FileCall::kClose, 1, EIO);
  calls.FailNth(FileCall::kUnlink, 1, EACCES);
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "text", calls), Fails(ExitCode::kOutput, HasSubstr("No space left on device")));
}

// F17 with the real system calls.
TEST_F(WriteFileAtomicallyTest, NamesAMissingFolderAndAFileInItsPlace) {
  EXPECT_THAT(WriteFileAtomically(Path("none/a.csv"), "text"),
              Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("none/a.csv")), HasSubstr("No such file or directory"))));
  EXPECT_THAT(WriteFileAtomically(Create("file", "") + "/a.csv", "text"), Fails(ExitCode::kOutput, HasSubstr("Not a directory")));
}

TEST_F(WriteFileAtomicallyTest, DoesNotReplaceAFolder) {
  fs::create_directory(Path("folder"));
  EXPECT_THAT(WriteFileAtomically(Path("folder"), "text"), Fails(ExitCode::kOutput, HasSubstr("Is a directory")));
  EXPECT_THAT(Names(), ElementsAre("folder"));
}

// F4: killed at any of its calls, also in the middle of a write.
TEST_F(WriteFileAtomicallyTest, KilledAtAnyCallLeavesTheOldFileOrTheNewOne) {
  const std::string path = Create("a.csv", "old");
  const auto die_at = [&](int nth, size_t torn_bytes) {
    FakeFileCalls calls;
    calls.DieAt(nth, torn_bytes);
    WriteFileAtomically(path, "new bytes", calls).IgnoreError();
    _exit(0);
  };
  // open, write, fsync, close, rename; then open, fsync and close of the folder
  constexpr int kRenameCall = 5;
  for (int nth = 1; nth <= 8; ++nth) {
    for (const size_t torn_bytes : {0, 4}) {
      SCOPED_TRACE(absl::StrCat("call ", nth, ", ", torn_bytes, " bytes taken"));
      ASSERT_THAT(WriteFileAtomically(path, "old"), IsOk());
      EXPECT_EXIT(die_at(nth, torn_bytes), testing::ExitedWithCode(FakeFileCalls::kDied), "");
      EXPECT_THAT(ReadFile(path), IsOkAndHolds(nth <= kRenameCall ? "old" : "new bytes"));
    }
  }
  EXPECT_EXIT(die_at(9, 0), testing::ExitedWithCode(0), "") << "there are eight";
}

// A process that was killed while writing may have had our process id: in a container the ids
// repeat.
TEST_F(WriteFileAtomicallyTest, LeftoverOfAKilledProcessDoesNotStandInTheWay) {
  FakeFileCalls calls;
  ASSERT_THAT(WriteFileAtomically(Path("a.csv"), "old", calls), IsOk());
  const std::string temporary = calls.log()[0].substr(strlen("open "));
  const size_t number = temporary.rfind('.') + 1;
  for (int next = 0; next < 100; ++next) std::ofstream(absl::StrCat(temporary.substr(0, number), next)) << "left over";
  EXPECT_THAT(WriteFileAtomically(Path("a.csv"), "new"), IsOk());
  EXPECT_THAT(ReadFile(Path("a.csv")), IsOkAndHolds("new"));
}

TEST_F(WriteFileAtomicallyTest, ReadersSeeOneOfTheFilesAndNoMixture) {
  const std::string path = Path("a.csv");
  const std::vector<std::string> texts = {std::string(1, 'a'), std::string(100000, 'b'), std::string(50000, 'c')};
  ASSERT_THAT(WriteFileAtomically(path, texts[0]), IsOk());
  std::vector<std::thread> writers;
  std::atomic<int> running = 3;
  for (const std::string& text : texts) {
    writers.emplace_back([&] {
      for (int i = 0; i < 30; ++i) EXPECT_THAT(WriteFileAtomically(path, text), IsOk());
      --running;
    });
  }
  while (running > 0) {
    EXPECT_THAT(ReadFile(path),
                testing::ResultOf([&](const auto& text) { return text.ok() && absl::c_linear_search(texts, *text); }, true));
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_THAT(Names(), ElementsAre("a.csv"));
}

TEST_F(WriteNewFileTest, SyncsAndLeavesTheFolderToTheCaller) {
  FakeFileCalls calls;
  EXPECT_THAT(WriteNewFile(Path("a"), "text", calls), IsOk());
  EXPECT_THAT(Log(calls), ElementsAre("open a", "write a", "fsync a", "close a"));
  EXPECT_THAT(ReadFile(Path("a")), IsOkAndHolds("text"));
}

TEST_F(WriteNewFileTest, KeepsAFileThatIsThere) {
  const std::string path = Create("a", "old");
  EXPECT_THAT(WriteNewFile(path, "new"), Fails(ExitCode::kOutput, AllOf(HasSubstr(path), HasSubstr("File exists"))));
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("old"));
}

TEST_F(WriteNewFileTest, RemovesWhatItCouldNotFinish) {
  FakeFileCalls calls;
  calls.FailWritesAfter(2, ENOSPC);
  EXPECT_THAT(WriteNewFile(Path("a"), "text", calls), Fails(ExitCode::kOutput, HasSubstr("No space left on device")));
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(calls.count(FileCall::kFsync), 0);
  EXPECT_EQ(calls.open_files(), 0);
}

TEST_F(FoldersTest, RenameNamesBothPaths) {
  EXPECT_THAT(RenameFile(Path("none"), Path("to")), Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("none")), HasSubstr(Path("to")))));
  Create("from", "text");
  EXPECT_THAT(RenameFile(Path("from"), Path("to")), IsOk());
  EXPECT_THAT(Names(), ElementsAre("to"));
}

TEST_F(WriteNewFileTest, LeavesSyncingToSyncFileSystem) {
  FakeFileCalls calls;
  EXPECT_THAT(WriteUnsyncedFile(Path("a"), "text", calls), IsOk());
  EXPECT_THAT(SyncFileSystem(folder_, calls), IsOk());
  EXPECT_THAT(Log(calls), ElementsAre("open a", "write a", "close a", "open FOLDER", "syncfs FOLDER", "close FOLDER"));
  EXPECT_THAT(ReadFile(Path("a")), IsOkAndHolds("text"));
  EXPECT_EQ(calls.open_files(), 0);
}

TEST_F(WriteNewFileTest, RemovesUnsyncedFilesThatItCouldNotFinish) {
  for (const FileCall call : {FileCall::kWrite, FileCall::kClose}) {
    FakeFileCalls calls;
    calls.FailNth(call, 1, EIO);
    EXPECT_THAT(WriteUnsyncedFile(Path("a"), "text", calls), Fails(ExitCode::kOutput, HasSubstr("Input/output error")));
    EXPECT_THAT(Names(), IsEmpty());
    EXPECT_EQ(calls.open_files(), 0);
  }
}

TEST_F(FoldersTest, SyncFileSystemReportsWhatFails) {
  FakeFileCalls calls;
  calls.FailNth(FileCall::kSyncfs, 1, EIO);
  EXPECT_THAT(SyncFileSystem(folder_, calls), Fails(ExitCode::kOutput, AllOf(HasSubstr(folder_), HasSubstr("Input/output error"))));
  EXPECT_EQ(calls.open_files(), 0);
  EXPECT_THAT(SyncFileSystem(Path("none")), Fails(ExitCode::kOutput, HasSubstr(Path("none"))));
}

TEST_F(FoldersTest, SyncFolderTakesFoldersAlone) {
  EXPECT_THAT(SyncFolder(folder_), IsOk());
  EXPECT_THAT(SyncFolder(Path("none")), Fails(ExitCode::kOutput, HasSubstr(Path("none"))));
  EXPECT_THAT(SyncFolder(Create("file", "")), Fails(ExitCode::kOutput, HasSubstr("Not a directory")));
}

TEST_F(FoldersTest, MakeFoldersMakesWhatIsMissing) {
  for (const char* name : {"a/b/c", "a/b/c", "a", "a/d/", "a//e/./f", "."}) EXPECT_THAT(MakeFolders(Path(name)), IsOk()) << name;
  EXPECT_TRUE(fs::is_directory(Path("a/b/c")));
  EXPECT_TRUE(fs::is_directory(Path("a/d")));
  EXPECT_TRUE(fs::is_directory(Path("a/e/f")));
  EXPECT_THAT(MakeFolders("/"), IsOk());
}

// After a power cut a run is worthless if its folder has no name.
TEST_F(FoldersTest, MakeFoldersDurablySyncsTheNamesOfNewFolders) {
  fs::create_directory(Path("a"));
  FakeFileCalls calls;
  EXPECT_THAT(MakeFoldersDurably(Path("a/b/c"), calls), IsOk());
  std::vector<std::string> log = Log(calls);
  log.erase(log.begin(), std::find(log.begin(), log.end(), "mkdir a"));
  EXPECT_THAT(log,
              ElementsAre("mkdir a", "mkdir a/b", "open a", "fsync a", "close a", "mkdir a/b/c", "open a/b", "fsync a/b", "close a/b"));
}

TEST_F(FoldersTest, MakeFoldersGoesThroughLinksToFolders) {
  fs::create_directory(Path("real"));
  fs::create_directory_symlink(Path("real"), Path("link"));
  EXPECT_THAT(MakeFolders(Path("link/a")), IsOk());
  EXPECT_TRUE(fs::is_directory(Path("real/a")));
}

// F17: "is a file".
TEST_F(FoldersTest, MakeFoldersNamesTheFileInItsWay) {
  const std::string file = Create("file", "text");
  for (const std::string& path : {file, file + "/a", file + "/a/b"}) {
    EXPECT_THAT(MakeFolders(path), Fails(ExitCode::kOutput, HasSubstr(file + ": is not a folder"))) << path;
  }
  fs::create_symlink(Path("none"), Path("dangling"));
  EXPECT_THAT(MakeFolders(Path("dangling/a")), Fails(ExitCode::kOutput, HasSubstr("dangling: is not a folder")));
  EXPECT_THAT(ReadFile(file), IsOkAndHolds("text"));
}

// F13, F17.
TEST_F(FoldersTest, MakeFoldersNamesTheFolderAndTheReason) {
  for (const int error : {EACCES, EROFS, ENOSPC, EDQUOT, EIO}) {
    FakeFileCalls calls;
    calls.FailNth(FileCall::kMkdir, static_cast<int>(std::count(folder_.begin(), folder_.end(), '/')) + 1, error);
    EXPECT_THAT(MakeFolders(Path("a/b"), calls), Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("a")), HasSubstr(strerror(error)))));
    EXPECT_THAT(Names(), IsEmpty());
  }
  EXPECT_FALSE(MakeFolders("").ok());
}

TEST_F(FoldersTest, MakeNewFolderSaysWhetherItIsNew) {
  EXPECT_THAT(MakeNewFolder(Path("a")), IsOkAndHolds(true));
  EXPECT_THAT(MakeNewFolder(Path("a")), IsOkAndHolds(false));
  EXPECT_THAT(MakeNewFolder(Create("file", "")), IsOkAndHolds(false));
  EXPECT_THAT(MakeNewFolder(Path("none/a")), Fails(ExitCode::kOutput, HasSubstr("No such file or directory")));
}

TEST_F(FoldersTest, OneOfManyMakesTheNewFolder) {
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { made += *MakeNewFolder(Path("run")); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_F(AppendFileTest, GrowsByOneWriteARow) {
  FakeFileCalls calls;
  {
    auto file = AppendFile::Create(Path("metrics.csv"), calls);
    ASSERT_THAT(file, IsOk());
    EXPECT_THAT((*file)->Append("epoch,loss\n"), IsOk());
    EXPECT_THAT((*file)->Append("1,0.5\n"), IsOk());
    EXPECT_THAT(ReadFile(Path("metrics.csv")), IsOkAndHolds("epoch,loss\n1,0.5\n")) << "readers need not wait for the end";
    EXPECT_THAT((*file)->Sync(), IsOk());
  }
  EXPECT_THAT(Log(calls),
              ElementsAre("open metrics.csv", "write metrics.csv", "write metrics.csv", "fsync metrics.csv", "close metrics.csv"));
  EXPECT_EQ(calls.open_files(), 0);
}

TEST_F(AppendFileTest, RefusesAFileThatIsThere) {
  const std::string path = Create("metrics.csv", "old");
  EXPECT_THAT(AppendFile::Create(path), Fails(ExitCode::kOutput, AllOf(HasSubstr(path), HasSubstr("File exists"))));
  EXPECT_THAT(ReadFile(path), IsOkAndHolds("old"));
}

TEST_F(AppendFileTest, GoesOnAfterShortAndInterruptedWrites) {
  FakeFileCalls calls;
  calls.ShortenWrites(2);
  calls.FailNth(FileCall::kWrite, 2, EINTR);
  auto file = AppendFile::Create(Path("metrics.csv"), calls);
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT((*file)->Append("1,0.5\n"), IsOk());
  EXPECT_THAT(ReadFile(Path("metrics.csv")), IsOkAndHolds("1,0.5\n"));
}

// F14: earlier rows stay; a torn last row shows by its missing line end.
TEST_F(AppendFileTest, FullDiskIsAnErrorAndKeepsEarlierRows) {
  FakeFileCalls calls;
  auto file = AppendFile::Create(Path("metrics.csv"), calls);
  ASSERT_THAT(file, IsOk());
  ASSERT_THAT((*file)->Append("1,0.5\n"), IsOk());
  calls.FailWritesAfter(2, ENOSPC);
  EXPECT_THAT((*file)->Append("2,0.4\n"),
              Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("metrics.csv")), HasSubstr("No space left on device; needs 6 bytes"))));
  EXPECT_THAT(ReadFile(Path("metrics.csv")), IsOkAndHolds("1,0.5\n2,"));
}

// F15, F16.
TEST_F(AppendFileTest, FailedSyncAndOpenAreErrors) {
  FakeFileCalls calls;
  auto file = AppendFile::Create(Path("metrics.csv"), calls);
  ASSERT_THAT(file, IsOk());
  calls.FailNth(FileCall::kFsync, 1, EIO);
  EXPECT_THAT((*file)->Sync(), Fails(ExitCode::kOutput, AllOf(HasSubstr(Path("metrics.csv")), HasSubstr("Input/output error"))));
  EXPECT_EQ(calls.count(FileCall::kFsync), 1);
  calls.FailNth(FileCall::kOpen, 1, EMFILE);
  EXPECT_THAT(AppendFile::Create(Path("other.csv"), calls), Fails(ExitCode::kOutput, HasSubstr("ulimit -n")));
}

}  // namespace
}  // namespace mica
