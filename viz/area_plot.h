// A curve as text: the area below it in blocks.
//   std::cout << AreaPlot({0.01, 0.02, …}, {{0, "1"}, {0.5, "2"}}, "epoch");
//   0.05 │    ▁▂▄▆██████
//        │▁▂▄▇██████████▁▁▁▁▁▁▁
//      0 └┬─────────┬──────────
//         1         2          epoch
// For files that programs read, use base/files/csv.h.
#ifndef MICA_VIZ_AREA_PLOT_H_
#define MICA_VIZ_AREA_PLOT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

struct PlotTick {
  double place = 0;   // 0: the left end, 1: the right end
  std::string label;  // ASCII
};

inline constexpr int kPlotColumns = 80;
inline constexpr int kPlotRows = 8;

// `values` are at least 0 and in the range of f32, evenly spaced from left to right; there is at
// least one. Each column shows the largest of its values, so that short peaks are seen. Ticks whose
// labels would run into the one before are left out. Lines end with LF and have about 100 columns
// at most.
std::string AreaPlot(absl::Span<const double> values, absl::Span<const PlotTick> ticks, absl::string_view axis);

}  // namespace mica

#endif  // MICA_VIZ_AREA_PLOT_H_
