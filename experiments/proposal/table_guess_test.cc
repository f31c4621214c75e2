#include "experiments/proposal/table_guess.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

// Files images/0.jpg … images/7.jpg; in texts, "$" stands for the test's folder.
class TableGuessTest : public testing::Test {
 protected:
  TableGuessTest() {
    std::filesystem::create_directory(folder_ + "/images");
    for (int i = 0; i < 8; ++i) WriteTestFile(absl::StrCat(folder_, "/images/", i, ".jpg"), "x");
  }

  std::optional<TableGuess> Guess(const std::string& text) const {
    return GuessTable(text, folder_ + "/table", {folder_, folder_ + "/images"});
  }

  // Whether the guess is this source.
  testing::AssertionResult Is(const std::optional<TableGuess>& guess, const std::string& source) const {
    if (!guess.has_value()) return testing::AssertionFailure() << "no guess";
    const auto expected = ParseTextOrDie<SourceConfig>(absl::StrReplaceAll(source, {{"$", folder_}}));
    if (google::protobuf::util::MessageDifferencer::Equals(guess->source, expected)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << guess->source.DebugString();
  }

  // Eight rows; `row` makes one of its number.
  template <typename Row>
  static std::string Rows(const Row& row) {
    std::string text;
    for (int i = 0; i < 8; ++i) absl::StrAppend(&text, row(i), "\n");
    return text;
  }

  const std::string folder_ = MakeTestFolder("table_guess");
};

TEST_F(TableGuessTest, ACsvWithAUsualNameForTheLabel) {
  const std::string rows = Rows([](int i) { return absl::StrCat(i, ",", i % 2, ",", i < 4 ? "cat" : "dog"); });
  const auto guess = Guess("id,fold,breed\n" + rows);
  EXPECT_TRUE(Is(guess, "csv { csv_file: '$/table' root_folder: '$/images' path_column: 'id' path_suffix: '.jpg' label_column: 'breed' }"));
  EXPECT_EQ(guess->labels, (std::set<std::string>{"cat", "dog"}));
  EXPECT_THAT(guess->in_words, HasSubstr("\"id\" names pictures, \"breed\" their class; its column \"fold\" is not used"));
}

TEST_F(TableGuessTest, AnUnusualNameIsFoundByItsFewValues) {
  const std::string rows = Rows([](int i) { return absl::StrCat("images/", i, ".jpg,", i * 7, ",", i % 3 == 0 ? "ripe" : "green"); });
  EXPECT_TRUE(Is(Guess("picture,weight,state\n" + rows), "csv { csv_file: '$/table' path_column: 'picture' label_column: 'state' }"));
}

TEST_F(TableGuessTest, OneColumnForEachClass) {
  const std::string rows = Rows([](int i) { return absl::StrCat(i, ".jpg,", i < 4, ",", i == 4 || i == 5, ",", i > 5); });
  EXPECT_TRUE(Is(Guess("image,MEL,NV,BCC\n" + rows),
                 "csv { csv_file: '$/table' root_folder: '$/images' path_column: 'image' label_columns: ['MEL', 'NV', 'BCC'] }"));
}

TEST_F(TableGuessTest, ListsWithoutAHeaderBeginAtTheirFirstLine) {
  EXPECT_TRUE(Is(Guess(Rows([](int i) { return absl::StrCat("images/", i, ".jpg\t", i % 2); })), "list_file { list_file: '$/table' }"));
  EXPECT_TRUE(Is(Guess(Rows([](int i) { return absl::StrCat(i % 2, " ", i, ".jpg"); })),
                 "list_file { list_file: '$/table' root_folder: '$/images' delimiter: SPACE path_column: 1 label_column: 0 }"));
}

TEST_F(TableGuessTest, NumbersCountFromZeroOrAreNames) {
  const auto from_one = Guess(Rows([](int i) { return absl::StrCat("images/", i, ".jpg\t", 1 + i % 3); }));
  EXPECT_TRUE(Is(from_one, "list_file { list_file: '$/table' label_offset: -1 }"));
  const auto with_gaps = Guess(Rows([](int i) { return absl::StrCat("images/", i, ".jpg\t", 7 + 4 * (i % 3)); }));
  EXPECT_TRUE(Is(with_gaps, "list_file { list_file: '$/table' labels: NAMES }"));
}

TEST_F(TableGuessTest, OtherTablesAreNone) {
  EXPECT_FALSE(Guess("").has_value());
  EXPECT_FALSE(Guess("a,b\n1").has_value());
  EXPECT_FALSE(Guess(Rows([](int i) { return absl::StrCat("gone/", i, ".jpg,", i % 2); })).has_value());
  EXPECT_FALSE(Guess(Rows([](int i) { return absl::StrCat(i, ".jpg,", i * 0.37); })).has_value());  // no labels
}

}  // namespace
}  // namespace mica
