// The predictions of runs, joined by sample, for a look at the labels.
//   MICA_ASSIGN_OR_RETURN(const AuditedRuns runs, ReadAuditedRuns({"/r/x/fold1", "/r/x/fold2"}));
//   const LabelAudit audit = AuditLabels(runs.judged, runs.num_classes());
// A run predicts its reported split, which it was not trained on; the runs of all folds together
// predict every sample once. Torch-free.
#ifndef MICA_EXPERIMENTS_AUDIT_AUDITED_RUNS_H_
#define MICA_EXPERIMENTS_AUDIT_AUDITED_RUNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "eval/metrics/label_issues.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct AuditedRuns {
  std::vector<std::string> folders;
  std::vector<std::string> class_names;
  Experiment experiment;            // of the first run, with every default filled in
  std::string dataset_fingerprint;  // of all runs

  // A checkpoint was chosen by the samples that it predicts: it was not trained on them, but they
  // are not quite new to it either.
  bool is_selected_by = false;

  // By run, then by row. With more than 100 classes runs keep the five most probable ones; the
  // label's own probability is known in any case, from the loss.
  std::vector<JudgedSample> judged;
  std::vector<int64_t> ids;
  std::vector<std::string> paths;

  int num_classes() const { return static_cast<int>(class_names.size()); }
  bool has_all_probabilities() const;
};

// `folders`: one or more, absolute. A DataError (exit code 3): a run is broken or not finished, has
// no split to report on or probabilities that are no numbers. A ConfigError (exit code 2): runs have
// other data or classes, or two of them predict the same sample.
absl::StatusOr<AuditedRuns> ReadAuditedRuns(absl::Span<const std::string> folders);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_AUDIT_AUDITED_RUNS_H_
