#include "base/files/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/files/csv.h"
#include "base/files/file.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Rng TestRng() {
  return Rng(/*seed=*/42, static_cast<RngStream>(0), /*epoch=*/0, /*sample=*/0);
}

std::vector<std::string> Column(const CsvTable& table, absl::string_view column) {
  std::vector<std::string> cells;
  for (size_t row = 0; row < table.size(); ++row) cells.push_back(table.Text(row, column));
  return cells;
}

// Rows of `text`, whose columns are a and b.
std::vector<std::string> CellsOf(absl::string_view text, absl::string_view column) {
  const absl::StatusOr<CsvTable> table = ParseCsv(text, "x.csv", {"a", "b"});
  EXPECT_THAT(table, IsOk());
  return table.ok() ? Column(*table, column) : std::vector<std::string>();
}

TEST(CsvReaderTest, FindsColumnsByNameInAnyOrder) {
  const absl::StatusOr<CsvTable> table = ParseCsv("id,path,truth\n0,x,7\n1,y,8\n", "x.csv", {"truth", "id"});

  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(table->size(), 2);
  EXPECT_THAT(table->header(), ElementsAre("id", "path", "truth"));
  EXPECT_THAT(Column(*table, "truth"), ElementsAre("7", "8"));
  EXPECT_THAT(table->Integer(1, "id"), IsOkAndHolds(1));
}

TEST(CsvReaderTest, HeaderAloneIsATableWithoutRows) {
  EXPECT_THAT(CellsOf("a,b\n", "a"), ElementsAre());
}

// RFC 4180, section 2, rules 4 to 7.
TEST(CsvReaderTest, QuotedFieldsKeepEveryByte) {
  const std::string text = "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\n\"c\r\nd\", e \n";
  EXPECT_THAT(CellsOf(text, "a"), ElementsAre("x,y", "two\nlines", "c\r\nd"));
  EXPECT_THAT(CellsOf(text, "b"), ElementsAre("say \"hi\"", "", " e "));
}

struct Accepted {
  const char* what;
  std::string text;
};

std::ostream& operator<<(std::ostream& stream, const Accepted& accepted) {
  return stream << accepted.what;
}

class AcceptedCsvTest : public testing::TestWithParam<Accepted> {};

// M3
TEST_P(AcceptedCsvTest, ReadsTheSameRows) {
  EXPECT_THAT(CellsOf(GetParam().text, "a"), ElementsAre("1", "3"));
  EXPECT_THAT(CellsOf(GetParam().text, "b"), ElementsAre("2", "4"));
}

INSTANTIATE_TEST_SUITE_P(Inputs, AcceptedCsvTest,
                         testing::Values(Accepted{"LF", "a,b\n1,2\n3,4\n"}, Accepted{"CRLF", "a,b\r\n1,2\r\n3,4\r\n"},
                                         Accepted{"mixed ends", "a,b\r\n1,2\n3,4\r\n"}, Accepted{"no final end", "a,b\n1,2\n3,4"},
                                         Accepted{"byte order mark",
                                                  "\xEF\xBB\xBF"
                                                  "a,b\n1,2\n3,4\n"},
                                         Accepted{"mark before a quote", "\xEF\xBB\xBF\"a\",b\n1,2\n3,4\n"},
                                         Accepted{"empty lines", "\na,b\n\n1,2\r\n\r\n3,4\n\n"},
                                         Accepted{"quoted", "\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4\""}));

struct Refused {
  const char* what;
  std::string text;
  std::string message;
};

std::ostream& operator<<(std::ostream& stream, const Refused& refused) {
  return stream << refused.what;
}

class RefusedCsvTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedCsvTest, NamesTheLine) {
  EXPECT_THAT(ParseCsv(GetParam().text, "x.csv", {"a", "b"}), Fails(ExitCode::kData, HasSubstr(GetParam().message)));
}

