#include "data/index/idx_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "base/utf8.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IdxMappingTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<std::string>> Read(absl::string_view text, int64_t first_label = 0) const {
    WriteTestFile(path_, text);
    return ReadIdxMapping(path_, first_label);
  }
  void ExpectProblem(absl::string_view text, const std::string& problem, int64_t first_label = 0) const {
    EXPECT_THAT(Read(text, first_label), Fails(ExitCode::kData, path_ + problem)) << text;
  }

  const std::string path_ = MakeTestFolder("idx_mapping") + "/mapping.txt";
};

TEST_F(IdxMappingTest, NamesLabelsByTheirFirstCharacter) {
  EXPECT_THAT(Read("1 65 97\n2 66 98\n", 1), IsOkAndHolds(std::vector<std::string>{"A", "B"}));
  EXPECT_THAT(Read("1 49\r\n0\t48\r\n\r\n"), IsOkAndHolds(std::vector<std::string>{"0", "1"}));
  EXPECT_THAT(Read("0 233\n1 12354\n2 128512\n"), IsOkAndHolds(std::vector<std::string>{"\u00e9", "\u3042", "\U0001f600"}));
}

TEST_F(IdxMappingTest, NamesTheLineThatIsWrong) {
  ExpectProblem("0 48\n1\n", ":2: expected a label and code points, as \"1 65 97\" (found \"1\")");
  ExpectProblem("a b\n", ":1: expected a label and code points, as \"1 65 97\" (found \"a b\")");
  ExpectProblem("0 99999999999999999999\n", ":1: expected a label and code points, as \"1 65 97\" (found \"0 99999999999999999999\")");
  ExpectProblem("0 48\n0 49\n", ":2: label 0 stands twice");
  ExpectProblem("0 48\n1 48\n", ":2: \"0\" is the character of two labels");
  ExpectProblem("0 48\n1 49\n", ":1: label 0 is below the first, 1; set first_label", 1);
  ExpectProblem("-1 48\n", ":1: label -1 is below the first, 0; set first_label");
  ExpectProblem("0 32\n", ":1: code point 32 is no visible character");
  ExpectProblem("0 55296\n", ":1: code point 55296 is no visible character");
  ExpectProblem("0 1114112\n", ":1: code point 1114112 is no visible character");
  ExpectProblem("0 48\n2 50\n", ": lacks label 1; it needs all from 0 to 2");
  ExpectProblem("1 48\n2 50\n", ": lacks label 0; it needs all from 0 to 2");
  ExpectProblem("\n", ": has no lines");
  EXPECT_THAT(ReadIdxMapping(path_ + ".none", 0), Fails(ExitCode::kData, HasSubstr(".none")));
}

TEST_F(IdxMappingTest, EveryNameIsOneCharacter) {
  std::mt19937 random(4);
  for (int i = 0; i < 2000; ++i) {
    const auto code_point = static_cast<uint32_t>(random() % 0x120000);
    const auto names = Read(absl::StrCat("0 ", code_point));
    if (names.ok()) {
      ASSERT_EQ(Utf8CharacterSize((*names)[0]), (*names)[0].size()) << code_point;
    }
    const bool is_character = code_point > 0x20 && !(code_point >= 0x7f && code_point <= 0xa0) &&
                              !(code_point >= 0xd800 && code_point <= 0xdfff) && code_point <= 0x10ffff;
    ASSERT_EQ(names.ok(), is_character) << code_point;
  }
}

}  // namespace
}  // namespace mica
