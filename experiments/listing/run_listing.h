// All runs below a folder, as rows that can be sorted and filtered without opening a run.
//   MICA_ASSIGN_OR_RETURN(const RunListing listing, ListRuns("/home/me/runs"));
//   listing.runs[0].Text("test_accuracy")   // "0.8843"
// It reads three small files of each run and keeps no index that could be out of date: 10,000 runs
// take about a second. For what the runs differ in, experiments/compare. Torch-free.
#ifndef MICA_EXPERIMENTS_LISTING_RUN_LISTING_H_
#define MICA_EXPERIMENTS_LISTING_RUN_LISTING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eval/report/run_report.pb.h"

namespace mica {

struct ListedRun {
  std::string name;                                       // its folder, below the listing's
  RunReport::State state = RunReport::STATE_UNSPECIFIED;  // INTERRUPTED if its process is gone
  int64_t started = 0;                                    // seconds since 1970; 0 if nobody knows
  int64_t bytes = 0;                                      // of all its files
  std::vector<std::string> problems;                      // files that are missing or cannot be read

  // What is known of it by name: the columns of summary.csv; "state", "accuracy" of the reported
  // split, "split", "epochs", "started", "bytes". Of a run without a summary, "epochs", "accuracy"
  // and "split" are those of the best epoch in metrics.csv so far. Nothing is empty.
  std::map<std::string, std::string, std::less<>> fields;

  std::string Text(absl::string_view field) const;              // "" if it has no such field
  std::optional<double> Number(absl::string_view field) const;  // if the text is one
};

struct RunListing {
  std::string folder;           // absolute, as given
  std::vector<ListedRun> runs;  // newest first
};

// `folder` is absolute and may be that of one run, of an experiment's runs, or further up, at most
// six folders. Links to folders are not followed. A DataError (exit code 3) if it is no folder or
// holds no run; a run of which files are missing or damaged is listed with its problems.
absl::StatusOr<RunListing> ListRuns(const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_LISTING_RUN_LISTING_H_
