#include "data/index/sources/folder_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <set>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class FolderWalkTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }
  void Touch(absl::string_view name) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), "x");
  }
  void Link(const std::string& target, absl::string_view name) const { ASSERT_EQ(symlink(target.c_str(), Path(name).c_str()), 0); }

  // Below the root.
  std::vector<std::string> Pictures(const FolderListing& listing) const {
    std::vector<std::string> names;
    for (const ListedFolder& folder : listing.folders) {
      for (const std::string& path : folder.pictures) names.push_back(path.substr(folder_.size() + 1));
    }
    return names;
  }

  const std::string folder_ = MakeTestFolder("folder_walk");
};

TEST_F(FolderWalkTest, ListsPicturesAtAnyDepthInAFixedOrder) {
  for (const char* name : {"b/2.jpg", "b/10.JPG", "a/x.PnG", "a/deep/er/y.webp", "top.bmp", "b/1.jpeg"}) Touch(name);
  std::filesystem::create_directories(Path("empty"));
  const FolderListing listing = WalkFolder(folder_ + "/");
  EXPECT_THAT(Pictures(listing), ElementsAre("top.bmp", "a/x.PnG", "a/deep/er/y.webp", "b/1.jpeg", "b/10.JPG", "b/2.jpg"));
  EXPECT_THAT(listing.subfolders, ElementsAre("a", "b", "empty"));
  EXPECT_THAT(listing.problems, IsEmpty());
  EXPECT_THAT(listing.warnings, IsEmpty());
  EXPECT_THAT(LeftOutWarnings(listing), IsEmpty());
}

TEST_F(FolderWalkTest, NamesAreSortedByBytesWhereverTheyDiffer) {
  std::mt19937 random(1);
  std::set<std::string> names;  // sorted by bytes
  while (names.size() < 300) {
    std::string name = "same";
    for (size_t size = random() % 24; name.size() < 4 + size;) name += "ab\x01\xff"[random() % 4];
    names.insert(name + ".jpg");
  }
  for (const std::string& name : names) Touch("class/" + name);
  std::vector<std::string> expected;
  for (const std::string& name : names) expected.push_back("class/" + name);
  EXPECT_EQ(Pictures(WalkFolder(folder_)), expected);
}

// W1, W2, D5.
TEST_F(FolderWalkTest, W1HiddenAndSystemEntriesAreNoClasses) {
  for (const char* name : {".ipynb_checkpoints/a.jpg", "__MACOSX/a.jpg", "@eaDir/a.jpg", "cats/._1.jpg", "cats/Thumbs.db", "cats/.DS_Store",
                           "cats/1.jpg", "lost+found/x.png"}) {
    Touch(name);
  }
  const FolderListing listing = WalkFolder(folder_);
  EXPECT_THAT(Pictures(listing), ElementsAre("cats/1.jpg"));
  EXPECT_THAT(listing.subfolders, ElementsAre("cats"));
  EXPECT_EQ(listing.hidden, 7);
  EXPECT_THAT(LeftOutWarnings(listing), ElementsAre(AllOf(HasSubstr("left out 7 hidden or system entries (.DS_Store"), HasSubstr(", …)"))));
}

TEST_F(FolderWalkTest, TheNamesOfTheClassesAreNothingToTellOf) {
  Touch("cats/1.jpg");
  Touch("class_names.txt");
  EXPECT_THAT(LeftOutWarnings(WalkFolder(folder_)), IsEmpty());
}

// W9.
TEST_F(FolderWalkTest, W9SaysWhatItFoundInPlaceOfPictures) {
  for (const char* name : {"a/1.txt", "a/2.TXT", "a/3.csv", "a/README"}) Touch(name);
  const FolderListing listing = WalkFolder(folder_);
  EXPECT_THAT(listing.leftover, UnorderedElementsAre(Pair(".txt", 2), Pair(".csv", 1), Pair("", 1)));
  EXPECT_THAT(
      NoPicturesProblem(listing),
      AllOf(HasSubstr("no pictures; it holds files .txt (2), without extension (1), .csv (1); mica reads .jpg"), HasSubstr(".webp")));
}

