#include "experiments/runner/memory_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// Arrays as large as the weights that the optimizer keeps from step to step.
int OptimizerCopies(const OptimizerConfig& config) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return config.sgd().momentum() > 0 ? 1 : 0;
    case OptimizerConfig::kAdam:
    case OptimizerConfig::kAdamw:
      return 2;
    case OptimizerConfig::KIND_NOT_SET:
      break;
  }
  return 0;
}

std::string ModelField(const Experiment& experiment) {
  return absl::StrCat("model.", ChosenArm(experiment.model(), "kind"));
}

}  // namespace

bool AllTrains(const OptimizerConfig& config) {
  return std::none_of(config.group().begin(), config.group().end(), [](const ParameterGroupConfig& group) { return group.has_freeze(); });
}

MemoryNeed TrainingNeed(const Experiment& experiment, const InferredModel& model) {
  if (!AllTrains(experiment.optimizer())) return NeedOfEvaluation(model.layers);
  return NeedOfTraining(model.config.layer(), model.layers, OptimizerCopies(experiment.optimizer()));
}

absl::Status CheckWeightsMemory(const Experiment& experiment, const InferredModel& model, std::optional<int64_t> machine_bytes) {
  return CheckMemory(NeedOfWeights(model.layers), {ModelField(experiment), "build", /*batch_size_field=*/"", /*batch_size=*/0},
                     machine_bytes);
}

absl::Status CheckTrainingMemory(const Experiment& experiment, const InferredModel& model, const LargestBatches& batches,
                                 std::optional<int64_t> machine_bytes) {
  const MemoryNeed evaluation = NeedOfEvaluation(model.layers);
  const MemoryNeed training = TrainingNeed(experiment, model);
  MICA_RETURN_IF_ERROR(CheckMemory(training, {ModelField(experiment), "train on", "loader.batch_size", batches.training}, machine_bytes));
  return CheckMemory({training.fixed_bytes, evaluation.image_bytes},
                     {ModelField(experiment), "evaluate", "evaluation.batch_size", batches.evaluation}, machine_bytes);
}

absl::Status CheckPassMemory(const Experiment& experiment, const InferredModel& model, const std::string& flag, int64_t images,
                             std::optional<int64_t> machine_bytes) {
  return CheckMemory(NeedOfEvaluation(model.layers), {ModelField(experiment), "compute", flag, images}, machine_bytes);
}

}  // namespace mica
