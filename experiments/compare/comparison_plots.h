// A comparison as plots.
//   MICA_RETURN_IF_ERROR(WritePlots(folder, ComparisonPlots(comparison, tables)));
// Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_PLOTS_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_PLOTS_H_

#include <string>
#include <vector>

#include "experiments/artefacts/run_table.h"
#include "experiments/compare/comparison.h"
#include "viz/plot/draw_plots.h"

namespace mica {

// Where a run was trained: times of other places say nothing of it.
std::string PlaceOf(const RunResults& run);  // "cpu, 2 threads, host box"

// Runs of which no other of the same place is both as quick and better, or quicker and as good; by
// seconds. Places in comparison.runs.
std::vector<size_t> ParetoFront(const Comparison& comparison, const std::string& place);

// What they may be named.
inline constexpr const char* kComparisonPlots[] = {"accuracy_seconds", "curves"};

// accuracy_seconds: reported accuracy against seconds of training, a colour and a front for each
// place; curves: validation (else test) loss and accuracy of the first runs. metrics: metrics.csv
// of each run.
std::vector<NamedPlot> ComparisonPlots(const Comparison& comparison, const std::vector<RunTable>& metrics);

// Of more only the first are drawn as curves.
inline constexpr size_t kMostCurveRuns = 8;

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_PLOTS_H_
