// Words in plots: what may be drawn, how wide it is, and how it stands in a script of gnuplot.
//   CutText(name, /*width_px=*/120, /*size_px=*/10), TextWidth("0.05", 10), GnuplotString("a\"b")
// Widths are estimates from DejaVu Sans, so that layouts do not depend on the fonts of a machine:
// exact for ASCII, 0.7 em for other narrow characters, 1 em for wide ones. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_PLOT_TEXT_H_
#define MICA_VIZ_PLOT_PLOT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// One line of valid UTF-8 that XML can hold. Control characters, line and paragraph separators,
// U+FFFE, U+FFFF and bytes that are not UTF-8 appear as \xNN; all else stays.
std::string PlotText(absl::string_view text);

// `text` between double quotes, as gnuplot reads it back byte by byte. Every ASCII character that
// could mean something to gnuplot, and every control character, is an octal escape. Text that was
// quoted so is never code: it holds no quote, backslash of its own, backquote, @, $ or line feed.
std::string GnuplotString(absl::string_view text);

// In pixels, for a PlotText.
double TextWidth(absl::string_view text, double size_px, bool is_bold = false);

// PlotText(text), which ends in an ellipsis if it is wider than `width_px`. What looks like one
// character (letter and accents) is never cut.
std::string CutText(absl::string_view text, double width_px, double size_px, bool is_bold = false);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_TEXT_H_
