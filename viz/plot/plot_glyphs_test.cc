#include "viz/plot/plot_glyphs.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(PlotGlyphsTest, CharactersOfDejaVuSansStay) {
  for (const char* const text : {"", "set label \"a\\042\"", "café – … → 10⁻⁴", "שלום العربية Ελληνικά Кириллица", "e\u0301"}) {
    EXPECT_EQ(WithKnownGlyphs(text), text);
  }
}

TEST(PlotGlyphsTest, CharactersOfNoFontBecomeBoxes) {
  // Private use: no font of a usual machine has it.
  EXPECT_EQ(WithKnownGlyphs("a \U000F1234\U000F1234 é\n"), "a □□ é\n");
}

TEST(PlotGlyphsTest, JoinersAndSelectorsAreNoMissingGlyphs) {
  EXPECT_EQ(WithKnownGlyphs("a\u200d\ufe0fb"), "a\u200d\ufe0fb");
}

}  // namespace
}  // namespace mica
