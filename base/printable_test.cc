#include "base/printable.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(PrintableTest, ControlCharactersBecomeEscapes) {
  EXPECT_EQ(Printable("a\nb\tc\r\x1b[31m\x7f"), R"(a\nb\tc\r\x1b[31m\x7f)");
  EXPECT_EQ(Printable(absl::string_view("\0", 1)), R"(\x00)");
  EXPECT_EQ(Printable("\xc2\x85|\xc2\x9b"), R"(\xc2\x85|\xc2\x9b)");
}

TEST(PrintableTest, BytesThatAreNotUtf8BecomeEscapes) {
  EXPECT_EQ(Printable("caf\xe9.jpg \xff\xe2\x82"), R"(caf\xe9.jpg \xff\xe2\x82)");
}

TEST(PrintableTest, AllElseStays) {
  const absl::string_view text = "C:/new \"quoted\" \\ caf\xc3\xa9 \xc2\xa0 \xe2\x82\xac";
  EXPECT_EQ(Printable(text), text);
  EXPECT_EQ(Printable(""), "");
  EXPECT_EQ(InQuotes("a\tb"), R"("a\tb")");
}

TEST(HoldsControlsTest, KnowsAsciiAndC1) {
  for (const char* text : {"a\nb", "\x7f", "\x1b[m", "a\xc2\x80", "\xc2\x9f!"}) EXPECT_TRUE(HoldsControls(text)) << text;
  EXPECT_TRUE(HoldsControls(absl::string_view("\0", 1)));
  for (const char* text : {"", "a b", "\xc2\xa0", "\xc3\x80", "caf\xe9", "\xc2"}) EXPECT_FALSE(HoldsControls(text)) << text;
}

}  // namespace
}  // namespace mica
