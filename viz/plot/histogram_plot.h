// Counts in bins, of one kind or of several on top of each other: right and wrong predictions by
// confidence, sizes of pictures.
//   HistogramPlot plot;
//   plot.x.label = "confidence";
//   plot.edges = {0, 0.5, 1};
//   plot.series = {{"right", {10, 80}, kRightInk}, {"wrong", {7, 3}, kWrongInk}};
// Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_HISTOGRAM_PLOT_H_
#define MICA_VIZ_PLOT_HISTOGRAM_PLOT_H_

#include <optional>
#include <string>
#include <vector>

#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

struct HistogramSeries {
  std::string name;
  std::vector<double> counts;             // one a bin, at least 0
  std::optional<PlotColour> colour = {};  // not given: the palette's
};

struct HistogramPlot {
  PlotHeading heading;
  PlotAxis x;
  std::string y_label = "samples";
  std::vector<double> edges;            // ascending; one more than bins, of which there is at least one
  std::vector<HistogramSeries> series;  // lowest first
};

PlotScript HistogramPlotScript(const HistogramPlot& plot);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_HISTOGRAM_PLOT_H_
