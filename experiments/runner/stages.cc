#include "experiments/runner/stages.h"

#include <ATen/Context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/torch_guard.h"
#include "data/loader/resident_batch_source.h"
#include "eval/evaluator/evaluator.h"
#include "experiments/runner/device.h"
#include "models/model_factory.h"
#include "models/model_layers.h"
#include "training/checkpoint/stored_arrays.h"
#include "training/loss/loss.h"

namespace mica {
namespace {

TrainOptions TrainOptionsOf(const Experiment& experiment, c10::Device device) {
  const TrainerConfig& trainer = experiment.trainer();
  TrainOptions options;
  options.epochs = trainer.epochs();
  if (trainer.has_max_steps()) options.max_steps = trainer.max_steps();
  options.seed = experiment.seed();
  options.base_learning_rate = BaseLearningRate(experiment.optimizer());
  if (trainer.has_clip_gradient_norm()) options.clip_gradient_norm = trainer.clip_gradient_norm();
  options.select_by = experiment.evaluation().select_by();
  options.device = device;
  return options;
}

absl::Status BuildBatches(const Experiment& experiment, Stages* stages) {
  ResidentBatchSource::Options options;
  options.batch_size = experiment.loader().batch_size();
  options.shuffle = experiment.loader().shuffle();
  options.drop_last = experiment.loader().drop_last();
  options.seed = experiment.seed();
  stages->train_batches = std::make_unique<ResidentBatchSource>(stages->index, Split::kTrain, options);
  if (stages->train_batches->batches_per_epoch() == 0) {
    return DataError(absl::StrCat("the training split has ", stages->index.RecordsOf(Split::kTrain).size(),
                                  " samples, loader.batch_size is ", options.batch_size,
                                  " and loader.drop_last leaves no batch; lower batch_size or write drop_last: false"));
  }
  stages->validation_batches = stages->EvaluationBatches(Split::kValidation, experiment.evaluation());
  stages->test_batches = stages->EvaluationBatches(Split::kTest, experiment.evaluation());
  return absl::OkStatus();
}

// A batch norm in training divides by the spread of its channel's values in the batch: one value has none.
absl::Status CheckBatchNorms(const Experiment& experiment, const Stages& stages, const RunLength& length) {
  const int64_t batch_size = experiment.loader().batch_size();
  const int64_t samples = stages.index.RecordsOf(Split::kTrain).size();
  const bool reaches_last = length.total_steps >= stages.train_batches->batches_per_epoch();
  const bool last_has_one = samples % batch_size == 1 && !experiment.loader().drop_last() && reaches_last;
  if (batch_size > 1 && !last_has_one) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers,
                        InferModel(experiment.model(), stages.index.shape, stages.index.classes.size()));
  const InferredLayer* batch_norm = FindBatchNormOfSingleValues(layers);
  if (batch_norm == nullptr) return absl::OkStatus();
  const std::string what =
      absl::StrCat(batch_norm->place, " gets ", batch_norm->input.ToString(), " a sample, so it needs training batches ",
                   "of 2 samples or more; loader.batch_size is ", batch_size);
  if (batch_size == 1) return DataError(absl::StrCat(what, "; raise it"));
  return DataError(absl::StrCat(what, " and leaves a last batch of 1 of the ", samples,
                                " samples; write loader { drop_last: true } or another batch_size"));
}

absl::Status BuildModel(const Experiment& experiment, ModelAndData* stages) {
  at::manual_seed(StepSeed(experiment.seed(), RngStream::kInitialisation, /*step=*/0));
  MICA_ASSIGN_OR_RETURN(stages->model, CreateClassifier(experiment.model(), stages->index.shape, stages->index.classes.size()));
  return GuardTorch("moving the model to its device", [&] {
    stages->model->to(stages->device);
    stages->parameters = std::make_unique<FlatParameters>(*stages->model);
  });
}

absl::Status BuildModelAndData(const Experiment& experiment, DatasetIndex index, ModelAndData* stages) {
  MICA_ASSIGN_OR_RETURN(stages->device, ResolveDevice(experiment.device()));
  stages->index = std::move(index);
  MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> layers,
                        InferModel(experiment.model(), stages->index.shape, stages->index.classes.size()));
  PrepareDevice(stages->device,
                CpuThreads(experiment.trainer().cpu_threads(), TotalOf(layers).multiply_adds, experiment.loader().batch_size()));
  return BuildModel(experiment, stages);
}

absl::Status LoadInitialWeights(const InitialWeightsConfig& config, Stages* stages) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadWeightsFile(config.weights_file()));
  LoadWeightsRules rules;
  rules.reinitialise.assign(config.reinitialise().begin(), config.reinitialise().end());
  rules.ignore.assign(config.ignore().begin(), config.ignore().end());
  rules.foreign = true;
  MICA_ASSIGN_OR_RETURN(const LoadedWeights loaded, LoadWeights(stored.arrays, stored.path, WeightsOf(*stages->model), rules));
  stages->initial_weights = InitialWeights{stored.path, FormatFingerprint(Fingerprint(*stored.bytes)), loaded};
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<BatchSource> ModelAndData::EvaluationBatches(Split split, const EvaluationConfig& config) const {
  ResidentBatchSource::Options options;
  options.batch_size = config.batch_size();
  auto source = std::make_unique<ResidentBatchSource>(index, split, options);
  if (source->samples_per_epoch() == 0) return nullptr;
  return source;
}

absl::StatusOr<PredictionTable> ModelAndData::Predict(BatchSource& batches) {
  return Evaluate(*model, batches, index.classes.size(), device);
}

absl::StatusOr<std::unique_ptr<Stages>> BuildStages(const Experiment& experiment, DatasetIndex index) {
  auto stages = std::make_unique<Stages>();
  MICA_RETURN_IF_ERROR(BuildModelAndData(experiment, std::move(index), stages.get()));
  MICA_RETURN_IF_ERROR(BuildBatches(experiment, stages.get()));
  const ModelConfig& model = experiment.model();
  if (model.has_initial_weights()) MICA_RETURN_IF_ERROR(LoadInitialWeights(model.initial_weights(), stages.get()));

  MICA_ASSIGN_OR_RETURN(std::unique_ptr<Loss> loss, CreateLoss(experiment.loss()));
  stages->supervised_term = std::make_unique<SupervisedTerm>(std::move(loss));
  absl::StatusOr<std::unique_ptr<Optimizer>> optimizer = absl::InternalError("the optimizer was not made");
  MICA_RETURN_IF_ERROR(
      GuardTorch("making the optimizer", [&] { optimizer = CreateOptimizer(experiment.optimizer(), stages->parameters.get()); }));
  MICA_ASSIGN_OR_RETURN(stages->optimizer, std::move(optimizer));

  stages->train_options = TrainOptionsOf(experiment, stages->device);
  const RunLength length = LengthOfRun(stages->train_options, *stages->train_batches);
  MICA_RETURN_IF_ERROR(CheckBatchNorms(experiment, *stages, length));
  MICA_ASSIGN_OR_RETURN(LrSchedule schedule, CreateLrSchedule(experiment.schedule(), length));
  stages->schedule = std::make_unique<LrSchedule>(std::move(schedule));
  return stages;
}

absl::StatusOr<std::unique_ptr<ModelAndData>> BuildModelAndData(const Experiment& experiment, DatasetIndex index) {
  auto model_and_data = std::make_unique<ModelAndData>();
  MICA_RETURN_IF_ERROR(BuildModelAndData(experiment, std::move(index), model_and_data.get()));
  return model_and_data;
}

}  // namespace mica
