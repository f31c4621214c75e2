// What the model makes of the reported split, as plots.
//   for (NamedPlot& plot : ResultPlots(run)) plots.push_back(std::move(plot));
// Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RESULT_PLOTS_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RESULT_PLOTS_H_

#include <vector>

#include "experiments/artefacts/run_files.h"
#include "viz/plot/draw_plots.h"

namespace mica {

// confusion_matrix and confusion_matrix_normalized (of more than 100 classes the most confused pairs),
// per_class, reliability (and reliability_calibrated), roc, precision_recall, risk_coverage and
// confidence. Those whose tables the run lacks are left out.
std::vector<NamedPlot> ResultPlots(const RunFiles& run);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RESULT_PLOTS_H_
