// The bodies of the verbs that compute. compute_library.h says what each does;
// compute_library_entry.cc combines them.
#ifndef MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_
#define MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_

#include <cstdio>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "experiments/runner/compute_library.h"

namespace mica {

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index);
absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split, const DatasetIndex& index);
absl::StatusOr<PredictResult> PredictRun(const TrainedModel& trained, const DatasetIndex& index, Split split);

// `calls`: for tests of faults. All files of the run are written through it.
absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index, const RunOptions& options,
                                          FILE* progress, FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_
