// What stands around the data of several kinds of plots: a legend in rows and the names of events.
//   const double top = AddLegendRows({{"train", look}}, {left, top, width, 0}, &canvas);
// Torch-free. Thread-compatible.
#ifndef MICA_VIZ_PLOT_PLOT_LEGEND_H_
#define MICA_VIZ_PLOT_PLOT_LEGEND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

enum class LegendSample : uint8_t { kLine, kLineAndMarker, kMarker, kBar };

struct LegendEntry {
  std::string name;
  LegendSample sample = LegendSample::kLine;
  PlotColour colour;
  int marker = 7;
  PageLine line = {};  // for the two kinds with a line
};

// Entries from left to right, as many in a row as have room. Returns where the rows end; without
// entries nothing is drawn and it is box.top.
double AddLegendRows(absl::Span<const LegendEntry> entries, const PageBox& box, PlotCanvas* canvas);

// Entries below each other in columns of at most `rows`, from the box's left and top. Returns the
// width that they take.
double AddLegendColumns(absl::Span<const LegendEntry> entries, PagePoint top_left, int rows, PlotCanvas* canvas);
inline constexpr double kLegendRowHeight = 16;

// Something that happened at an x of a plot.
struct PlotEvent {
  double x = 0;
  std::string label;  // "best epoch"
};

// How much room AddEvents takes above the panel. A name stands beside its line's upper end, in the
// lowest of five rows in which it meets no other name or line.
double EventsHeight(absl::Span<const PlotEvent> events, const CanvasPanel& panel);

// Vertical lines through the panel and on to `bottom`, with names above the panel. A name without
// room in any row is left out; its line stays. Events outside the axis are not drawn.
void AddEvents(absl::Span<const PlotEvent> events, const CanvasPanel& panel, double bottom, PlotCanvas* canvas);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_LEGEND_H_
