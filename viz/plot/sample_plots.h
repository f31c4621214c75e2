// Small plots of every kind for tests: golden scripts, and files that gnuplot draws.
//   for (const NamedPlot& plot : SamplePlots()) …
#ifndef MICA_VIZ_PLOT_SAMPLE_PLOTS_H_
#define MICA_VIZ_PLOT_SAMPLE_PLOTS_H_

#include <string>
#include <vector>

#include "viz/plot/density_plot.h"
#include "viz/plot/draw_plots.h"
#include "viz/plot/line_plot.h"
#include "viz/plot/matrix_plot.h"

namespace mica {

// One of each kind, with a few values.
std::vector<NamedPlot> SamplePlots();

// Every kind with `name` wherever it shows a word.
std::vector<NamedPlot> PlotsNamed(const std::string& name);

// Every kind without values, with one, with equal ones and with values that have no place.
std::vector<NamedPlot> PoorPlots();

// `classes` classes, of 100 samples each, 90 of them right.
MatrixPlot SampleMatrix(size_t classes, MatrixCells cells);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_SAMPLE_PLOTS_H_
