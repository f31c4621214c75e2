#include "data/index/sources/file_names.h"

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
using ::testing::SizeIs;

class FileNamesTest : public testing::Test {
 protected:
  void Touch(absl::string_view name) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteTestFile(path, "x");
  }
  SampleList List(const std::string& pattern, FileNamesConfig::Unmatched unmatched = FileNamesConfig::REFUSED) const {
    FileNamesConfig config;
    config.set_folder(folder_);
    config.set_label_pattern(pattern);
    config.set_unmatched(unmatched);
    return FileNames(config).List();
  }

  const std::string folder_ = MakeTestFolder("file_names");
};

std::vector<std::string> LabelsOf(const SampleList& list) {
  std::vector<std::string> labels;
  for (const ImageRecord& record : list.records) labels.push_back(record.label < 0 ? "-" : list.labels[record.label].text);
  return labels;
}

// Bug zoo, label_rule_substring: "dog" in a folder's name makes nothing a dog.
TEST_F(FileNamesTest, TheNameAloneCounts) {
  for (const char* name : {"dogs/cat.1.jpg", "dogs/dog.1.jpg", "dogs/sub/cat.2.jpg"}) Touch(name);
  const SampleList list = List("(cat|dog)\\.");
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(LabelsOf(list), ElementsAre("cat", "dog", "cat"));
  EXPECT_FALSE(list.labels_are_numbers);
}

TEST_F(FileNamesTest, NumbersInNamesAreLabels) {
  for (const char* name : {"10_1.jpg", "2_7.jpg"}) Touch(name);
  const SampleList list = List("^(\\d+)_");
  EXPECT_THAT(LabelsOf(list), ElementsAre("10", "2"));
  EXPECT_TRUE(list.labels_are_numbers);
}

TEST_F(FileNamesTest, UnmatchedNamesAreListedOrDeclared) {
  for (const char* name : {"cat.1.jpg", "x1.jpg", "x2.jpg", "x3.jpg", "x4.jpg"}) Touch(name);
  EXPECT_THAT(List("^(cat|dog)\\.").problems,
              ElementsAre(AllOf(HasSubstr("matches 1 of the 5 file names: not \"x1.jpg\", \"x2.jpg\", \"x3.jpg\", …"),
                                HasSubstr("unmatched: UNLABELLED"))));
  const SampleList declared = List("^(cat|dog)\\.", FileNamesConfig::UNLABELLED);
  EXPECT_THAT(declared.problems, IsEmpty());
  EXPECT_THAT(LabelsOf(declared), ElementsAre("cat", "-", "-", "-", "-"));
}

// Bug zoo, label_rule_matches_nothing.
TEST_F(FileNamesTest, APatternThatMatchesNothingIsNeverMeant) {
  Touch("bird.jpg");
  EXPECT_THAT(List("^(cat)\\.", FileNamesConfig::UNLABELLED).problems, ElementsAre(HasSubstr("matches none of the 1 file names")));
}

TEST_F(FileNamesTest, PicturesHaveNoLabels) {
  Touch("a.jpg");
  Touch("b/c.png");
  PicturesConfig config;
  config.set_folder(folder_);
  const SampleList list = Pictures(config).List();
  EXPECT_THAT(LabelsOf(list), ElementsAre("-", "-"));
  EXPECT_THAT(list.labels, IsEmpty());
  EXPECT_THAT(list.files, SizeIs(2));
  EXPECT_EQ(list.files[1].relative_path(), "b/c.png");
}

}  // namespace
}  // namespace mica
