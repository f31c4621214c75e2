// Several runs side by side: what was changed, which is better, and whether that may be luck.
//   MICA_ASSIGN_OR_RETURN(const Comparison comparison,
//                         CompareRuns({"/home/me/runs/x/a", "/home/me/runs/x/b"}));
//   std::cout << ComparisonText(comparison);
// comparison_text.h has the text, comparison_csv.h the files.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/config/message_diff.h"
#include "experiments/compare/run_groups.h"
#include "experiments/compare/run_pairs.h"
#include "experiments/compare/run_results.h"

namespace mica {

enum class RunOrder : uint8_t { kByAccuracy, kAsGiven };

// Users see the index of a run in `runs` counted from 1.
struct Comparison {
  // Best first: by reported accuracy, then as given, unless another order was asked for. Runs without
  // one come last.
  std::vector<RunResults> runs;
  RunOrder order = RunOrder::kByAccuracy;
  std::string folder;                        // the deepest that contains all run folders
  std::vector<std::string> names;            // the runs' paths below `folder`
  std::vector<FieldDifference> differences;  // between the runs' experiments
  std::vector<RunGroup> groups;
  PairedRuns paired;
  std::vector<std::string> left_out;  // why runs are not among them, each with its file
};

// Takes two or more absolute folders, reads all and reports every broken one: a DataError (exit
// code 3). A folder that is given twice, even under another name, or no run with a metric yet is a
// ConfigError (exit code 2).
struct CompareOptions {
  RunOrder order = RunOrder::kByAccuracy;
  std::set<std::string> droppable = {};  // folders of runs that are left out if they are broken
};
absl::StatusOr<Comparison> CompareRuns(absl::Span<const std::string> folders, const CompareOptions& options = {});

// The same for runs that have already been read.
Comparison CompareResults(std::vector<RunResults> runs, RunOrder order = RunOrder::kByAccuracy);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_H_
