#include "viz/plot/plot_svg.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr absl::string_view kFallbackFonts = "DejaVu Sans, Verdana, Bitstream Vera Sans, Arial, sans-serif";

std::string XmlText(absl::string_view text) {
  return absl::StrReplaceAll(PlotText(text), {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
}

std::string ChangedTag(absl::string_view tag) {
  if (absl::StartsWith(tag, "<g id=\"gnuplot_plot_")) return "<g>";
  return absl::StrReplaceAll(
      tag, {{"font-family=\"DejaVu Sans:Bold\"", absl::StrCat("font-family=\"", kFallbackFonts, "\" font-weight=\"bold\"")},
            {"font-family=\"DejaVu Sans\"", absl::StrCat("font-family=\"", kFallbackFonts, "\"")},
            {"<image ", "<image image-rendering='optimizeSpeed' style='image-rendering:pixelated' "}});
}

// The front of `svg` up to `end` and with it, or all of it.
absl::string_view UpTo(absl::string_view end, absl::string_view svg) {
  const size_t place = svg.find(end);
  return place == absl::string_view::npos ? svg : svg.substr(0, place + end.size());
}

// Words stand between tags with every < escaped, so whatever begins with one is a tag.
std::string ChangedTags(absl::string_view svg) {
  std::string result;
  while (!svg.empty()) {
    const absl::string_view text = svg.substr(0, svg.find('<'));
    svg.remove_prefix(text.size());
    const absl::string_view tag = UpTo(">", svg);
    svg.remove_prefix(tag.size());
    absl::StrAppend(&result, text, tag == "<title>" ? "" : ChangedTag(tag));
    if (tag == "<title>") svg.remove_prefix(UpTo("</title>", svg).size());
  }
  return result;
}

}  // namespace

std::string PlotSvg(absl::string_view svg, absl::string_view title) {
  return absl::StrReplaceAll(ChangedTags(svg), {{"<desc>", absl::StrCat("<title>", XmlText(title), "</title>\n<desc>")}});
}

}  // namespace mica
