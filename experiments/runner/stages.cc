#include "experiments/runner/stages.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "data/loader/resident_batch_source.h"
#include "experiments/runner/device.h"
#include "models/layers/batch_norm_check.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/model_layers.h"
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
  if (trainer.has_early_stop()) options.patience_epochs = trainer.early_stop().patience_epochs();
  options.select_by = experiment.evaluation().select_by();
  options.device = device;
  return options;
}

absl::StatusOr<InferredModel> Infer(const Experiment& experiment, const ImageShape& shape, int num_classes) {
  return InferModel(experiment.model(), {shape.channels, shape.height_px, shape.width_px}, num_classes);
}

absl::StatusOr<BuiltModel> BuildInferred(const Experiment& experiment, const InferredModel& inferred) {
  const auto start = std::chrono::steady_clock::now();
  BuiltModel model;
  MICA_ASSIGN_OR_RETURN(model.device, ResolveDevice(experiment.device()));
  PrepareDevice(model.device,
                CpuThreads(experiment.trainer().cpu_threads(), TotalOf(inferred.layers).multiply_adds, experiment.loader().batch_size()));
  at::manual_seed(StepSeed(experiment.seed(), RngStream::kInitialisation, /*step=*/0));
  MICA_ASSIGN_OR_RETURN(model.classifier, CreateClassifier(inferred));
  MICA_RETURN_IF_ERROR(GuardTorch("moving the model to its device", [&] {
    model.classifier->to(model.device);
    model.parameters = std::make_unique<FlatParameters>(*model.classifier);
  }));
  VLOG(1) << "model_built parameters=" << CountParameters(*model.classifier) << " device=" << model.device
          << " cpu_threads=" << at::get_num_threads() << " seconds=" << ElapsedSeconds(start);
  return model;
}

absl::StatusOr<std::unique_ptr<BatchSource>> TrainBatches(const Experiment& experiment, const DatasetIndex& index) {
  ResidentBatchSource::Options options;
  options.batch_size = experiment.loader().batch_size();
  options.shuffle = experiment.loader().shuffle();
  options.drop_last = experiment.loader().drop_last();
  options.seed = experiment.seed();
  auto batches = std::make_unique<ResidentBatchSource>(index, Split::kTrain, options);
  if (batches->batches_per_epoch() == 0) {
    return WithFields(
        DataError(absl::StrCat("the training split has ", index.RecordsOf(Split::kTrain).size(), " samples, loader.batch_size is ",
                               options.batch_size, " and loader.drop_last leaves no batch; lower batch_size or write drop_last: false")),
        {"loader.drop_last"});
  }
  return batches;
}

absl::StatusOr<InitialWeights> TryInitialWeights(const InitialWeightsConfig& config, const Classifier& model) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadWeightsFile(config.weights_file()));
  LoadWeightsRules rules;
  rules.reinitialise.assign(config.reinitialise().begin(), config.reinitialise().end());
  rules.ignore.assign(config.ignore().begin(), config.ignore().end());
  rules.foreign = true;
  MICA_ASSIGN_OR_RETURN(const LoadedWeights loaded, LoadWeights(stored.arrays, stored.path, WeightsOf(model), rules));
  return InitialWeights{stored.path, FormatFingerprint(Fingerprint(*stored.bytes)), loaded};
}

absl::StatusOr<InitialWeights> LoadInitialWeights(const InitialWeightsConfig& config, const Classifier& model) {
  absl::StatusOr<InitialWeights> weights = TryInitialWeights(config, model);
  if (!weights.ok()) return WithFields(weights.status(), {"model.initial_weights.weights_file"});
  return weights;
}

TrainingBatches BatchesOf(const Experiment& experiment, const DatasetIndex& index, const RunLength& length) {
  TrainingBatches batches;
  batches.batch_size = experiment.loader().batch_size();
  batches.samples = static_cast<int64_t>(index.RecordsOf(Split::kTrain).size());
  batches.drop_last = experiment.loader().drop_last();
  batches.reaches_last_batch = length.total_steps >= length.steps_per_epoch;
  return batches;
}

}  // namespace

