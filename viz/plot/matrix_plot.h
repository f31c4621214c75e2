// A confusion matrix as a picture: rows are the truth, columns the prediction.
//   MatrixPlot plot;
//   plot.heading.title = "Confusion matrix, test split";
//   plot.names = {"cat", "dog"};
//   plot.counts = {90, 10, 5, 95};  // row by row
//   plot.cells = MatrixCells::kRowPercents;
// Cells above half of the largest are dark and have white numbers; empty cells have none. Up to 30
// classes numbers are shown, up to 100 the colours alone. Of more classes nobody would see
// anything: then the largest confusions are drawn as bars. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_MATRIX_PLOT_H_
#define MICA_VIZ_PLOT_MATRIX_PLOT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "viz/plot/bar_plot.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

enum class MatrixCells : uint8_t {
  kCounts,
  kRowPercents,  // of the true class; a class without samples has an empty row
};

struct MatrixPlot {
  PlotHeading heading;
  std::vector<std::string> names;  // of the classes, at least one
  std::vector<int64_t> counts;     // names.size()²; at least 0
  MatrixCells cells = MatrixCells::kCounts;
};

PlotScript MatrixPlotScript(const MatrixPlot& plot);
inline constexpr size_t kMaxNumberedClasses = 30;
inline constexpr size_t kMaxMatrixClasses = 100;

// The pairs of different classes with the largest cells, largest first, equals in the order of
// rows: "truth → prediction" and how many samples, or how many per cent of the truth's.
BarPlot MostConfusedBars(const MatrixPlot& plot, size_t pairs = 20);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_MATRIX_PLOT_H_
