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

TEST_F(ClassNamesTest, KeepsSpacesWithinNamesAndAnyLanguage) {
  EXPECT_THAT(*Read("black cat\nKäse\n猫\n😀\n"), ElementsAre("black cat", "Käse", "猫", "😀"));
}

// Nobody sees them, and they would make two runs' classes differ.
TEST_F(ClassNamesTest, DropsBlanksAtTheEndsOfLines) {
  EXPECT_THAT(*Read("cat \n\tdog\t\r\n bird"), ElementsAre("cat", "dog", "bird"));
  ExpectFails("cat\ncat \n", ":2: class name \"cat\" stands already in line 1");
  ExpectFails("cat\n \n", ":2: empty class name");
}

TEST_F(ClassNamesTest, ReadsTheClassMapOfARun) {
  EXPECT_THAT(*Read("id,name,train,validation,test\n0,\"shirt, long\",9,0,1\n1,hat,9,0,1\n"), ElementsAre("shirt, long", "hat"));
  ExpectFails("id,name,train,validation,test\n0,cat,9,0,1\n2,hat,9,0,1\n", ":3: id is 2; expected 1");
  ExpectFails("id,name,train,validation,test\n0,cat,9,0,1\n1,cat,9,0,1\n", ":3: class name \"cat\" stands already in line 2");
}

TEST_F(ClassNamesTest, GivesThePlaceWithinANameOfAClassMap) {
  ExpectFails("id,name,train,validation,test\n0,\"a\tb\",9,0,1\n",
              ":2: control character 0x09 at byte 1 of the name; a name is plain text");
}

// Each line would be taken for a name, and a heading for the first.
TEST_F(ClassNamesTest, RefusesTables) {
  for (const char* const table : {"label,class\n0,cat\n1,dog\n", "0 cat\n1 dog\n", "0: cat\n1: dog\n", "name;count\ncat;12\ndog;9\n",
                                  "path\tlabel\na.jpg\t1\nb.jpg\t0\n", "1,cat\r\n2,dog\r\n"}) {
    ExpectFails(table, ":1: looks like a table (\"");
  }
  EXPECT_THAT(Read("id;name\n0;cat\n1;dog\n"), Fails(ExitCode::kData, HasSubstr("\"id;name\"), expected a class name in each line")));
}

TEST_F(ClassNamesTest, NamesWithCommasAndNumbersAreNoTable) {
  EXPECT_THAT(*Read("tench, Tinca tinca\ngoldfish, Carassius auratus\ncock\n"),
              ElementsAre("tench, Tinca tinca", "goldfish, Carassius auratus", "cock"));
  EXPECT_THAT(*Read("0\n1\n2\n"), ElementsAre("0", "1", "2"));
  EXPECT_THAT(*Read("Boeing 737\nBoeing 747\n"), ElementsAre("Boeing 737", "Boeing 747"));
  EXPECT_THAT(*Read("10 km/h\n20 km/h\n30 km/h\n"), ElementsAre("10 km/h", "20 km/h", "30 km/h"));
  EXPECT_THAT(*Read("cat\n"), ElementsAre("cat"));
  EXPECT_THAT(*Read("sedan\n2 door\n"), ElementsAre("sedan", "2 door"));
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
