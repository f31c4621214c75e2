// Points of groups: embeddings by t-SNE or PCA, samples of a class against its F1, accuracy against
// time.
//   ScatterPlot plot;
//   plot.heading.title = "t-SNE of the test split";
//   plot.groups = {"cat", "dog"};
//   plot.points = {{0.3, -1.2, /*group=*/0, /*is_marked=*/false}, …};
//   plot.mark = "wrong";
// Groups have the colours and markers of plot_palette.h; marked points have a black cross.
// Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_SCATTER_PLOT_H_
#define MICA_VIZ_PLOT_SCATTER_PLOT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

struct ScatterPoint {
  double x = 0, y = 0;  // without a place on its axis: not drawn
  int32_t group = 0;    // from 0
  bool is_marked = false;
};

struct ScatterPlot {
  PlotHeading heading;
  PlotAxis x, y;
  bool has_ticks = true;            // t-SNE's numbers mean nothing
  std::vector<std::string> groups;  // the legend; none: one group without a name
  std::vector<ScatterPoint> points;
  std::string mark = {};  // what the cross means, for the legend
};

// Of more than kMaxScatterPoints points every nth is drawn, and the note says so.
PlotScript ScatterPlotScript(const ScatterPlot& plot);
inline constexpr size_t kMaxScatterPoints = 5000;

}  // namespace mica

#endif  // MICA_VIZ_PLOT_SCATTER_PLOT_H_
