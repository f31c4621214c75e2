#include "viz/page/html_page.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/printable.h"
#include "viz/page/page_assets.h"

namespace mica {
namespace {

// Nothing is fetched, whatever a name from a file might try.
constexpr char kPolicy[] = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

// Of a script: no text in it may end it.
std::string ScriptData(absl::string_view json) {
  return absl::StrReplaceAll(json, {{"<", "\\u003c"}});
}

std::string Class(const HtmlColumn& column) {
  return column.is_number ? " class=\"number\"" : "";
}

std::string Header(const HtmlColumn& column, bool sorts) {
  const std::string label = EscapeHtml(column.label);
  if (!sorts) return absl::StrCat("<th scope=\"col\"", Class(column), ">", label, "</th>");
  return absl::StrCat("<th scope=\"col\"", Class(column), " aria-sort=\"none\"><button type=\"button\">", label, "</button></th>");
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  return absl::StrReplaceAll(Printable(text), {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string NameHtml(absl::string_view name) {
  return absl::StrCat("<bdi>", EscapeHtml(name), "</bdi>");
}

std::string RelativeUrl(absl::string_view path) {
  std::string url = "./";  // else "seed:1" would be a scheme
  for (const char c : path) {
    const bool is_plain =
        absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::string_view("-._~/").find(c) != absl::string_view::npos;
    absl::StrAppend(
        &url, is_plain ? std::string(1, c) : absl::AsciiStrToUpper(absl::StrCat("%", absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad2))));
  }
  return url;
}

std::string RenderHtmlPage(const HtmlPage& page) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"",
      kPolicy, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>", EscapeHtml(page.title),
      "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>", kPageCss, page.style, "</style>\n</head>\n<body>\n", page.body,
      "\n<script type=\"application/json\" id=\"data\">", ScriptData(page.data), "</script>\n<script>", kChartJs, "</script>\n<script>",
      kPageJs, "</script>\n</body>\n</html>\n");
}

std::string BodyHtml(absl::string_view heading, absl::string_view subtitle, absl::Span<const PageSection> sections) {
  std::string html = absl::StrCat("<a class=\"skip\" href=\"#", sections[0].id, "\">Skip to: ", sections[0].title, "</a>\n<header>\n<h1>",
                                  heading, "</h1>\n", subtitle, "<nav aria-label=\"Contents\"><ul>");
  for (const PageSection& section : sections) absl::StrAppend(&html, "<li><a href=\"#", section.id, "\">", section.title, "</a></li>");
  html += "</ul></nav>\n</header>\n<main>\n";
  for (const PageSection& section : sections) {
    absl::StrAppend(&html, "<section id=\"", section.id, "\" aria-labelledby=\"", section.id, "-title\">\n<h2 id=\"", section.id,
                    "-title\">", section.title, "</h2>\n", section.html, "</section>\n");
  }
  return html + "</main>\n";
}

std::string ParagraphHtml(absl::string_view html, absl::string_view html_class) {
  return absl::StrCat("<p", html_class.empty() ? "" : absl::StrCat(" class=\"", html_class, "\""), ">", html, "</p>\n");
}

std::string PlotHtml(absl::string_view name, absl::string_view label, absl::string_view html_class) {
  return absl::StrCat("<div class=\"plot ", html_class, "\"><canvas data-plot=\"", name, "\" role=\"img\" aria-label=\"", EscapeHtml(label),
                      "\"></canvas></div>\n");
}

std::string HtmlTable(absl::string_view caption, absl::Span<const HtmlColumn> columns, absl::Span<const std::vector<std::string>> rows,
                      bool sorts) {
  std::string html = absl::StrCat("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: ", EscapeHtml(caption),
                                  "\"><table", sorts ? " class=\"sortable\"" : "", "><thead><tr>");
  for (const HtmlColumn& column : columns) html += Header(column, sorts);
  html += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    html += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) absl::StrAppend(&html, "<td", Class(columns[i]), ">", row[i], "</td>");
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace mica
