// How a distribution changes: histograms of weights or gradients at each epoch, side by side.
//   DensityPlot plot;
//   plot.x = {"epoch"}; plot.y = {"weight"};
//   plot.columns = {{1, edges, counts}, {2, edges, counts}, …};
// Each column is as dark as its density, the fullest place of every column equally dark; lines are
// the median and the range of the middle 90 %. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_DENSITY_PLOT_H_
#define MICA_VIZ_PLOT_DENSITY_PLOT_H_

#include <cstddef>
#include <vector>

#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

struct DensityColumn {
  double x = 0;
  std::vector<double> edges;   // ascending and finite; one more than counts
  std::vector<double> counts;  // at least 0; a column without any is a gap
};

struct DensityPlot {
  PlotHeading heading;
  PlotAxis x, y;                       // linear; without ends, y holds the middle 99 % of every column
  std::vector<DensityColumn> columns;  // ascending in x
};

// The picture has kDensityRows rows and, for up to kMaxDensityColumns evenly spaced columns, one
// for each; else every place shows the column that is nearest.
PlotScript DensityPlotScript(const DensityPlot& plot);
inline constexpr size_t kDensityRows = 100;
inline constexpr size_t kMaxDensityColumns = 200;

// Where `share` (0 to 1) of the counts lie below, evenly spread within bins. There is a count.
double HistogramQuantile(const DensityColumn& column, double share);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_DENSITY_PLOT_H_
