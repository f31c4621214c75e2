// Several runs side by side: what was changed, which is better, whether that may be luck.
//   MICA_ASSIGN_OR_RETURN(const Comparison comparison, CompareRuns({"/home/me/runs/x/a", "/home/me/runs/x/b"}));
//   std::cout << ComparisonText(comparison);   // comparison_text.h; comparison_csv.h has the files
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/message_diff.h"
#include "experiments/compare/run_groups.h"
#include "experiments/compare/run_pairs.h"
#include "experiments/compare/run_results.h"

namespace mica {

// People see the place of a run in `runs` counted from 1; it is also its rank.
struct Comparison {
  std::vector<RunResults> runs;              // best first: by reported accuracy, then as given; those without one last
  std::string folder;                        // the deepest that holds all run folders
  std::vector<std::string> names;            // of the runs: their paths in `folder`
  std::vector<FieldDifference> differences;  // between the runs' experiments
  std::vector<RunGroup> groups;
  PairedRuns paired;
};

// Two folders or more, absolute. Reads all and reports every one that is broken: a DataError (exit code 3). A folder given twice, also
// under another name, or runs of which none has a metric yet, are a ConfigError (exit code 2).
absl::StatusOr<Comparison> CompareRuns(absl::Span<const std::string> folders);

// The same for runs that were read before.
Comparison CompareResults(std::vector<RunResults> runs);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_H_
