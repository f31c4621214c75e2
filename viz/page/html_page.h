// A page in one file: no network, no other file. What it shows is in its HTML; what it does, in
// page.js and Chart.js, which stand in it.
//   HtmlPage page;
//   page.title = "fashion_mnist/a";
//   page.body = absl::StrCat("<h1>", EscapeHtml(name), "</h1>", …);
//   page.data = R"({"plots": …})";
//   WriteFile("report.html", RenderHtmlPage(page));
// docs/file_formats.md says what page.js reads of the data. Thread-safe.
#ifndef MICA_VIZ_PAGE_HTML_PAGE_H_
#define MICA_VIZ_PAGE_HTML_PAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

// For text between tags and for attributes in double quotes. Control characters and bytes that are
// not UTF-8 appear as \xNN.
std::string EscapeHtml(absl::string_view text);

// The same in <bdi>: a name in a script that runs from right to left does not reorder what stands
// around it.
std::string NameHtml(absl::string_view name);

// A path as a relative URL: "a b#1/x.html" -> "./a%20b%231/x.html", so that no part of it is read
// as anything else than a name. `path` is relative.
std::string RelativeUrl(absl::string_view path);

struct HtmlPage {
  std::string title;
  std::string style;        // CSS behind page.css
  std::string body;         // HTML
  std::string data = "{}";  // JSON
};

std::string RenderHtmlPage(const HtmlPage& page);

// A part of a page and its entry in the list of contents.
struct PageSection {
  std::string id;     // of the element; no two alike
  std::string title;  // HTML, as all below
  std::string html;
};

// The body of a page: heading, what stands below it, a list of contents, and the sections, at least
// one.
std::string BodyHtml(absl::string_view heading, absl::string_view subtitle, absl::Span<const PageSection> sections);

// `html_class` is "note" for what a table or picture shows, or why it is not there, or "warning".
std::string ParagraphHtml(absl::string_view html, absl::string_view html_class = "");

// The place of a plot that page.js draws by the data's `plots`. `label` is text, for screen
// readers.
std::string PlotHtml(absl::string_view name, absl::string_view label, absl::string_view html_class = "");

struct HtmlColumn {
  std::string label;
  bool is_number = false;  // right-aligned
};

// A table with a header. Cells are HTML. `caption` is for screen readers; if it sorts, each header
// is a button.
std::string HtmlTable(absl::string_view caption, absl::Span<const HtmlColumn> columns, absl::Span<const std::vector<std::string>> rows,
                      bool sorts = false);

}  // namespace mica

#endif  // MICA_VIZ_PAGE_HTML_PAGE_H_
