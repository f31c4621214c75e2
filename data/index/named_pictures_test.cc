#include "data/index/named_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NamedPicturesTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  void Write(absl::string_view name, absl::string_view text = "x") const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), text);
  }

  static NamedPictures List(const std::vector<std::string>& paths) { return ListNamedPictures(paths, ClassMap({"cat", "dog"})); }

  static std::vector<std::string> Relative(const NamedPictures& named) {
    std::vector<std::string> paths;
    for (const ImageRecord& record : named.index.records) paths.emplace_back(named.index.files[record.file].relative_path());
    return paths;
  }

  const std::string folder_ = MakeTestFolder("named");
};

TEST_F(NamedPicturesTest, FilesAndFoldersStandInTheirOrder) {
  for (const char* name : {"t/10.jpg", "t/2.jpg", "t/1.jpg", "t/b/z.PNG", "z.jpg", "a"}) Write(name);
  const NamedPictures named = List({Path("z.jpg"), Path("t"), Path("a")});
  EXPECT_THAT(Relative(named), ElementsAre("z.jpg", "1.jpg", "10.jpg", "2.jpg", "b/z.PNG", "a"));
  EXPECT_THAT(named.problems, IsEmpty());
  EXPECT_THAT(named.warnings, IsEmpty());
  for (size_t i = 0; i < 6; ++i) {
    const ImageRecord& record = named.index.records[i];
    EXPECT_EQ(record.id, i);
    EXPECT_EQ(record.label, -1);
    EXPECT_EQ(record.split, Split::kUnlabelled);
  }
  EXPECT_EQ(named.index.PathOf(named.index.records[1]), Path("t/1.jpg"));
  EXPECT_THAT(named.index.classes.names(), ElementsAre("cat", "dog"));
}

TEST_F(NamedPicturesTest, WhatIsNoPictureIsCountedInOneLine) {
  for (const char* name : {"t/1.jpg", "t/a.txt", "t/b.txt", "t/c.csv"}) Write(name);
  const NamedPictures named = List({Path("t")});
  EXPECT_THAT(Relative(named), ElementsAre("1.jpg"));
  EXPECT_THAT(named.warnings, ElementsAre(AllOf(HasSubstr("left out files that are no pictures"), HasSubstr(".txt"), HasSubstr(".csv"))));
}

TEST_F(NamedPicturesTest, AFolderWithoutPicturesIsAProblem) {
  Write("t/notes.txt");
  const NamedPictures named = List({Path("t")});
  EXPECT_THAT(named.problems, ElementsAre(AllOf(HasSubstr(Path("t")), HasSubstr("no pictures; it holds files "), HasSubstr(".txt"))));
  EXPECT_THAT(named.index.records, IsEmpty());
}

TEST_F(NamedPicturesTest, WhatIsNamedTwiceIsThereOnce) {
  for (const char* name : {"t/1.jpg", "t/2.jpg"}) Write(name);
  const NamedPictures named = List({Path("t/2.jpg"), Path("t"), Path("t/2.jpg")});
  EXPECT_THAT(Relative(named), ElementsAre("2.jpg", "1.jpg"));
  EXPECT_THAT(named.warnings, ElementsAre("2 pictures are named twice and taken once"));
}

TEST_F(NamedPicturesTest, AMissingFileKeepsItsPlace) {
  Write("1.jpg");
  EXPECT_THAT(Relative(List({Path("0.jpg"), Path("1.jpg")})), ElementsAre("0.jpg", "1.jpg"));
}

TEST_F(NamedPicturesTest, AListNamesPathsFromItsFolder) {
  Write("lists/l.txt", "\xef\xbb\xbf../t/1.jpg\r\n\n  \n/abs/2.jpg\n#3 .jpg");
  EXPECT_THAT(ReadPathList(Path("lists/l.txt")), IsOkAndHolds(ElementsAre(Path("t/1.jpg"), "/abs/2.jpg", Path("lists/#3 .jpg"))));
}

TEST_F(NamedPicturesTest, ListsThatAreNone) {
  Write("empty.txt", "\n \n");
  Write("binary.txt", absl::string_view("\x89PNG\r\n\x1a\n\0\0", 10));
  EXPECT_THAT(ReadPathList(Path("empty.txt")),
              Fails(ExitCode::kData, HasSubstr("empty.txt: names no picture; write the path of one in each line")));
  EXPECT_THAT(ReadPathList(Path("binary.txt")), Fails(ExitCode::kData, HasSubstr("binary.txt")));
  EXPECT_THAT(ReadPathList(Path("missing.txt")), Fails(ExitCode::kData, HasSubstr("missing.txt")));
}

}  // namespace
}  // namespace mica
