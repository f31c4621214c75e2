#include "base/files/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/rng.h"

namespace mica {
namespace {

using Row = std::vector<std::string>;

// An independent reader for the grammar of RFC 4180, section 2, with LF at the end of a row.
std::vector<Row> ParseCsv(absl::string_view text) {
  std::vector<Row> rows;
  Row row;
  std::string field;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == ',' || text[i] == '\n')) {
      row.push_back(field);
      field.clear();
      if (text[i] == '\n') rows.push_back(row), row.clear();
    } else {
      field += text[i];
    }
  }
  EXPECT_TRUE(!quoted && row.empty() && field.empty()) << "the text ends inside a row";
  return rows;
}

TEST(CsvRowTest, JoinsPlainFields) {
  EXPECT_EQ(CsvRow({"aaa", "bbb", "ccc"}), "aaa,bbb,ccc\n");
  EXPECT_EQ(CsvRow({"one"}), "one\n");
}

// RFC 4180, section 2, rules 5 to 7.
TEST(CsvRowTest, QuotesFieldsWithCommaQuoteOrLineBreak) {
  EXPECT_EQ(CsvRow({"a", "b,c"}), "a,\"b,c\"\n");
  EXPECT_EQ(CsvRow({"aaa", "b\"bb", "ccc"}), "aaa,\"b\"\"bb\",ccc\n");
  EXPECT_EQ(CsvRow({"aaa", "b\nbb"}), "aaa,\"b\nbb\"\n");
  EXPECT_EQ(CsvRow({"b\r\nbb", "x"}), "\"b\r\nbb\",x\n");
  EXPECT_EQ(CsvRow({"\r"}), "\"\r\"\n");
  EXPECT_EQ(CsvRow({"\""}), "\"\"\"\"\n");
}

// RFC 4180, section 2, rule 4: "Spaces are considered part of a field".
TEST(CsvRowTest, KeepsSpacesAndOtherBytesAsTheyAre) {
  EXPECT_EQ(CsvRow({" a ", "b;c\td", "caf\xc3\xa9", "\xff"}), " a ,b;c\td,caf\xc3\xa9,\xff\n");
  EXPECT_EQ(CsvRow({std::string("a\0b", 3)}), std::string("a\0b\n", 4));
}

TEST(CsvRowTest, KeepsEmptyFields) {
  EXPECT_EQ(CsvRow({"", "a", ""}), ",a,\n");
  EXPECT_EQ(CsvRow({"", ""}), ",\n");
}

// Readers skip blank lines (Python's csv does), so a row of one empty field would be lost.
TEST(CsvRowTest, RowOfOneEmptyFieldIsNoBlankLine) {
  EXPECT_EQ(CsvRow({""}), "\"\"\n");
}

TEST(CsvRowTest, RandomFieldsReadBackEqual) {
  constexpr char kAlphabet[] = {'a', ',', '"', '\n', '\r', ' ', '\0', '\xe9'};
  Rng rng(/*seed=*/42, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
  std::string text;
  std::vector<Row> rows(500);
  for (Row& row : rows) {
    row.resize(1 + rng.UniformBelow(4));
    for (std::string& field : row) {
      field.resize(rng.UniformBelow(5));
      for (char& letter : field) letter = kAlphabet[rng.UniformBelow(sizeof(kAlphabet))];
    }
    text += CsvRow(row);
  }
  EXPECT_EQ(ParseCsv(text), rows);
}

}  // namespace
}  // namespace mica
