#include "data/index/sources/class_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClassFoldersTest : public testing::Test {
 protected:
  void Touch(absl::string_view name) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, "x");
  }
  SampleList List() const {
    ClassFoldersConfig config;
    config.set_folder(folder_);
    return ClassFolders(config).List();
  }

  const std::string folder_ = MakeTestFolder("class_folders");
};

TEST_F(ClassFoldersTest, TheFirstFolderIsTheClass) {
  for (const char* name : {"dog/1.jpg", "cat/deep/dog/2.jpg", "cat/1.jpg", "10/x.png"}) Touch(name);
  std::filesystem::create_directories(folder_ + "/bird");
  const SampleList list = List();
  EXPECT_THAT(list.problems, IsEmpty());
  std::vector<std::string> found;
  for (const ImageRecord& record : list.records) {
    found.push_back(absl::StrCat(list.files[record.file].relative_path(), " ", list.labels[record.label].text));
  }
  EXPECT_THAT(found, ElementsAre("10/x.png 10", "cat/1.jpg cat", "cat/deep/dog/2.jpg cat", "dog/1.jpg dog"));
  EXPECT_FALSE(list.labels_are_numbers);
  // W3: an empty folder is a class.
  EXPECT_EQ(list.labels[1].text, "bird");
  EXPECT_EQ(list.labels[1].samples, 0);
  EXPECT_EQ(list.labels[2].samples, 2);
  EXPECT_EQ(list.labels[2].first_place, folder_ + "/cat");
}

// D4.
TEST_F(ClassFoldersTest, D4PicturesBesideTheClassFoldersAreCounted) {
  Touch("cat/1.jpg");
  Touch("a.jpg");
  Touch("b.jpg");
  EXPECT_THAT(List().warnings, ElementsAre(HasSubstr("left out 2 pictures that lie beside the class folders")));
  std::filesystem::remove_all(folder_ + "/cat");
  EXPECT_THAT(List().problems, ElementsAre(AllOf(HasSubstr("its 2 pictures lie in no class folder"), HasSubstr("file_names"))));
}

TEST_F(ClassFoldersTest, SplitsAreNotTakenForClasses) {
  Touch("train/cat/1.jpg");
  Touch("Val/cat/1.jpg");
  EXPECT_THAT(List().problems,
              ElementsAre(AllOf(HasSubstr("its folders are splits (Val, …), not classes"),
                                HasSubstr("dataset { train { class_folders { folder: \""), HasSubstr("/train\" } } … }"))));
  Touch("cat/1.jpg");
  EXPECT_THAT(List().problems, IsEmpty());
}

TEST_F(ClassFoldersTest, W9AFolderWithoutPicturesSaysWhatItHolds) {
  Touch("cat/1.txt");
  EXPECT_THAT(List().problems, ElementsAre(HasSubstr("no pictures; it holds files .txt (1)")));
}

}  // namespace
}  // namespace mica
