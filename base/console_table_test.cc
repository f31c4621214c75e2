#include "base/console_table.h"

#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

TEST(ConsoleTableTest, NumbersStandRightAndTextLeft) {
  EXPECT_EQ(ConsoleTable({{"run", "accuracy", "state"}, {"a", "0.8834", "finished"}, {"longer", "12", "failed"}}),
            "run     accuracy  state\n"
            "a         0.8834  finished\n"
            "longer        12  failed\n");
}

TEST(ConsoleTableTest, EmptyAndMissingCellsLeaveNoTrailingSpaces) {
  EXPECT_EQ(ConsoleTable({{"metric", "test", "chance"}, {"loss", "0.3", ""}, {"ece"}}),
            "metric  test  chance\n"
            "loss     0.3\n"
            "ece\n");
}

TEST(ConsoleTableTest, NonFiniteNumbersAreNumbers) {
  EXPECT_EQ(ConsoleTable({{"metric", "value"}, {"a", "nan"}, {"b", "-inf"}, {"c", "1e+30"}}),
            "metric  value\n"
            "a         nan\n"
            "b        -inf\n"
            "c       1e+30\n");
}

TEST(ConsoleTableTest, WidthsCountCharactersAndNotBytes) {
  EXPECT_EQ(ConsoleTable({{"class", "n"}, {"Käse", "1"}, {"Brot", "2"}}),
            "class  n\n"
            "Käse   1\n"
            "Brot   2\n");
}

TEST(ConsoleTableTest, AnEmptyTableIsEmpty) {
  EXPECT_EQ(ConsoleTable({}), "");
}

// D8: names from outside are shown, never obeyed.
TEST(TerminalTextTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(TerminalText("a\nb\x1b[2Jc\x7f", 40), "a\\x0ab\\x1b[2Jc\\x7f");
  EXPECT_EQ(TerminalText("\xc2\x9b", 40), "\\xc2\\x9b");  // U+009B also starts an escape sequence
  EXPECT_EQ(TerminalText(std::string("\0", 1), 40), "\\x00");
}

TEST(TerminalTextTest, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(TerminalText("caf\xe9", 40), "caf\\xe9");
  EXPECT_EQ(TerminalText("\xc0\xaf", 40), "\\xc0\\xaf");                    // overlong '/'
  EXPECT_EQ(TerminalText("\xe0\x80\xaf", 40), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(TerminalText("\xed\xa0\x80", 40), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(TerminalText("\xf4\x90\x80\x80", 40), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(TerminalText("\xe2\x82", 40), "\\xe2\\x82");                    // cut short
  EXPECT_EQ(TerminalText("é€𝄞", 40), "é€𝄞");
}

TEST(TerminalTextTest, CutsLongTexts) {
  EXPECT_EQ(TerminalText("abcdef", 6), "abcdef");
  EXPECT_EQ(TerminalText("abcdefg", 6), "abcde…");
  EXPECT_EQ(TerminalText("äöüß", 3), "äö…");
}

}  // namespace
}  // namespace mica
