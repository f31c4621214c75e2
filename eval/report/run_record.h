// What a run's folder says about the run. Every reader of a finished run begins here.
//   MICA_ASSIGN_OR_RETURN(const RunRecord run, ReadRunRecord("/home/me/runs/x/a"));
//   if (run.state == RunReport::FINISHED) …
// It reads run.textproto and experiment.textproto, but no tables.
#ifndef MICA_EVAL_REPORT_RUN_RECORD_H_
#define MICA_EVAL_REPORT_RUN_RECORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "eval/report/run_report.pb.h"

namespace mica {

struct RunRecord {
  std::string folder;  // as given, without a slash at the end
  RunReport report;    // run.textproto

  // report.state(), but INTERRUPTED if the file says RUNNING and its process, on this host, is
  // gone.
  RunReport::State state = RunReport::STATE_UNSPECIFIED;

  std::string experiment_text;  // experiment.textproto; the report has its fingerprint
};

// `folder` must be absolute. A DataError (exit code 3) names the folder and what is wrong: it is
// missing, it is a file, it holds no run (the error then lists the runs below it), or a file is
// missing, does not parse or was changed after the run.
absl::StatusOr<RunRecord> ReadRunRecord(const std::string& folder);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RUN_RECORD_H_