std::unique_ptr<BatchSource> EvaluationBatches(const DatasetIndex& index, Split split, const EvaluationConfig& config) {
  const std::vector<int64_t> labelled = index.CountsOf(split);
  if (std::all_of(labelled.begin(), labelled.end(), [](int64_t count) { return count == 0; })) return nullptr;
  ResidentBatchSource::Options options;
  options.batch_size = config.batch_size();
  return std::make_unique<ResidentBatchSource>(index, split, options);
}

absl::StatusOr<BuiltModel> BuildModel(const Experiment& experiment, const ImageShape& image_shape, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, Infer(experiment, image_shape, num_classes));
  return BuildInferred(experiment, inferred);
}

absl::StatusOr<TrainingPlan> PlanTraining(const Experiment& experiment, const DatasetIndex& index) {
  if (!index.IsRaw()) {
    return WithFields(
        ConfigError("dataset: its samples are pictures (JPEG, PNG, …), which this version of mica indexes and checks, but does "
                    "not train on; it trains on raw pixels: dataset { idx { … } } or dataset { cifar { … } }"),
        {"dataset"});
  }
  TrainingPlan plan;
  MICA_ASSIGN_OR_RETURN(plan.train_batches, TrainBatches(experiment, index));
  MICA_ASSIGN_OR_RETURN(plan.model, Infer(experiment, plan.train_batches->image_shape(), index.classes.size()));
  MICA_ASSIGN_OR_RETURN(const c10::Device device, ResolveDevice(experiment.device()));
  plan.train_options = TrainOptionsOf(experiment, device);
  plan.length = LengthOfRun(plan.train_options, *plan.train_batches);
  MICA_RETURN_IF_ERROR(CheckBatchNorms(plan.model.layers, BatchesOf(experiment, index, plan.length)));
  MICA_ASSIGN_OR_RETURN(LrSchedule schedule, CreateLrSchedule(experiment.schedule(), plan.length));
  plan.schedule = std::make_unique<LrSchedule>(std::move(schedule));
  return plan;
}

absl::Status CheckInitialWeights(const Experiment& experiment, const TrainingPlan& plan) {
  if (!experiment.model().has_initial_weights()) return absl::OkStatus();
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildInferred(experiment, plan.model));
  return LoadInitialWeights(experiment.model().initial_weights(), *model.classifier).status();
}

absl::StatusOr<Stages> BuildStages(const Experiment& experiment, const DatasetIndex& index) {
  MICA_ASSIGN_OR_RETURN(TrainingPlan plan, PlanTraining(experiment, index));
  Stages stages;
  stages.train_batches = std::move(plan.train_batches);
  stages.validation_batches = EvaluationBatches(index, Split::kValidation, experiment.evaluation());
  stages.test_batches = EvaluationBatches(index, Split::kTest, experiment.evaluation());
  stages.train_options = plan.train_options;
  stages.schedule = std::move(plan.schedule);

  MICA_ASSIGN_OR_RETURN(stages.model, BuildInferred(experiment, plan.model));
  if (experiment.model().has_initial_weights()) {
    MICA_ASSIGN_OR_RETURN(stages.initial_weights, LoadInitialWeights(experiment.model().initial_weights(), *stages.model.classifier));
  }
  MICA_ASSIGN_OR_RETURN(std::unique_ptr<Loss> loss, CreateLoss(experiment.loss()));
  stages.supervised_term = std::make_unique<SupervisedTerm>(std::move(loss));
  absl::StatusOr<std::unique_ptr<Optimizer>> optimizer = absl::InternalError("the optimizer was not made");
  MICA_RETURN_IF_ERROR(
      GuardTorch("making the optimizer", [&] { optimizer = CreateOptimizer(experiment.optimizer(), stages.model.parameters.get()); }));
  MICA_ASSIGN_OR_RETURN(stages.optimizer, std::move(optimizer));
  return stages;
}

}  // namespace mica
