// Whether a run's model and batches fit into memory, before the model exists. Only computations on
// the CPU are looked at. Torch-free, thread-safe.
//   MICA_RETURN_IF_ERROR(CheckTrainingMemory(experiment, model, batches, TotalMemoryBytes()));
#ifndef MICA_EXPERIMENTS_RUNNER_MEMORY_CHECK_H_
#define MICA_EXPERIMENTS_RUNNER_MEMORY_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "experiments/experiment.pb.h"
#include "models/layers/memory_need.h"
#include "models/zoo/model_layers.h"
#include "training/optim/optimizer.pb.h"

namespace mica {

// Whether no group of parameters is ever frozen.
bool AllTrains(const OptimizerConfig& config);

// What a training needs at least, with its optimizer. Frozen parameters need less than others: if
// there are any, it counts as evaluation.
MemoryNeed TrainingNeed(const Experiment& experiment, const InferredModel& model);

// The weights alone, as before anything is computed with them. Config errors as of CheckMemory
// (models/layers/memory_need.h), here and below.
absl::Status CheckWeightsMemory(const Experiment& experiment, const InferredModel& model, std::optional<int64_t> machine_bytes);

// Images that go through the model together, as far as the data has so many.
struct LargestBatches {
  int64_t training = 0;
  int64_t evaluation = 0;  // of one pass (eval/evaluator/evaluator.h)
};

// The batches of a training and, with the training's own arrays still there, of its evaluations.
absl::Status CheckTrainingMemory(const Experiment& experiment, const InferredModel& model, const LargestBatches& batches,
                                 std::optional<int64_t> machine_bytes);

// A forward pass of so many images, as `flag` asks for.
absl::Status CheckPassMemory(const Experiment& experiment, const InferredModel& model, const std::string& flag, int64_t images,
                             std::optional<int64_t> machine_bytes);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_MEMORY_CHECK_H_
