// Colours, markers and dashes of plots.
//   HexColour(LookOfCategory(2).colour) == "#009E73"
// Categories: the eight colours of Okabe and Ito ("Color Universal Design", 2008), which people
// with any colour blindness tell apart, and two dark ones that are no nearer to any of them: brown,
// and indigo of Tol's muted scheme (2021). The strongest on white come first, yellow last. Category
// i has colour i mod 10; marker and dash change too, so that plots can be read in grey. From the
// eleventh on colours repeat with other markers: 10 x 13 pairs are all different; category 130
// looks like 0. Shares: one hue from white to dark blue, darker at every step (as ColorBrewer's
// Blues), so the order is kept in grey. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_PLOT_PALETTE_H_
#define MICA_VIZ_PLOT_PLOT_PALETTE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mica {

struct PlotColour {
  uint8_t red = 0, green = 0, blue = 0;
};
inline bool operator==(PlotColour a, PlotColour b) {
  return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

std::string HexColour(PlotColour colour);      // "#0072B2"
std::string GnuplotColour(PlotColour colour);  // rgb "#0072B2"
int RgbNumber(PlotColour colour);              // 0x0072B2, for gnuplot's `rgb variable`

struct CategoryLook {
  PlotColour colour;
  int marker = 7;                // gnuplot's point type
  absl::string_view dash = "1";  // gnuplot's dash type
};
CategoryLook LookOfCategory(size_t category);

inline constexpr size_t kCategoryColours = 10;
inline constexpr size_t kCategoryMarkers = 13;

// From white (0) to dark blue (1). White letters are easier to read than black ones on colours
// above 0.5. Values outside [0, 1] count as the nearest end, NaN as 0.
PlotColour ShareColour(double share);

// The colour with six tenths of its ink: bars under black lines.
PlotColour Lighter(PlotColour colour);

inline constexpr PlotColour kInk = {0x26, 0x26, 0x26}, kGreyInk = {0x59, 0x59, 0x59}, kPaper = {0xff, 0xff, 0xff};
inline constexpr PlotColour kGridInk = {0xe3, 0xe3, 0xe3}, kAxisInk = {0x73, 0x73, 0x73};
// Right and wrong, good and bad: the first two categories.
inline constexpr PlotColour kRightInk = {0x00, 0x72, 0xb2}, kWrongInk = {0xd5, 0x5e, 0x00};

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_PALETTE_H_
