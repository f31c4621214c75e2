#include "base/files/csv_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

// "LINE:field|field" or "LINE!problem" for each row.
std::vector<std::string> RowsOf(absl::string_view text) {
  std::vector<std::string> rows;
  CsvScanner scanner(text);
  while (scanner.Next()) {
    const auto append = [](std::string* out, const ScannedField& field) { absl::StrAppend(out, field.Value()); };
    rows.push_back(scanner.problem().empty() ? absl::StrCat(scanner.line(), ":", absl::StrJoin(scanner.fields(), "|", append))
                                             : absl::StrCat(scanner.line(), "!", scanner.problem().substr(0, 12)));
  }
  return rows;
}

TEST(CsvScannerTest, GivesRowsWithTheirFirstLines) {
  EXPECT_THAT(RowsOf("a,b\r\n\n\"1\n1\",\"say \"\"hi\"\"\"\n,\n3"), ElementsAre("1:a|b", "3:1\n1|say \"hi\"", "5:|", "6:3"));
  EXPECT_THAT(RowsOf(""), ElementsAre());
  EXPECT_THAT(RowsOf("\n\r\n"), ElementsAre());
}

TEST(CsvScannerTest, GoesOnBehindABrokenLine) {
  EXPECT_THAT(RowsOf("a\"b,c\n1,2\n\"x\"y\n3\rq\n4\n"), ElementsAre("1!a quote insi", "2:1|2", "3!text behind ", "4!a carriage r", "5:4"));
  EXPECT_THAT(RowsOf("1\n2,\"x\n3\n"), ElementsAre("1:1", "2!the quote th"));
  EXPECT_THAT(RowsOf("\rx"), ElementsAre("1!a carriage r"));
}

TEST(CsvScannerTest, CopiesOnlyFieldsWithDoubledQuotes) {
  CsvScanner scanner("\"plain\",\"a\"\"b\"");
  ASSERT_TRUE(scanner.Next());
  std::string storage;
  EXPECT_EQ(scanner.fields()[0].View(&storage), "plain");
  EXPECT_EQ(storage, "");
  EXPECT_EQ(scanner.fields()[1].View(&storage), "a\"b");
  EXPECT_EQ(storage, "a\"b");
}

TEST(FindLineFaultTest, NamesTheFirstBadLine) {
  EXPECT_FALSE(FindLineFault("a\n\nb").has_value());
  EXPECT_FALSE(FindLineFault(std::string(1 << 20, 'x') + "\n").has_value());
  EXPECT_EQ(FindLineFault("a\n" + std::string((1 << 20) + 1, 'x'))->line, 2);
  EXPECT_EQ(FindLineFault(absl::string_view("a\nb\n\0", 5))->line, 3);
}

}  // namespace
}  // namespace mica
