#include "data/index/sources/text_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/rng.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

// "LINE:field|field", or "LINE!" for a row with a problem.
std::vector<std::string> RowsOf(absl::string_view text, ListFileConfig::Delimiter delimiter) {
  std::vector<std::string> rows;
  TextRows reader(text, delimiter);
  while (reader.Next()) {
    const auto append = [](std::string* out, const ScannedField& field) { absl::StrAppend(out, field.Value()); };
    const bool is_good = reader.problem().empty();
    rows.push_back(is_good ? absl::StrCat(reader.line(), ":", absl::StrJoin(reader.fields(), "|", append))
                           : absl::StrCat(reader.line(), "!"));
  }
  return rows;
}

TEST(TextRowsTest, TabsSplitLines) {
  EXPECT_THAT(RowsOf("\xEF\xBB\xBF"
                     "a b\t1\r\n\r\n\n\tx\t\nlast",
                     ListFileConfig::TAB),
              ElementsAre("1:a b|1", "4:|x|", "5:last"));
  EXPECT_THAT(RowsOf("", ListFileConfig::TAB), ElementsAre());
  EXPECT_THAT(RowsOf("\n\n", ListFileConfig::TAB), ElementsAre());
}

TEST(TextRowsTest, BetweenTabsOnlyOuterQuotesAreTakenAway) {
  EXPECT_THAT(RowsOf("\"a, b\"\t5\" pipe\n\"say \"\"hi\"\"\"\t\"a\" and \"b\"\n\"\t\"\"\n\"\"\"\t\"x\n", ListFileConfig::TAB),
              ElementsAre("1:a, b|5\" pipe", "2:say \"hi\"|\"a\" and \"b\"", "3:\"|", "4:\"\"\"|\"x"));
}

TEST(TextRowsTest, RunsOfBlanksSplitLines) {
  EXPECT_THAT(RowsOf("  a.jpg \t 1  \r\n   \n\t\nb.jpg 2", ListFileConfig::SPACE), ElementsAre("1:a.jpg|1", "4:b.jpg|2"));
  EXPECT_THAT(RowsOf("\"a b\" 1\n", ListFileConfig::SPACE), ElementsAre("1:\"a|b\"|1"));
}

TEST(TextRowsTest, CommasSplitRowsOfCsv) {
  EXPECT_THAT(RowsOf("\xEF\xBB\xBF\"a,\nb\",1\n\nc,\"2\"\n", ListFileConfig::COMMA), ElementsAre("1:a,\nb|1", "4:c|2"));
}

TEST(TextRowsTest, ALoneCarriageReturnIsAProblemOfItsLine) {
  for (const auto delimiter : {ListFileConfig::TAB, ListFileConfig::SPACE, ListFileConfig::COMMA}) {
    EXPECT_THAT(RowsOf("a\rb\nc\nd\r", delimiter), ElementsAre("1!", "2:c", "3!")) << delimiter;
  }
}

std::string RandomText(Rng* rng, absl::string_view alphabet) {
  std::string text(rng->UniformBelow(30), ' ');
  for (char& letter : text) letter = alphabet[rng->UniformBelow(alphabet.size())];
  return text;
}

TEST(TextRowsTest, TabsSplitAsAbseilDoes) {
  Rng rng(1, static_cast<RngStream>(0), 0, 0);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = RandomText(&rng, "ab \t\t\n");
    std::vector<std::string> expected;
    int line = 0;
    for (const absl::string_view content : absl::StrSplit(text, '\n')) {
      ++line;
      if (!content.empty()) expected.push_back(absl::StrCat(line, ":", absl::StrJoin(absl::StrSplit(content, '\t'), "|")));
    }
    ASSERT_EQ(RowsOf(text, ListFileConfig::TAB), expected) << text;
  }
}

TEST(TextRowsTest, BlanksSplitAsStreamsDo) {
  Rng rng(2, static_cast<RngStream>(0), 0, 0);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = RandomText(&rng, "ab\"  \t\n");
    std::vector<std::string> expected;
    std::istringstream lines(text);
    std::string content;
    for (int line = 1; std::getline(lines, content); ++line) {
      std::istringstream words(content);
      std::vector<std::string> fields;
      for (std::string word; words >> word;) fields.push_back(word);
      if (!fields.empty()) expected.push_back(absl::StrCat(line, ":", absl::StrJoin(fields, "|")));
    }
    ASSERT_EQ(RowsOf(text, ListFileConfig::SPACE), expected) << text;
  }
}

TEST(FindBetterDelimiterTest, FindsWhatFitsMostLines) {
  const auto commas = FindBetterDelimiter("a.jpg,1\nb.jpg,2\n", ListFileConfig::TAB, 2);
  ASSERT_TRUE(commas.has_value());
  EXPECT_EQ(commas->delimiter, ListFileConfig::COMMA);
  EXPECT_EQ(commas->fields, 2);
  EXPECT_EQ(FindBetterDelimiter("a.jpg 1 x\nb.jpg 2 x\n", ListFileConfig::TAB, 2)->delimiter, ListFileConfig::SPACE);
  EXPECT_EQ(FindBetterDelimiter("a 1.jpg\t1\nb.jpg\t2\n", ListFileConfig::SPACE, 2)->delimiter, ListFileConfig::TAB);
}

TEST(FindBetterDelimiterTest, FindsNoneWhereNoneFits) {
  EXPECT_FALSE(FindBetterDelimiter("a.jpg\nb.jpg\n", ListFileConfig::TAB, 2).has_value());
  EXPECT_FALSE(FindBetterDelimiter("a.jpg,1\nb.jpg\nc.jpg\nd.jpg\n", ListFileConfig::TAB, 2).has_value());
  EXPECT_FALSE(FindBetterDelimiter("a.jpg,1\n", ListFileConfig::TAB, 3).has_value());
  EXPECT_FALSE(FindBetterDelimiter("", ListFileConfig::TAB, 2).has_value());
}

TEST(DelimiterNounTest, EachHasItsOwn) {
  EXPECT_EQ(DelimiterNoun(ListFileConfig::TAB), "tabs");
  EXPECT_EQ(DelimiterNoun(ListFileConfig::COMMA), "commas");
  EXPECT_EQ(DelimiterNoun(ListFileConfig::SPACE), "blanks");
}

}  // namespace
}  // namespace mica
