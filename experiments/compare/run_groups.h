// Repeats: runs of one experiment under several seeds, and their spread. One run says little:
// another seed can change the accuracy by more than the change under test.
//   for (const RunGroup& group : GroupRuns(runs)) …
#ifndef MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_
#define MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "experiments/compare/run_results.h"

namespace mica {

// Runs on the same data whose resolved experiments differ only in name and seed.
struct RunGroup {
  std::vector<size_t> runs;     // all of them, as indices in the list of runs
  std::vector<size_t> repeats;  // the first of each seed among those with reported metrics
  // The others with reported metrics: their seeds are not new, so they say nothing of the spread.
  std::vector<size_t> equal_seeds;
};

// In the order of their first runs; every run is in exactly one group.
std::vector<RunGroup> GroupRuns(absl::Span<const RunResults> runs);

struct Spread {
  double mean = 0;
  std::optional<double> deviation;  // sample deviation (divisor n - 1); needs two values
  double smallest = 0;
  double largest = 0;
};

// Needs at least one value.
Spread SpreadOf(absl::Span<const double> values);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_
