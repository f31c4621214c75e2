// A comparison as one page that needs nothing else: comparison.html, in the style of a run's
// report.
//   WriteFile(folder + "/comparison.html", ComparisonPage(comparison, metrics, folder));
// The runs as a leaderboard, what was changed, whether a difference may be luck, repeats, curves,
// accuracy against seconds. Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_PAGE_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_PAGE_H_

#include <string>
#include <vector>

#include "experiments/artefacts/run_table.h"
#include "experiments/compare/comparison.h"

namespace mica {

// metrics: metrics.csv of each run, in their order; a table without rows for one that has none.
// folder: where the page will lie, from where it links to the runs' own pages; absolute.
std::string ComparisonPage(const Comparison& comparison, const std::vector<RunTable>& metrics, const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_PAGE_H_