TEST_F(FolderWalkTest, PicturesThatAreNotReadAreListedToBeRefusedByName) {
  for (const char* name : {"a.gif", "a.HEIC", "a.tiff", "a.svg"}) Touch(name);
  EXPECT_EQ(WalkFolder(folder_).PictureCount(), 4);
}

// D1: each of them another message.
TEST_F(FolderWalkTest, D1NamesWhyAFolderCannotBeRead) {
  Touch("file");
  EXPECT_THAT(WalkFolder(Path("file")).problems, ElementsAre(HasSubstr("Not a directory")));
  EXPECT_THAT(WalkFolder(Path("fil")).problems,
              ElementsAre(AllOf(HasSubstr("No such file or directory"), HasSubstr("did you mean \"file\""))));
  std::filesystem::create_directories(Path("void"));
  EXPECT_THAT(WalkFolder(Path("void")).problems, IsEmpty());
  EXPECT_THAT(NoPicturesProblem(WalkFolder(Path("void"))), HasSubstr("it holds no files"));
}

// W15, D6.
TEST_F(FolderWalkTest, W15LinksAreFollowedAndLoopsEnd) {
  Touch("cats/1.jpg");
  const std::string elsewhere = MakeTestFolder("elsewhere");
  WriteTestFile(elsewhere + "/far.jpg", "x");
  Link(elsewhere, "far");
  Link(elsewhere, "far_again");
  Link("..", "cats/loop");
  Link("1.jpg", "cats/2.jpg");
  Link("gone.jpg", "cats/3.jpg");
  Link("self.jpg", "self.jpg");
  Link("nowhere", "notes.txt");
  Link("/mnt/gone", "birds");
  const FolderListing listing = WalkFolder(folder_);
  EXPECT_THAT(Pictures(listing), ElementsAre("cats/1.jpg", "cats/2.jpg", "far/far.jpg"));
  EXPECT_THAT(listing.subfolders, ElementsAre("cats", "far", "far_again"));
  EXPECT_THAT(listing.warnings, ElementsAre(AllOf(HasSubstr("cats/loop: link to the folder that is also "), HasSubstr(folder_)),
                                            AllOf(HasSubstr("far_again: link to the folder"), HasSubstr("/far;"))));
  EXPECT_THAT(listing.problems,
              UnorderedElementsAre(AllOf(HasSubstr("cats/3.jpg: link to \"gone.jpg\" cannot be followed (No such file or directory)")),
                                   HasSubstr("birds: link to \"/mnt/gone\" cannot be followed"),
                                   AllOf(HasSubstr("self.jpg: link to \"self.jpg\""), HasSubstr("Too many levels"))));
}

// In a process of its own, as threads are refused to all.
TEST_F(FolderWalkTest, WithoutThreadsItReadsAlone) {
  for (int folder = 0; folder < 10; ++folder) Touch(absl::StrCat(folder, "/x.png"));
  const auto walk = [&] {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size_t{1} << 60);  // more than there are addresses
    if (pthread_setattr_default_np(&attributes) != 0) _exit(1);
    try {
      std::thread([] {}).join();
      _exit(2);
    } catch (const std::system_error&) {
    }
    _exit(WalkFolder(folder_).PictureCount() == 10 ? 0 : 3);
  };
  EXPECT_EXIT(walk(), testing::ExitedWithCode(0), "");
}

constexpr int kNotPermitted = 77;
bool IsRightOrNotPermitted(int status) {
  return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kNotPermitted);
}

