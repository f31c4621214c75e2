// Repeats: runs of one experiment under several seeds, and how far they spread.
//   for (const RunGroup& group : GroupRuns(runs)) …
// One run says little: another seed can move an accuracy by more than the change that is being tried.
#ifndef MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_
#define MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "experiments/compare/run_results.h"

namespace mica {

// Runs whose resolved experiments differ in nothing but name and seed, on the same data.
struct RunGroup {
  std::vector<size_t> runs;     // all of them, places in the list of runs
  std::vector<size_t> repeats;  // the first of each seed among those with reported metrics
  std::vector<size_t>
      same_again;  // the others with reported metrics: an equal seed makes the same run again and tells nothing of the spread
};

// In the order of their first runs; every run is in one group.
std::vector<RunGroup> GroupRuns(absl::Span<const RunResults> runs);

struct Spread {
  double mean = 0;
  std::optional<double> deviation;  // of the sample (divisor n - 1); from two values on
  double smallest = 0;
  double largest = 0;
};

// At least one value.
Spread SpreadOf(absl::Span<const double> values);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_RUN_GROUPS_H_
