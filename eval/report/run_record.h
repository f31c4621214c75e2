// What a run left in its folder about itself: the first thing that is read of a run that is over.
//   MICA_ASSIGN_OR_RETURN(const RunRecord run, ReadRunRecord("/home/me/runs/x/a"));
//   if (run.state == RunReport::FINISHED) …
// Reads run.textproto and experiment.textproto; tables are read by whoever needs them.
#ifndef MICA_EVAL_REPORT_RUN_RECORD_H_
#define MICA_EVAL_REPORT_RUN_RECORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "eval/report/run_report.pb.h"

namespace mica {

struct RunRecord {
  std::string folder;  // as given, without a slash at the end
  RunReport report;    // run.textproto

  // report.state(), but INTERRUPTED where the file says RUNNING and its process, on this host, is gone.
  RunReport::State state = RunReport::STATE_UNSPECIFIED;

  std::string experiment_text;  // experiment.textproto; its fingerprint is the one that the report names
};

// `folder` is absolute. A DataError (exit code 3) names the folder and what is wrong with it: it is missing, it is a file, it holds no run
// (and which runs lie below it), a file is missing, does not parse or was changed after the run.
absl::StatusOr<RunRecord> ReadRunRecord(const std::string& folder);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_RECORD_H_
