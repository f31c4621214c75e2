// The bodies of the verbs that compute. compute_library.h says what each does;
// compute_library_entry.cc combines them.
#ifndef MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_
#define MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "experiments/runner/compute_library.h"

namespace mica {

absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index);
absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split, const DatasetIndex& index);
absl::StatusOr<EvaluateResult> EvaluateInitial(const InitialEvaluation& evaluation, std::optional<Split> split, const DatasetIndex& index);
absl::StatusOr<PredictResult> Predict(const ModelSubject& subject, const DatasetIndex& index, Split split);
absl::StatusOr<LayerTimes> TimeLayers(const Experiment& experiment, const ImageShape& image_shape, int num_classes, int64_t batch_size);
absl::StatusOr<std::vector<WeightStatistics>> MeasureWeights(const Experiment& experiment, const ImageShape& image_shape, int num_classes);
absl::StatusOr<LayerOutputs> ProbeModel(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                        const std::vector<std::string>& layers);
absl::StatusOr<HeatMaps> ExplainPictures(const ModelSubject& subject, const DatasetIndex& index, Split split, const std::string& layer);
absl::StatusOr<LayerFeatures> FeaturesOfLayer(const ModelSubject& subject, const DatasetIndex& index, const std::vector<int64_t>& ids,
                                              const std::string& layer);
absl::StatusOr<StoredArrays> WeightsOfModel(const ModelSubject& subject, const ImageShape& image_shape);

// `calls`: for tests of faults. All files of the run are written through it.
absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index, const RunOptions& options,
                                          FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_VERB_BODIES_H_