TEST_F(FolderWalkTest, TheRootOfAllFoldersIsAFolder) {
  Touch("cats/1.jpg");
  Touch("2.jpg");
  const auto walk = [&] {
    if (chroot(folder_.c_str()) != 0) _exit(kNotPermitted);
    const FolderListing listing = WalkFolder("//");
    const bool is_right = listing.root.empty() && listing.ShownRoot() == "/" && listing.folders.size() == 2 &&
                          listing.folders[0].pictures == std::vector<std::string>{"/2.jpg"} &&
                          listing.folders[1].pictures == std::vector<std::string>{"/cats/1.jpg"} &&
                          listing.subfolders == std::vector<std::string>{"cats"};
    _exit(is_right ? 0 : 1);
  };
  EXPECT_EXIT(walk(), IsRightOrNotPermitted, "");
}

// Either thread may reach its path first.
TEST_F(FolderWalkTest, OfTwoPathsByABindMountTheFirstCounts) {
  for (const char* name : {"b/deep/1.jpg", "b/2.jpg", "z/3.jpg", "z/deep/4.jpg"}) Touch(name);
  std::filesystem::create_directories(Path("a"));
  std::filesystem::create_directories(Path("z-z"));
  const auto walk = [&] {
    const bool is_permitted = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                              mount(Path("b").c_str(), Path("a").c_str(), nullptr, MS_BIND, nullptr) == 0 &&
                              mount(Path("z").c_str(), Path("z-z").c_str(), nullptr, MS_BIND, nullptr) == 0;
    if (!is_permitted) _exit(kNotPermitted);
    for (int i = 0; i < 50; ++i) {
      const FolderListing listing = WalkFolder(folder_);
      if (Pictures(listing) != std::vector<std::string>{"a/2.jpg", "a/deep/1.jpg", "z/3.jpg", "z/deep/4.jpg"}) _exit(1);
      if (listing.warnings != std::vector<std::string>{Path("b") + ": is the folder " + Path("a") + "; not listed again",
                                                       Path("z-z") + ": is the folder " + Path("z") + "; not listed again"}) {
        _exit(2);
      }
    }
    _exit(0);
  };
  EXPECT_EXIT(walk(), IsRightOrNotPermitted, "");
}

// D7: opening one would wait for ever.
TEST_F(FolderWalkTest, D7SpecialFilesAreNamed) {
  ASSERT_EQ(mkfifo(Path("pipe.jpg").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(Path("other").c_str(), 0600), 0);
  ASSERT_EQ(symlink("/dev/null", Path("null.png").c_str()), 0);
  EXPECT_THAT(WalkFolder(folder_).problems, ElementsAre(AllOf(HasSubstr("null.png: is a device, not a regular file")),
                                                        HasSubstr("pipe.jpg: is a FIFO, not a regular file")));
}

// D8.
TEST_F(FolderWalkTest, D8NamesAreBytes) {
  const std::string odd = "caf\xe9, \"x\"\n.jpg";
  Touch(absl::StrCat("a/", odd));
  Touch(absl::StrCat("a/", std::string(251, 'n'), ".jpg"));
  EXPECT_THAT(Pictures(WalkFolder(folder_)), ElementsAre(absl::StrCat("a/", odd), absl::StrCat("a/", std::string(251, 'n'), ".jpg")));
}

TEST_F(FolderWalkTest, ManyFoldersAreListedTheSameEachTime) {
  for (int folder = 0; folder < 40; ++folder) {
    for (int file = 0; file < 5; ++file) Touch(absl::StrCat("c", folder, "/", folder % 3, "/", file, ".png"));
  }
  const FolderListing first = WalkFolder(folder_);
  EXPECT_EQ(first.PictureCount(), 200);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Pictures(WalkFolder(folder_)), Pictures(first));
}

TEST(ExtensionOfTest, IsWhatFollowsTheLastDot) {
  EXPECT_EQ(ExtensionOf("a.b.JPG"), ".jpg");
  EXPECT_EQ(ExtensionOf("README"), "");
  EXPECT_EQ(ExtensionOf(".jpg"), "");
  EXPECT_EQ(ExtensionOf("x."), ".");
}

}  // namespace
}  // namespace mica
