// How training went, as plots: what metrics.csv and parameters.csv say of every epoch.
//   for (NamedPlot& plot : TrainingPlots(run)) plots.push_back(std::move(plot));
// Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_TRAINING_PLOTS_H_
#define MICA_EXPERIMENTS_ARTEFACTS_TRAINING_PLOTS_H_

#include <vector>

#include "experiments/artefacts/run_files.h"
#include "viz/plot/draw_plots.h"

namespace mica {

// learning_curves: loss and accuracy of each split, with the best epoch; optimization: learning rate
// and gradient norm; throughput: images a second and the share of waiting; loss_terms, if the loss
// terms tell something; weights and gradients: how they are spread in parameters from the first layers
// to the last. None without an epoch.
std::vector<NamedPlot> TrainingPlots(const RunFiles& run);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_TRAINING_PLOTS_H_
