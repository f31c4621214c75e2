// Compares runs with one another, sample by sample.
//   const PairedRuns paired = PairRuns(runs);
//   for (const RunPair& pair : paired.pairs) …
// Only runs that were tested on the very same samples can be compared; the others get a reason.
#ifndef MICA_EXPERIMENTS_COMPARE_RUN_PAIRS_H_
#define MICA_EXPERIMENTS_COMPARE_RUN_PAIRS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "eval/metrics/paired_comparison.h"
#include "experiments/compare/run_results.h"

namespace mica {

// a and b are indices in the list of runs, a < b.
struct RunPair {
  size_t a = 0;
  size_t b = 0;
  // Why they were not compared. If it is not empty, the fields below mean nothing.
  std::string reason;
  PairedCounts counts;
  Interval interval;  // 95 %, of the accuracy of a - accuracy of b
  double p = 1;       // McNemar
  double holm_p = 1;  // corrected for all compared pairs
};

// All pairs of so many runs: 50 make 1,225. Of more, each run is paired with the first of all and with
// the first that was tested on the same samples.
inline constexpr size_t kMostPairedRuns = 50;

struct PairedRuns {
  std::vector<RunPair> pairs;  // by a, then by b
  // Groups of runs that were tested on the same samples: same data, classes, split, ids and truths.
  // In the order of their first runs; unfinished runs are in none.
  std::vector<std::vector<size_t>> same_samples;

  const RunPair& Between(size_t a, size_t b) const;  // a < b, which are paired
};

PairedRuns PairRuns(absl::Span<const RunResults> runs);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_RUN_PAIRS_H_
