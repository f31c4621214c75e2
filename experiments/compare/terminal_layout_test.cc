#include "experiments/compare/terminal_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

TEST(TerminalTailTest, KeepsTheEnd) {
  EXPECT_EQ(TerminalTail("runs/x/a", 8), "runs/x/a");
  EXPECT_EQ(TerminalTail("runs/x/a", 7), "…ns/x/a");
  EXPECT_EQ(TerminalTail("runs/x/a", 1), "…");
  EXPECT_EQ(TerminalTail("", 1), "");
}

TEST(TerminalTailTest, CountsCharactersAndShowsControlOnesAsText) {
  EXPECT_EQ(TerminalTail("ä\xc3\xb6ü", 2), "…ü");
  EXPECT_EQ(TerminalTail("a\x1b[2J", 100), "a\\x1b[2J");
}

TEST(FittedTableTest, LeavesEmptyColumnsOut) {
  EXPECT_EQ(FittedTable({{"run", "state", "n"}, {"1", "", "5"}, {"2", "", ""}}, 0), "run  n\n1    5\n2\n");
}

TEST(FittedTableTest, TheFlexibleColumnGivesWay) {
  const std::string table = FittedTable({{"run", "folder", "x"}, {"1", std::string(200, 'a') + "END", std::string(40, 'x')}}, 1);
  const std::vector<std::string> lines = absl::StrSplit(table, '\n');
  EXPECT_EQ(lines[1], absl::StrCat("1    …", std::string(36, 'a'), "END  ", std::string(40, 'x')));
}

TEST(FittedTableTest, NoLineIsLongerThanTheTerminal) {
  const std::string wide(40, 'w');
  const std::string table = FittedTable({{"a", "b", "c", "d"}, {wide, wide, wide, wide}}, 1);
  const std::vector<std::string> lines = absl::StrSplit(table, '\n');
  for (const std::string& line : lines) {
    // Up to two ellipses, in the flexible column and at the end, of three bytes each.
    EXPECT_LE(line.size(), 100 + 2 * 2) << line;
  }
  EXPECT_THAT(table, testing::HasSubstr("…"));
}

TEST(WrappedTest, BreaksBetweenWordsAndIndents) {
  std::string text;
  for (int i = 0; i < 30; ++i) absl::StrAppend(&text, i == 0 ? "" : " ", "words");
  EXPECT_EQ(Wrapped("- ", text), absl::StrCat("- ", text.substr(0, 95), "\n  ", text.substr(96), "\n"));
  EXPECT_EQ(Wrapped("", "short"), "short\n");
  EXPECT_EQ(Wrapped("", std::string(200, 'a')), absl::StrCat("…", std::string(99, 'a'), "\n"));
}

TEST(NumberListTest, JoinsRanges) {
  EXPECT_EQ(NumberList({}), "");
  EXPECT_EQ(NumberList({0}), "1");
  EXPECT_EQ(NumberList({0, 1}), "1, 2");
  EXPECT_EQ(NumberList({0, 1, 2, 4, 9, 10, 11, 12}), "1-3, 5, 10-13");
}

}  // namespace
}  // namespace mica
