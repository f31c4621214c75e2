#include "viz/page/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "viz/page/page_assets.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlPageTest, NothingInATextIsATag) {
  EXPECT_EQ(EscapeHtml("<script>alert(\"x\" && 'y')</script>"), "&lt;script&gt;alert(&quot;x&quot; &amp;&amp; &#39;y&#39;)&lt;/script&gt;");
  EXPECT_EQ(EscapeHtml("caf\xc3\xa9 \xe5\x90\x8d \xf0\x9f\x90\xb1"), "caf\xc3\xa9 \xe5\x90\x8d \xf0\x9f\x90\xb1");
  EXPECT_EQ(EscapeHtml("a\nb\xff"), "a\\nb\\xff");
  EXPECT_EQ(NameHtml("\xd7\xa9<"), "<bdi>\xd7\xa9&lt;</bdi>");
}

TEST(HtmlPageTest, NothingInAPathIsMoreThanAName) {
  EXPECT_EQ(RelativeUrl("a/report.html"), "./a/report.html");
  EXPECT_EQ(RelativeUrl("javascript:alert(1)/x"), "./javascript%3Aalert%281%29/x");
  EXPECT_EQ(RelativeUrl("../lr#2/a?b 50%25/\xc3\xa9\""), "./../lr%232/a%3Fb%2050%2525/%C3%A9%22");
}

TEST(HtmlPageTest, APageNeedsNoOtherFile) {
  HtmlPage page;
  page.title = "<a>";
  page.body = "<main>m</main>";
  page.data = R"({"name": "</script><script>alert(1)</script>"})";
  const std::string html = RenderHtmlPage(page);
  EXPECT_THAT(html, AllOf(HasSubstr("<title>&lt;a&gt;</title>"), HasSubstr("<main>m</main>"), HasSubstr("default-src 'none'")));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script>alert")), HasSubstr(R"("\u003c/script>\u003cscript>alert(1)\u003c/script>")")));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("src=\"")), Not(HasSubstr("<link rel=\"stylesheet\""))));
  EXPECT_THAT(html, AllOf(HasSubstr("Released under the MIT License"), HasSubstr("The look of")));
}

// A script that holds this would end itself.
TEST(HtmlPageTest, NoAssetEndsItsOwnElement) {
  for (const std::string asset : {kPageJs, kChartJs}) EXPECT_THAT(asset, AllOf(Not(HasSubstr("</script")), Not(HasSubstr("<!--"))));
  EXPECT_THAT(std::string(kPageCss), Not(HasSubstr("</style")));
}

TEST(HtmlPageTest, TheListOfContentsLeadsToEverySection) {
  EXPECT_EQ(BodyHtml("<bdi>a</bdi>", "<p>of b</p>", {{"runs", "Runs", "<p>x</p>"}, {"luck", "Luck?", ""}}),
            "<a class=\"skip\" href=\"#runs\">Skip to: Runs</a>\n<header>\n<h1><bdi>a</bdi></h1>\n<p>of b</p>"
            "<nav aria-label=\"Contents\"><ul><li><a href=\"#runs\">Runs</a></li><li><a href=\"#luck\">Luck?</a></li></ul></nav>\n"
            "</header>\n<main>\n"
            "<section id=\"runs\" aria-labelledby=\"runs-title\">\n<h2 id=\"runs-title\">Runs</h2>\n<p>x</p></section>\n"
            "<section id=\"luck\" aria-labelledby=\"luck-title\">\n<h2 id=\"luck-title\">Luck?</h2>\n</section>\n</main>\n");
}

TEST(HtmlPageTest, APlotSaysWhatItShows) {
  EXPECT_THAT(PlotHtml("loss", "Loss \"of\" each epoch"),
              HasSubstr("<canvas data-plot=\"loss\" role=\"img\" aria-label=\"Loss &quot;of&quot; each epoch\"></canvas>"));
  EXPECT_EQ(ParagraphHtml("a <b>b</b>", "note"), "<p class=\"note\">a <b>b</b></p>\n");
}

TEST(HtmlPageTest, ATableSortsIfAsked) {
  const std::string plain = HtmlTable("t", {{"name"}, {"n", true}}, {{"<bdi>a</bdi>", "3"}});
  EXPECT_THAT(plain, AllOf(HasSubstr("<td><bdi>a</bdi></td><td class=\"number\">3</td>"), Not(HasSubstr("button"))));
  EXPECT_THAT(HtmlTable("t", {{"a<b"}}, {}, /*sorts=*/true), HasSubstr("aria-sort=\"none\"><button type=\"button\">a&lt;b</button>"));
}

}  // namespace
}  // namespace mica
