// A bar for each class or layer, with intervals: recall, precision and F1, samples, time.
//   BarPlot plot;
//   plot.heading.title = "Recall by class, test split";
//   plot.value = {"recall", AxisScale::kLinear, 0, 1};
//   plot.names = {"cat", "dog"};
//   plot.series = {{"recall", {0.91, 0.87}, {0.88, 0.84}, {0.93, 0.90}}};
// Bars lie, so that names can be read; the page is as high as they need. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_BAR_PLOT_H_
#define MICA_VIZ_PLOT_BAR_PLOT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_canvas.h"
#include "viz/plot/plot_legend.h"

namespace mica {

struct BarSeries {
  std::string name;
  std::vector<double> values;               // one a name; without a place on the axis: no bar
  std::vector<double> low = {}, high = {};  // empty, or an interval around each value
};

struct BarPlot {
  PlotHeading heading;
  PlotAxis value;                          // linear axes without a low end begin at 0, or below negative bars
  std::vector<std::string> names;          // from above; may be equal
  std::vector<BarSeries> series;           // one to four, beside each other; one of them has its numbers at the right
  std::vector<PlotEvent> references = {};  // values with names: the mean, chance
  bool worst_first = false;                // sorted by the first series, smallest first, equals as they come
};

// Of more than kMaxBars names those with the smallest values of the first series are drawn, in the
// order that the plot has, and the note says so.
PlotScript BarPlotScript(const BarPlot& plot);
inline constexpr size_t kMaxBars = 100;

}  // namespace mica

#endif  // MICA_VIZ_PLOT_BAR_PLOT_H_
