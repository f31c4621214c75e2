#include "data/index/class_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/string_view.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ClassNamesTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<std::string>> Read(absl::string_view text) {
    WriteTestFile(path_, text);
    return ReadClassNames(path_);
  }
  void ExpectFails(absl::string_view text, const std::string& message) {
    EXPECT_THAT(Read(text), Fails(ExitCode::kData, HasSubstr(path_ + message)));
  }

  const std::string path_ = MakeTestFolder("class_names") + "/names.txt";
};

TEST_F(ClassNamesTest, ReadsOneNameALine) {
  EXPECT_THAT(*Read("T-shirt/top\nAnkle boot\n"), ElementsAre("T-shirt/top", "Ankle boot"));
  EXPECT_THAT(*Read("cat\ndog"), ElementsAre("cat", "dog"));
}

TEST_F(ClassNamesTest, AcceptsByteOrderMarkAndWindowsLineEnds) {
  EXPECT_THAT(*Read("\xef\xbb\xbf"
                    "cat\r\ndog\r\n"),
              ElementsAre("cat", "dog"));
}

TEST_F(ClassNamesTest, KeepsSpacesAndAnyLanguage) {
  EXPECT_THAT(*Read(" cat\ncat\nKäse\n猫\n😀\n"), ElementsAre(" cat", "cat", "Käse", "猫", "😀"));
}

TEST_F(ClassNamesTest, RefusesEmptyAndRepeatedNamesAllAtOnce) {
  const std::string text = "cat\n\ndog\ncat\n\r\n";
  ExpectFails(text, ":2: empty class name");
  ExpectFails(text, ":4: class name \"cat\" stands already in line 1");
  ExpectFails(text, ":5: empty class name");
  EXPECT_THAT(Read(text), Fails(ExitCode::kData, Not(HasSubstr("\"\""))));
}

TEST_F(ClassNamesTest, RefusesAFileWithoutNames) {
  ExpectFails("", ": no class names");
  ExpectFails("\xef\xbb\xbf", ": no class names");
  EXPECT_THAT(ReadClassNames("/missing/names.txt"), Fails(ExitCode::kData, HasSubstr("/missing/names.txt: cannot open")));
}

TEST_F(ClassNamesTest, GivesTheOffsetOfBytesThatAreNotUtf8) {
  ExpectFails("cat\nK\xe4se\n", ":2: byte 0xe4 at offset 5 of the file is not UTF-8");
  ExpectFails("\xef\xbb\xbf\xff\n", ":1: byte 0xff at offset 3");
}

TEST_F(ClassNamesTest, RefusesEveryKindOfBadSequence) {
  for (const absl::string_view bad : {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80", "\xe7\x8c", "\xc3"}) {
    EXPECT_THAT(Read(bad), Fails(ExitCode::kData, HasSubstr("at offset 0"))) << testing::PrintToString(bad);
  }
}

TEST_F(ClassNamesTest, RefusesControlCharacters) {
  ExpectFails(absl::string_view("cat\nd\0g\n", 8), ":2: control character 0x00 at offset 5");
  ExpectFails("cat\rdog\r", ":1: control character 0x0d at offset 3");
}

}  // namespace
}  // namespace mica
