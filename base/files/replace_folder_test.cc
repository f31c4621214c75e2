#include "base/files/replace_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// The parameter says whether the file system can exchange two names.
class ReplaceFolderTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!GetParam()) calls_.FailNth(FileCall::kExchange, 1, EINVAL);
    std::filesystem::remove_all(parent_);
    std::filesystem::create_directories(parent_);
  }

  // A folder with one file of this content.
  std::string Make(const std::string& name, const std::string& content) const {
    const std::string path = absl::StrCat(parent_, "/", name);
    std::filesystem::create_directories(path);
    std::ofstream(path + "/file") << content;
    return path;
  }

  std::vector<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(parent_)) names.insert(entry.path().filename().string());
    return {names.begin(), names.end()};
  }

  std::string Content(const std::string& name) const { return ReadFile(absl::StrCat(parent_, "/", name, "/file")).value_or("absent"); }

  const std::string parent_ = testing::TempDir() + "replace_folder_test";
  FakeFileCalls calls_;
};

// The id of a process that has ended.
int DeadPid() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

TEST_P(ReplaceFolderTest, TakesAFreeName) {
  const std::string fresh = Make("test.tmp.1", "new");
  ASSERT_THAT(ReplaceFolder(fresh, parent_ + "/test", calls_), IsOk());
  EXPECT_THAT(Names(), ElementsAre("test"));
  EXPECT_EQ(Content("test"), "new");
}

TEST_P(ReplaceFolderTest, ReplacesAnOlderOneAndLeavesNothingElse) {
  const std::string folder = Make("test", "old"), fresh = Make("test.tmp.1", "new");
  ASSERT_THAT(ReplaceFolder(fresh, folder, calls_), IsOk());
  EXPECT_THAT(Names(), ElementsAre("test"));
  EXPECT_EQ(Content("test"), "new");
}

TEST_P(ReplaceFolderTest, AFileInItsPlaceStays) {
  const std::string fresh = Make("test.tmp.1", "new");
  ASSERT_THAT(WriteFileAtomically(parent_ + "/test", "somebody's"), IsOk());
  EXPECT_THAT(ReplaceFolder(fresh, parent_ + "/test", calls_),
              Fails(ExitCode::kOutput, HasSubstr("/test: is a file, and a folder is to stand there")));
  EXPECT_EQ(ReadFile(parent_ + "/test").value(), "somebody's");
}

INSTANTIATE_TEST_SUITE_P(Exchange, ReplaceFolderTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Supported" : "Unsupported"; });

using ReplaceFolderFaultTest = ReplaceFolderTest;
INSTANTIATE_TEST_SUITE_P(Unsupported, ReplaceFolderFaultTest, testing::Values(false));

TEST_P(ReplaceFolderFaultTest, AFailedRenameKeepsTheOldOne) {
  for (const int nth : {1, 2}) {
    SetUp();
    const std::string folder = Make("test", "old"), fresh = Make("test.tmp.1", "new");
    FakeFileCalls calls;
    calls.FailNth(FileCall::kExchange, 1, EINVAL);
    calls.FailNth(FileCall::kRename, nth, EIO);
    EXPECT_THAT(ReplaceFolder(fresh, folder, calls), Fails(ExitCode::kOutput, HasSubstr("Input/output error")));
    EXPECT_EQ(Content("test"), "old") << nth;
    EXPECT_THAT(Names(), ElementsAre("test", "test.tmp.1")) << nth;
  }
}

TEST_P(ReplaceFolderFaultTest, F7AKillBetweenTheTwoRenamesIsMendedNextTime) {
  Make(absl::StrCat("test.old.", DeadPid()), "old");
  Make(absl::StrCat("test.tmp.", DeadPid()), "new");
  RemoveLeftovers(parent_);
  EXPECT_THAT(Names(), ElementsAre("test"));
  EXPECT_EQ(Content("test"), "old");
}

TEST_P(ReplaceFolderFaultTest, LeftoversOfOtherFoldersStayIfOneIsMeant) {
  Make("test", "present");
  const std::string others = absl::StrCat("photos.old.", DeadPid());
  Make(others, "somebody's");
  Make(absl::StrCat("test.tmp.", DeadPid()), "half");
  RemoveLeftoversOf(absl::StrCat(parent_, "/test"));
  EXPECT_THAT(Names(), UnorderedElementsAre("test", others));
}

TEST_P(ReplaceFolderFaultTest, F7LeftoversOfDeadProcessesAreRemovedThoseOfLivingOnesStay) {
  Make("test", "present");
  Make(absl::StrCat("test.tmp.", DeadPid()), "half");
  Make(absl::StrCat("test.tmp.", getpid()), "of one that had our id");
  Make(absl::StrCat("test.old.", DeadPid()), "old");
  const std::string living = absl::StrCat("validation.tmp.", getppid());
  Make(living, "being written");
  Make("notes.tmp.x", "somebody's");

  RemoveLeftovers(parent_);

  EXPECT_THAT(Names(), UnorderedElementsAre("test", living, "notes.tmp.x"));
  EXPECT_EQ(Content("test"), "present");
}

}  // namespace
}  // namespace mica
