#include "viz/plot/plot_svg.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(PlotSvgTest, TheTitleIsThePlots) {
  EXPECT_EQ(PlotSvg("<svg>\n<title>Gnuplot</title>\n<desc>by</desc></svg>", "a <b> & \"c\"\n"),
            "<svg>\n\n<title>a &lt;b&gt; &amp; \"c\"\\n</title>\n<desc>by</desc></svg>");
}

TEST(PlotSvgTest, FontsHaveOthersToFallBackTo) {
  const std::string fonts = "DejaVu Sans, Verdana, Bitstream Vera Sans, Arial, sans-serif";
  EXPECT_EQ(PlotSvg("<g font-family=\"DejaVu Sans\" x=\"1\">", ""), "<g font-family=\"" + fonts + "\" x=\"1\">");
  EXPECT_EQ(PlotSvg("<g font-family=\"DejaVu Sans:Bold\">", ""), "<g font-family=\"" + fonts + "\" font-weight=\"bold\">");
}

TEST(PlotSvgTest, CurvesLoseTheirNumbers) {
  EXPECT_EQ(PlotSvg("<g id=\"gnuplot_plot_12\" ><title>gnuplot_plot_12</title>\n<path/></g>", ""), "<g>\n<path/></g>");
}

TEST(PlotSvgTest, PixelsStaySquares) {
  EXPECT_EQ(PlotSvg("<image x='1' />", ""), "<image image-rendering='optimizeSpeed' style='image-rendering:pixelated' x='1' />");
}

TEST(PlotSvgTest, WordsAreNotTouched) {
  const char* const text = "<text>font-family=\"DejaVu Sans\" &lt;image &lt;g id=\"gnuplot_plot_1\"</text>";
  EXPECT_EQ(PlotSvg(text, "t"), text);
}

TEST(PlotSvgTest, CutFilesAreNoDanger) {
  EXPECT_EQ(PlotSvg("<svg><title>Gnu", ""), "<svg>");
  EXPECT_EQ(PlotSvg("<svg", ""), "<svg");
  EXPECT_EQ(PlotSvg("", ""), "");
}

}  // namespace
}  // namespace mica
