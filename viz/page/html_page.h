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

struct HtmlPage {
  std::string title;
  std::string style;        // CSS behind page.css
  std::string body;         // HTML
  std::string data = "{}";  // JSON
};

std::string RenderHtmlPage(const HtmlPage& page);

struct HtmlColumn {
  std::string label;
  bool is_number = false;  // right-aligned
};

// A table with a header. Cells are HTML. `caption` is for screen readers; if it sorts, each header is
// a button.
std::string HtmlTable(absl::string_view caption, absl::Span<const HtmlColumn> columns, absl::Span<const std::vector<std::string>> rows,
                      bool sorts = false);

}  // namespace mica

#endif  // MICA_VIZ_PAGE_HTML_PAGE_H_