std::string LongLine(size_t size) {
  return absl::StrCat("a,b\n1,", std::string(size - 2, 'x'), "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, RefusedCsvTest,
    testing::Values(Refused{"empty", "", "x.csv: is empty; expected a header with the columns a,b"},
                    Refused{"byte order mark alone", "\xEF\xBB\xBF", "x.csv: is empty"},
                    Refused{"empty lines", "\n\r\n", "x.csv: is empty"},
                    Refused{"M1 other columns", "id,breed\n1,2\n", "x.csv:1: need columns a,b; found id,breed"},
                    Refused{"M1 no header", "1,2\n", "x.csv:1: need columns a,b; found 1,2"},
                    Refused{"M1 missing column, nearest", "a,bb,ccc\n1,2,3\n", "found a,bb,ccc"},
                    Refused{"M1 duplicate column", "a,b,a\n1,2,3\n", "x.csv:1: column \"a\" stands twice"},
                    Refused{"M1 many columns", "c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13\n", "c11,c12,…"},
                    Refused{"M2 too many fields", "a,b\n1,2\n1,2,3\n", "x.csv:3: 3 fields, but the header has 2"},
                    Refused{"M2 too few fields", "a,b\n1\n", "x.csv:2: 1 field, but the header has 2"},
                    Refused{"M2 behind a field of two lines", "a,b\n\"1\n1\",2\n1\n", "x.csv:4: 1 field"},
                    Refused{"M2 first line of the row", "a,b\n1,2\n\"1\n1\"\n", "x.csv:3: 1 field"},
                    Refused{"M3 unclosed quote", "a,b\n1,\"2\n3,4\n5,6\n", "x.csv:2: the quote that opens here is never closed"},
                    Refused{"M3 unclosed quote in the second line of a row", "a,b\n\"1\n1\",\"2\n", "x.csv:3: the quote that opens here"},
                    Refused{"M3 lone quote at the end", "a,b\n1,\"", "x.csv:2: the quote that opens here"},
                    Refused{"M3 bare quote", "a,b\n1,2\"3\n", "x.csv:2: a quote inside a field"},
                    Refused{"M3 text behind a quote", "a,b\n\"1\"2,3\n", "x.csv:2: text behind a closing quote"},
                    Refused{"M3 CR only", "a,b\r1,2\r", "x.csv:1: a carriage return (CR) without a line feed"},
                    Refused{"M3 CR at the end", "a,b\n1,2\r", "x.csv:2: a carriage return"},
                    Refused{"M3 NUL", std::string("a,b\n1,\0\n", 8), "x.csv:2: holds a NUL byte"},
                    Refused{"M3 NUL in quotes", std::string("a,b\n\"1\n\0\",2\n", 12), "x.csv:3: holds a NUL byte"},
                    Refused{"UTF-16",
                            std::string("\xFF\xFE"
                                        "a\0,\0b\0\n\0",
                                        10),
                            "x.csv:1: holds a NUL byte"},
                    Refused{"M7 long line", LongLine((1 << 20) + 1), "x.csv:2: line longer than 1 MiB"}));

TEST(CsvReaderTest, ALineOfOneMebibyteIsRead) {
  EXPECT_EQ(CellsOf(LongLine(1 << 20), "b")[0].size(), (1 << 20) - 2);
}

TEST(CsvReaderTest, AMissingColumnIsSoughtAmongTheOthers) {
  EXPECT_THAT(ParseCsv("id,predicton\n", "x.csv", {"id", "prediction"}), Fails(ExitCode::kData, HasSubstr("did you mean \"predicton\"?")));
}

TEST(CsvReaderTest, WhatIsNoNumberIsShown) {
  const absl::StatusOr<CsvTable> table = ParseCsv("n\n\"x\n\"\n1.5\n 7\n+7\n9223372036854775808\n0x10\n\"\"\n", "x.csv", {"n"});
  ASSERT_THAT(table, IsOk());

  EXPECT_THAT(table->Integer(0, "n"), Fails(ExitCode::kData, "x.csv:2: n is \"x\\n\"; expected a whole number"));
  EXPECT_THAT(table->Integer(1, "n"), Fails(ExitCode::kData, "x.csv:4: n is \"1.5\"; expected a whole number"));
  for (size_t row = 2; row < table->size(); ++row) EXPECT_FALSE(table->Integer(row, "n").ok()) << table->Text(row, "n");
  EXPECT_THAT(table->Real(1, "n"), IsOkAndHolds(1.5));
  for (const size_t row : {0, 2, 3, 5, 6}) {
    EXPECT_THAT(table->Real(row, "n"), Fails(ExitCode::kData, HasSubstr("expected a number"))) << table->Text(row, "n");
  }
}

TEST(CsvReaderTest, AnEndlessTextInAMessageIsCut) {
  const absl::StatusOr<CsvTable> table = ParseCsv(absl::StrCat("n\n", std::string(1000, '9'), "\n"), "x.csv", {"n"});
  EXPECT_LT(table->Integer(0, "n").status().message().size(), 100);
}

TEST(CsvReaderTest, RealsReadBackEqual) {
  const std::vector<double> values = {0.1, 1.0 / 3, -0.0, 5e-324, 1.7976931348623157e308, 1e23, std::numeric_limits<double>::infinity()};
  std::string text = "n\n";
  for (const double value : values) {
    char buffer[32];
    text.append(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr - buffer) += '\n';
  }
  const absl::StatusOr<CsvTable> table = ParseCsv(text + "nan\n", "x.csv", {"n"});
  ASSERT_THAT(table, IsOk());
  for (size_t row = 0; row < values.size(); ++row) EXPECT_THAT(table->Real(row, "n"), IsOkAndHolds(values[row]));
  EXPECT_TRUE(std::isnan(*table->Real(values.size(), "n")));
}

TEST(CsvReaderTest, ReadsFilesAndNamesThem) {
  const std::string path = absl::StrCat(testing::TempDir(), "/csv_reader.csv");
  ASSERT_THAT(WriteFileAtomically(path, "a,b\n1,2\n"), IsOk());
  EXPECT_THAT(ReadCsv(path, {"b"})->Text(0, "b"), "2");
  EXPECT_THAT(ReadCsv(path, {"c"}), Fails(ExitCode::kData, HasSubstr(path + ":1: need columns c; found a,b")));
  EXPECT_THAT(ReadCsv(path + ".none", {"a"}), Fails(ExitCode::kData, HasSubstr(path + ".none: ")));
}

std::string RandomField(Rng* rng) {
  constexpr char kAlphabet[] = {'a', ',', '"', '\n', '\r', ' ', '\t', '\xe9'};
  std::string field(rng->UniformBelow(5), ' ');
  for (char& letter : field) letter = kAlphabet[rng->UniformBelow(sizeof(kAlphabet))];
  return field;
}

TEST(CsvReaderTest, WhatCsvRowWritesIsReadBackEqual) {
  Rng rng = TestRng();
  std::string text = CsvRow({"a", "b"});
  std::vector<std::string> a, b;
  for (int row = 0; row < 5000; ++row) {
    a.push_back(RandomField(&rng));
    b.push_back(RandomField(&rng));
    text += CsvRow({a.back(), b.back()});
  }
  EXPECT_EQ(CellsOf(text, "a"), a);
  EXPECT_EQ(CellsOf(text, "b"), b);
}

// Thousands of broken texts: each is read, or refused with a line.
TEST(CsvReaderTest, EveryTextIsReadOrRefusedWithAReason) {
  Rng rng = TestRng();
  constexpr char kBytes[] = {',', '"', '\n', '\r', '\0', 'x', '1', '\xff'};
  int read = 0;
  constexpr int kTexts = 20000;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = "a,b\n1,\"2 \"\"x\"\"\"\r\n\"3\n3\",4\n";
    for (uint64_t change = rng.UniformBelow(4); change > 0; --change) {
      const size_t place = rng.UniformBelow(text.size());
      if (rng.UniformBelow(2) == 0) {
        text.erase(place, rng.UniformBelow(3));
      } else {
        text.insert(place, 1, kBytes[rng.UniformBelow(sizeof(kBytes))]);
      }
    }
    const absl::StatusOr<CsvTable> table = ParseCsv(text, "x.csv", {"a", "b"});
    SCOPED_TRACE(absl::CHexEscape(text));
    if (!table.ok()) {
      ASSERT_THAT(table, Fails(ExitCode::kData, HasSubstr("x.csv:")));
      continue;
    }
    ++read;
    std::string again = CsvRow(table->header());
    for (size_t row = 0; row < table->size(); ++row) again += CsvRow({table->Text(row, "a"), table->Text(row, "b")});
    if (table->header().size() > 2) continue;
    ASSERT_EQ(CellsOf(again, "a"), Column(*table, "a"));
  }
  EXPECT_GT(read, kTexts / 10);
  EXPECT_LT(read, kTexts * 9 / 10);
}

}  // namespace
}  // namespace mica
