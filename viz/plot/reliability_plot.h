// A reliability diagram: how often predictions are right at each confidence, and their number.
//   ReliabilityPlot plot;
//   plot.heading = {"Reliability, test split", "ECE 2.1 %, 15 equal bins"};
//   plot.bins = {{0.9, 1, /*count=*/812, /*confidence=*/0.97, /*accuracy=*/0.93}, …};
// Bars are as high as the accuracy; the gap to the mean confidence is drawn in one colour where the
// model is too sure and in another where it is not sure enough. Below, the share of the samples.
// Form: Guo et al., "On Calibration of Modern Neural Networks" (2017), figure 1. Torch-free.
// Thread-safe.
#ifndef MICA_VIZ_PLOT_RELIABILITY_PLOT_H_
#define MICA_VIZ_PLOT_RELIABILITY_PLOT_H_

#include <cstdint>
#include <vector>

#include "viz/plot/plot_canvas.h"

namespace mica {

struct ReliabilityPlotBin {
  double low = 0, high = 1;  // edges, 0 to 1, low < high
  int64_t count = 0;         // of samples; without any, the rest does not count
  double confidence = 0;     // mean, 0 to 1
  double accuracy = 0;       // share of right predictions, 0 to 1
};

struct ReliabilityPlot {
  PlotHeading heading;
  std::vector<ReliabilityPlotBin> bins;  // of any widths
};

PlotScript ReliabilityPlotScript(const ReliabilityPlot& plot);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_RELIABILITY_PLOT_H_
