// Curves: losses and accuracies over epochs, learning rates, gradient norms, ROC, precision against
// recall, accuracy against coverage.
//   LinePlot plot;
//   plot.heading.title = "Learning curves";
//   plot.x = {"epoch", AxisScale::kLinear, {}, {}, /*is_whole=*/true};
//   plot.panels = {{{"loss (nats)"}, {train_loss, validation_loss}}, {{"accuracy"}, {…}}};
//   plot.events = {{17, "best epoch"}};
//   DrawPlots({LinePlotScript(plot)});
// Panels stand below each other and share x. Series of one name in two panels look alike and are
// one entry of the legend, which stands above the data. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_LINE_PLOT_H_
#define MICA_VIZ_PLOT_LINE_PLOT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_canvas.h"
#include "viz/plot/plot_legend.h"

namespace mica {

enum class LineRole : uint8_t {
  kCurve,
  kFaint,      // what stands behind a curve, such as values before smoothing: thin, grey
  kReference,  // chance, the diagonal: thin, grey, dashed; does not change the range of y
};

struct LineSeries {
  std::string name;
  // As many of each, in the order in which lines join them. A y without a place on its axis (NaN,
  // infinite, zero on a log axis) is a gap; a point between two gaps is a marker.
  std::vector<double> x, y;
  std::vector<double> low = {}, high = {};  // empty, or an interval around each y, drawn as a band
  LineRole role = LineRole::kCurve;
};

struct LinePanel {
  PlotAxis y;
  std::vector<LineSeries> series;
};

struct LinePlot {
  PlotHeading heading;
  PlotAxis x;
  std::vector<LinePanel> panels;  // at least one
  std::vector<PlotEvent> events = {};
  bool is_square = false;  // one panel, as high as wide: for curves in a unit square
};

// Of a series with more than kMaxLinePoints points, the least and the largest y of each part are
// drawn, so that peaks are seen; with more gaps than half of that, not every part is.
PlotScript LinePlotScript(const LinePlot& plot);
inline constexpr size_t kMaxLinePoints = 2000;

}  // namespace mica

#endif  // MICA_VIZ_PLOT_LINE_PLOT_H_
