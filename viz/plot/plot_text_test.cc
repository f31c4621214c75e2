#include "viz/plot/plot_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/utf8.h"

namespace mica {
namespace {

using testing::ContainsRegex;
using testing::Not;

// What gnuplot makes of a string between double quotes, for the escapes that GnuplotString uses.
std::string ReadBack(const std::string& quoted) {
  std::string text;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] != '\\') {
      text += quoted[i];
      continue;
    }
    text += static_cast<char>(std::stoi(quoted.substr(i + 1, 3), nullptr, 8));
    i += 3;
  }
  return text;
}

std::string RandomBytes(Rng* rng) {
  std::string bytes;
  for (uint64_t left = rng->UniformBelow(40); left > 0; --left) bytes += static_cast<char>(rng->UniformBelow(256));
  return bytes;
}

TEST(PlotTextTest, WhatCannotBeDrawnIsEscaped) {
  EXPECT_EQ(PlotText("cat\ndog\t\x1b[31m"), R"(cat\ndog\t\x1b[31m)");
  EXPECT_EQ(PlotText("caf\xe9 café \xef\xbf\xbf\xe2\x80\xa8"), R"(caf\xe9 café \xef\xbf\xbf\xe2\x80\xa8)");
  EXPECT_EQ(PlotText("漢字 שלום 🦉 <b>&amp;\\ \" {x}_2^3"), "漢字 שלום 🦉 <b>&amp;\\ \" {x}_2^3");
}

TEST(PlotTextTest, NothingInAQuotedStringMeansAnythingToGnuplot) {
  EXPECT_EQ(GnuplotString("T-shirt/top"), "\"T-shirt/top\"");
  EXPECT_EQ(GnuplotString("a\"b`c`@d$e\\n\n%"), R"("a\042b\140c\140\100d\044e\134n\012\045")");
  for (int i = 0; i < 2000; ++i) {
    Rng rng(1, RngStream::kShuffle, 1, i);
    const std::string bytes = RandomBytes(&rng), quoted = GnuplotString(bytes);
    EXPECT_EQ(ReadBack(quoted), bytes);
    EXPECT_THAT(quoted.substr(1, quoted.size() - 2), Not(ContainsRegex("[\"'`@$%{}#;\n]|\\\\[^0-7]")));
  }
}

TEST(PlotTextTest, AnyBytesBecomeValidText) {
  for (int i = 0; i < 2000; ++i) {
    Rng rng(2, RngStream::kShuffle, 1, i);
    const std::string text = PlotText(RandomBytes(&rng));
    EXPECT_EQ(ValidUtf8Prefix(text), text.size());
    EXPECT_EQ(PlotText(text), text);
  }
}

TEST(PlotTextTest, WidthsAreThoseOfDejaVuSans) {
  EXPECT_DOUBLE_EQ(TextWidth("0.05", 10), 22.4);  // advance widths 1303, 651, 1303, 1303 of 2048
  EXPECT_DOUBLE_EQ(TextWidth("漢字", 10), 20);
  EXPECT_DOUBLE_EQ(TextWidth("e\u0301", 10), TextWidth("e", 10));
  EXPECT_GT(TextWidth("cat", 10, /*is_bold=*/true), TextWidth("cat", 10));
  EXPECT_EQ(TextWidth("", 10), 0);
}

TEST(PlotTextTest, LongTextIsCutWithAnEllipsis) {
  EXPECT_EQ(CutText("cat", 100, 10), "cat");
  EXPECT_EQ(CutText("a very long name", 60, 10), "a very lon…");
  EXPECT_EQ(CutText("a very long name", 0, 10), "…");
  const std::string accents = "e\u0301e\u0301e\u0301e\u0301e\u0301";
  EXPECT_EQ(CutText(accents, TextWidth("ee…", 10) + 0.1, 10), "e\u0301e\u0301…");
}

TEST(PlotTextTest, CutTextFits) {
  for (int i = 0; i < 500; ++i) {
    Rng rng(3, RngStream::kShuffle, 1, i);
    const std::string bytes = RandomBytes(&rng);
    const double room = 12 + 200 * rng.Uniform();
    EXPECT_LE(TextWidth(CutText(bytes, room, 10), 10), room) << bytes;
  }
}

}  // namespace
}  // namespace mica
