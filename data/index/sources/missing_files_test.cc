#include "data/index/sources/missing_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "data/index/sources/listed_path.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MissingFilesTest : public testing::Test {
 protected:
  MissingFilesTest() {
    settings_.config_name = "csv";
    settings_.list_path = folder_ + "/lists/x.csv";
    settings_.root_folder = folder_ + "/data";
    settings_.has_path_suffix_field = true;
    std::filesystem::create_directories(folder_ + "/data");
    std::filesystem::create_directories(folder_ + "/lists");
  }

  void AddFile(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(folder_ + "/" + path).parent_path());
    WriteTestFile(folder_ + "/" + path, "x");
  }

  // Of a list with these paths; its first is in line 2.
  std::vector<std::string> Find(const std::vector<std::string>& written) {
    std::vector<SampleFile> files;
    std::vector<int32_t> lines;
    const std::string root = settings_.root_folder.empty() ? folder_ + "/lists" : settings_.root_folder;
    for (const std::string& text : written) {
      const ListedPath path(text, settings_.path_suffix, FolderPrefix(root));
      SampleFile& file = files.emplace_back();
      file.path = path.path;
      file.relative_begin = static_cast<int32_t>(path.relative_begin);
      lines.push_back(static_cast<int32_t>(files.size()) + 1);
    }
    return FindMissingFiles(settings_, files, lines);
  }

  const std::string folder_ = MakeTestFolder("missing_files");
  ListSettings settings_;
};

TEST_F(MissingFilesTest, FilesThatExistAreNoProblem) {
  AddFile("data/a.jpg");
  AddFile("data/b/c.jpg");
  EXPECT_THAT(Find({"a.jpg", "b/c.jpg", folder_ + "/data/a.jpg"}), IsEmpty());
  EXPECT_THAT(Find({}), IsEmpty());
}

// M8
TEST_F(MissingFilesTest, TenThatAreMissingAreShownAndAllCounted) {
  std::vector<std::string> paths = {"a.jpg"};
  AddFile("data/a.jpg");
  for (int i = 0; i < 24; ++i) paths.push_back(absl::StrCat(i, ".jpg"));
  const std::vector<std::string> messages = Find(paths);
  ASSERT_THAT(messages, SizeIs(12));
  EXPECT_EQ(messages[0], absl::StrCat(settings_.list_path, ":3: ", folder_, "/data/0.jpg does not exist"));
  EXPECT_THAT(messages[11], HasSubstr(": 24 of the 25 files that were looked at do not exist"));
}

TEST_F(MissingFilesTest, AFolderAndAFifoAreNoFiles) {
  AddFile("data/a.jpg");
  std::filesystem::create_directories(folder_ + "/data/cats");
  ASSERT_EQ(mkfifo((folder_ + "/data/fifo.jpg").c_str(), 0600), 0);
  EXPECT_THAT(Find({"a.jpg", "cats", "fifo.jpg", "a.jpg/b"}),
              ElementsAre(EndsWith(":3: " + folder_ + "/data/cats is a folder, not a file"), EndsWith("is no regular file"),
                          EndsWith("does not exist"), HasSubstr("3 of the 4 files")));
}

TEST_F(MissingFilesTest, IfAllAreMissingOneMessageSaysWhatIsNot) {
  AddFile("data/image/z.jpg");
  EXPECT_THAT(
      Find({"images/1.jpg", "images/2.jpg"}),
      ElementsAre(
          AllOf(StartsWith(absl::StrCat(settings_.list_path, ":2: ", folder_, "/data/images/1.jpg does not exist: there is no \"", folder_,
                                        "/data/images\"; did you mean \"image\"?; so it is with all 2 files that were looked at")),
                EndsWith(absl::StrCat("is root_folder right? It is ", folder_, "/data, the list's own folder is ", folder_, "/lists")))));
}

TEST_F(MissingFilesTest, AsksForARootFolderIfThereIsNone) {
  settings_.root_folder = "";
  EXPECT_THAT(Find({"1.jpg"}),
              ElementsAre(EndsWith("paths are read from the list's own folder: is there another, for csv { root_folder: … }?")));
}

TEST_F(MissingFilesTest, ProposesTheRootWhereTheFileIs) {
  AddFile("data/train/1.jpg");
  EXPECT_THAT(Find({"1.jpg", "2.jpg"}),
              ElementsAre(EndsWith(
                  absl::StrCat("; but ", folder_, "/data/train/1.jpg exists: set csv { root_folder: \"", folder_, "/data/train\" }"))));
  AddFile("lists/7.jpg");
  EXPECT_THAT(Find({"7.jpg"}), ElementsAre(EndsWith(absl::StrCat("set csv { root_folder: \"", folder_, "/lists\" }"))));
  AddFile("8.jpg");
  EXPECT_THAT(Find({"8.jpg"}), ElementsAre(EndsWith(absl::StrCat("set csv { root_folder: \"", folder_, "\" }"))));
}

// As of Kaggle's "Dog Breed Identification": labels.csv with ids, and train/ID.jpg.
TEST_F(MissingFilesTest, ProposesRootAndSuffix) {
  AddFile("data/train/000bec.jpg");
  EXPECT_THAT(Find({"000bec"}),
              ElementsAre(EndsWith(absl::StrCat("set csv { root_folder: \"", folder_, "/data/train\" path_suffix: \".jpg\" }"))));
}

TEST_F(MissingFilesTest, ProposesTheSuffix) {
  AddFile("data/1.png");
  EXPECT_THAT(Find({"1"}), ElementsAre(EndsWith("/data/1.png exists: set csv { path_suffix: \".png\" }")));
  settings_.path_suffix = ".jpg";
  EXPECT_THAT(Find({"1"}), ElementsAre(EndsWith("set csv { path_suffix: \".png\" }")));
  EXPECT_THAT(Find({"1.png"}), ElementsAre(EndsWith("set csv { path_suffix: \"\" }"))) << "the list has the endings already";
}

TEST_F(MissingFilesTest, WhereNoFieldAddsAnEndingTheListMust) {
  AddFile("data/1.png");
  settings_.config_name = "list_file";
  settings_.has_path_suffix_field = false;
  EXPECT_THAT(Find({"1"}), ElementsAre(EndsWith("/data/1.png exists: write the paths in the list with \".png\"")));
}

TEST_F(MissingFilesTest, AnotherRootIsNoRemedyForAbsolutePaths) {
  AddFile("data/e/1.jpg");
  EXPECT_THAT(Find({"/nowhere/e/1.jpg"}), ElementsAre(AllOf(HasSubstr("/nowhere/e/1.jpg does not exist"), Not(HasSubstr("root_folder")))));
}

TEST_F(MissingFilesTest, OfManyItLooksAtThreePlaces) {
  AddFile("data/here.jpg");
  std::vector<std::string> paths(30000, "here.jpg");
  paths[200] = "no.jpg";
  EXPECT_THAT(Find(paths), IsEmpty());
  for (const size_t place : {size_t{0}, size_t{99}, size_t{15000}, size_t{15099}, size_t{29900}, size_t{29999}}) {
    std::vector<std::string> others = paths;
    others[place] = "no.jpg";
    EXPECT_THAT(Find(others), ElementsAre(HasSubstr(absl::StrCat(":", place + 2, ": ")), HasSubstr("1 of the 300 files"))) << place;
  }
}

}  // namespace
}  // namespace mica
