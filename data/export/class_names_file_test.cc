#include "data/export/class_names_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/utf8.h"
#include "data/index/class_names.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

using Names = std::vector<std::string>;

TEST(ClassFileNamesTest, UsableNamesStay) {
  const Names names = {"Ankle boot", "caf\xc3\xa9", "a.b", "0", "Train ticket", "T-shirt", "猫"};
  EXPECT_EQ(ClassFileNames(names), names);
  EXPECT_EQ(ListedClassNames(names), names);
}

TEST(ClassFileNamesTest, BytesThatCannotStandInAFileNameAreReplaced) {
  EXPECT_THAT(ClassFileNames({"T-shirt/top", std::string("a\0b", 3), "x\ny\x7f", "caf\xe9", ".hidden", "..", " blank "}),
              ElementsAre("T-shirt_top", "a_b", "x_y_", "caf_", "_hidden", "_.", "blank"));
}

TEST(ClassFileNamesTest, ListedNamesKeepWhatIsOnlyWrongForFiles) {
  EXPECT_THAT(ListedClassNames({"T-shirt/top", std::string("a\0b", 3), ".hidden", "train", " blank ", ""}),
              ElementsAre("T-shirt/top", "a_b", ".hidden", "train", "blank", "_"));
}

TEST(ClassFileNamesTest, NamesWithAMeaningOfTheirOwnAreMarked) {
  EXPECT_THAT(ClassFileNames({"train", "Test", "val", "Thumbs.db", "__MACOSX", "lost+found"}),
              ElementsAre("train_", "Test_", "val_", "Thumbs.db_", "__MACOSX_", "lost+found_"));
}

TEST(ClassFileNamesTest, CollisionsAreNumberedAndUsableNamesComeFirst) {
  EXPECT_THAT(ClassFileNames({"a/b", "a_b", "a\nb", "a_b-2"}), ElementsAre("a_b-3", "a_b", "a_b-4", "a_b-2"));
  EXPECT_THAT(ClassFileNames({"a/b", "a\tb"}), ElementsAre("a_b", "a_b-2"));
  EXPECT_THAT(ClassFileNames({"", " ", "/"}), ElementsAre("_", "_-2", "_-3"));
  EXPECT_THAT(ListedClassNames({"cat ", "cat", " cat", "cat\t"}), ElementsAre("cat-2", "cat", "cat-3", "cat_"));
}

TEST(ClassFileNamesTest, LongNamesAreCutBetweenCharacters) {
  const std::string long_name = absl::StrCat(std::string(199, 'x'), "\xc3\xa9t\xc3\xa9");
  const Names names = ClassFileNames({long_name, long_name + "s"});
  EXPECT_THAT(names, ElementsAre(std::string(199, 'x'), std::string(198, 'x') + "-2"));
}

// Whatever the names are, the results can be used, differ, and are read back from the file.
TEST(ClassFileNamesTest, AnyNamesBecomeUsable) {
  std::mt19937 random(7);
  const std::string alphabet("a/\\ .\n\0\xc3\xa9\xff-2_,\"1:", 17);
  for (int round = 0; round < 300; ++round) {
    Names names(1 + random() % 12);
    for (std::string& name : names) {
      name.resize(random() % 5);
      for (char& byte : name) byte = alphabet[random() % alphabet.size()];
    }
    for (const Names& made : {ClassFileNames(names), ListedClassNames(names)}) {
      ASSERT_EQ(made.size(), names.size());
      EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), made.size());
      const ClassNamesFile file = MakeClassNamesFile(made, std::vector<int64_t>(made.size(), 3));
      EXPECT_THAT(ParseClassNames(file.bytes, file.name), IsOkAndHolds(made)) << file.bytes;
    }
    for (const std::string& name : ClassFileNames(names)) {
      EXPECT_FALSE(absl::StrContains(name, '/') || absl::StartsWith(name, ".") || name.size() > kMaxClassFileName) << name;
      EXPECT_EQ(ValidUtf8Prefix(name), name.size());
    }
  }
}

TEST(ClassFileNamesTest, ManyEqualNamesTakeLinearTime) {
  const Names names(50000, "/");
  const Names made = ClassFileNames(names);
  EXPECT_EQ(made.front(), "_");
  EXPECT_EQ(made.back(), "_-50000");
}

TEST(ClassNamesFileTest, NamesStandInLines) {
  const ClassNamesFile file = MakeClassNamesFile({"cat", "T-shirt/top"}, {1, 2});
  EXPECT_EQ(file.name, "class_names.txt");
  EXPECT_EQ(file.bytes, "cat\nT-shirt/top\n");
}

// As the folders of CUB-200-2011 are named.
TEST(ClassNamesFileTest, NumberedNamesStandInATable) {
  const ClassNamesFile file = MakeClassNamesFile({"001.Black, footed", "002.Laysan", "003.Sooty"}, {4, 0, 6});
  EXPECT_EQ(file.name, "class_map.csv");
  EXPECT_EQ(file.bytes, "id,name,samples\n0,\"001.Black, footed\",4\n1,002.Laysan,0\n2,003.Sooty,6\n");
  EXPECT_THAT(ParseClassNames(file.bytes, file.name), IsOkAndHolds(ElementsAre("001.Black, footed", "002.Laysan", "003.Sooty")));
}

}  // namespace
}  // namespace mica
