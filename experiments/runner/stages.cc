#include "experiments/runner/stages.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/available_memory.h"
#include "base/elapsed.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "data/loader/batch_source_factory.h"
#include "data/loader/mixing_batch_source.h"
#include "eval/evaluator/evaluator.h"
#include "eval/metrics/extra_metric_names.h"
#include "experiments/runner/device.h"
#include "experiments/runner/memory_check.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/model_parameters.h"
#include "experiments/runner/test_views.h"
#include "models/layers/batch_norm_check.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/model_layers.h"
#include "training/loss/loss.h"
#include "training/optim/base_learning_rate.h"

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
  options.extra_metrics = ExtraMetricNames(experiment.evaluation().metrics());
  options.device = device;
  return options;
}

// Without groups of a plan all parameters train.
absl::StatusOr<BuiltModel> BuildInferred(const Experiment& experiment, const InferredModel& inferred,
                                         absl::Span<const PlannedGroup> groups = {}) {
  const auto start = std::chrono::steady_clock::now();
  BuiltModel model;
  MICA_ASSIGN_OR_RETURN(model.device, ResolveDevice(experiment.device()));
  PrepareDevice(model.device,
                CpuThreads(experiment.trainer().cpu_threads(), TotalOf(inferred.layers).multiply_adds, experiment.loader().batch_size()));
  at::manual_seed(StepSeed(experiment.seed(), RngStream::kInitialisation, /*step=*/0));
  MICA_ASSIGN_OR_RETURN(model.classifier, CreateClassifier(inferred));
  MICA_RETURN_IF_ERROR(GuardTorch("moving the model to its device", [&] {
    model.classifier->to(model.device);
    model.parameters = std::make_unique<FlatParameters>(*model.classifier, groups);
  }));
  VLOG(1) << "model_built parameters=" << CountParameters(*model.classifier) << " device=" << model.device
          << " cpu_threads=" << at::get_num_threads() << " seconds=" << ElapsedSeconds(start);
  return model;
}

absl::StatusOr<BatchSourceInputs> InputsOf(const Experiment& experiment, const DatasetIndex& index,
                                           std::shared_ptr<DecodedPictures> cache) {
  MICA_ASSIGN_OR_RETURN(const c10::Device device, ResolveDevice(experiment.device()));
  return BatchSourceInputs{index, experiment.decode(), experiment.loader(), experiment.seed(), device, std::move(cache)};
}

absl::Status NoTrainBatch(const LoaderConfig& loader, int64_t samples_of_split) {
  if (samples_of_split == 0) return DataError("the training split has no samples; nothing can be trained");
  const std::string samples = samples_of_split < loader.batch_size() ? absl::StrCat("the training split has ", samples_of_split, " samples")
                                                                     : "samples_per_epoch is less than a batch";
  return WithFields(DataError(absl::StrCat(samples, ", loader.batch_size is ", loader.batch_size(),
                                           " and loader.drop_last leaves no batch; lower batch_size or write drop_last: false")),
                    {"loader.drop_last"});
}

absl::StatusOr<std::unique_ptr<BatchSource>> TrainBatches(const Experiment& experiment, const DatasetIndex& index,
                                                          std::shared_ptr<DecodedPictures> cache) {
  MICA_ASSIGN_OR_RETURN(const BatchSourceInputs inputs, InputsOf(experiment, index, std::move(cache)));
  const ViewTransforms view = {&experiment.train_transforms(), "train_transforms"};
  MICA_ASSIGN_OR_RETURN(std::unique_ptr<BatchSource> batches, CreateTrainBatches(inputs, {&view, 1}));
  if (batches->batches_per_epoch() == 0) {
    return NoTrainBatch(experiment.loader(), static_cast<int64_t>(index.RecordsOf(Split::kTrain).size()));
  }
  if (experiment.batch_mixing().kind_case() == BatchMixingConfig::KIND_NOT_SET) return batches;
  return std::make_unique<MixingBatchSource>(std::move(batches), experiment.batch_mixing(), index.classes.size(), experiment.seed());
}

absl::Status CheckEvaluationShape(const Experiment& experiment, const DatasetIndex& index, const TrainingPlan& plan) {
  for (const Split split : {Split::kValidation, Split::kTest}) {
    MICA_ASSIGN_OR_RETURN(const std::unique_ptr<BatchSource> batches, EvaluationBatches(experiment, index, split, nullptr));
    if (batches == nullptr) continue;
    const ImageShape trained = plan.train_batches->image_shape(), evaluated = batches->image_shape();
    if (evaluated == trained) return absl::OkStatus();
    if (FitsImages(experiment, plan.model, evaluated, index.classes.size())) return absl::OkStatus();
    return WithFields(ConfigError(absl::StrCat("eval_transforms: give images of ", evaluated.ToString(), ", but train_transforms give ",
                                               trained.ToString(), ", and the model's weights fit one size alone; make both the same")),
                      {"eval_transforms"});
  }
  return absl::OkStatus();
}

absl::Status CheckWatchedLoss(const ScheduleConfig& schedule, const DatasetIndex& index) {
  if (!schedule.has_plateau() || schedule.plateau().watch() != PlateauScheduleConfig::VAL_LOSS) return absl::OkStatus();
  if (index.HasLabels(Split::kValidation)) return absl::OkStatus();
  return WithFields(ConfigError("schedule.plateau.watch: is VAL_LOSS, but the validation split has no labelled sample; set "
                                "dataset.validation_fraction, or write watch: TRAIN_LOSS"),
                    {"schedule.plateau.watch"});
}

// The batch norms that keep their statistics for the whole run.
std::set<std::string> NeverUpdated(const ParameterPlan& plan) {
  std::set<std::string> layers;
  for (const FixedBatchNorm& norm : plan.fixed_batch_norms) {
    if (norm.until_step == kNeverTrains) layers.insert(norm.layer);
  }
  return layers;
}

TrainingBatches BatchesOf(const Experiment& experiment, const BatchSource& train_batches, const RunLength& length) {
  TrainingBatches batches;
  batches.batch_size = experiment.loader().batch_size();
  batches.samples = train_batches.samples_per_epoch();
  batches.drop_last = experiment.loader().drop_last();
  batches.reaches_last_batch = length.total_steps >= length.steps_per_epoch;
  return batches;
}

LargestBatches LargestOf(const Experiment& experiment, const DatasetIndex& index, const BatchSource& train_batches) {
  size_t evaluated = 0;
  for (const Split split : {Split::kValidation, Split::kTest}) {
    if (index.HasLabels(split)) evaluated = std::max(evaluated, index.RecordsOf(split).size());
  }
  return {std::min<int64_t>(experiment.loader().batch_size(), train_batches.samples_per_epoch()),
          std::min({int64_t{experiment.evaluation().batch_size()}, static_cast<int64_t>(evaluated), kImagesOfCpuPass})};
}

// What a user can do about pictures for which the weights do not fit. "" if their shape is that of training.
std::string OtherShapeHint(const CheckpointReport& manifest, const ImageShape& image_shape) {
  const ImageShape trained = {manifest.images().channels(), manifest.images().height_px(), manifest.images().width_px()};
  if (!manifest.has_images() || trained == image_shape) return "";
  return absl::StrCat("; the run was trained on ", trained.ToString(),
                      ": give it pictures of that size, or train one whose eval_transforms resize");
}

}  // namespace

absl::StatusOr<std::unique_ptr<BatchSource>> EvaluationBatches(const Experiment& experiment, const DatasetIndex& index, Split split,
                                                               std::shared_ptr<DecodedPictures> cache) {
  if (!index.HasLabels(split)) return nullptr;
  MICA_ASSIGN_OR_RETURN(const BatchSourceInputs inputs, InputsOf(experiment, index, std::move(cache)));
  return CreateEvaluationBatches(inputs, {&experiment.eval_transforms(), "eval_transforms"}, split, experiment.evaluation().batch_size());
}

absl::StatusOr<BuiltModel> BuildModel(const Experiment& experiment, const InferredModel& inferred) {
  MICA_RETURN_IF_ERROR(CheckWeightsMemory(experiment, inferred, TotalMemoryBytes()));
  return BuildInferred(experiment, inferred);
}

absl::StatusOr<BuiltModel> BuildModel(const Experiment& experiment, const ImageShape& image_shape, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(experiment, image_shape, num_classes));
  return BuildModel(experiment, inferred);
}

absl::StatusOr<BuiltModel> BuildTrainedModel(const Experiment& experiment, const Checkpoint& checkpoint, const ImageShape& image_shape) {
  MICA_ASSIGN_OR_RETURN(BuiltModel model, BuildModel(experiment, image_shape, checkpoint.manifest.class_names_size()));
  const absl::Status fits = LoadWeights(checkpoint.model().arrays, checkpoint.model().path, WeightsOf(*model.classifier)).status();
  if (fits.ok()) return model;
  return WithMessage(fits, absl::StrCat(fits.message(), "; the images come out as ", image_shape.ToString(), " (channels x height x width)",
                                        OtherShapeHint(checkpoint.manifest, image_shape)));
}

absl::StatusOr<BuiltModel> BuildInitialModel(const Experiment& experiment, const ImageShape& image_shape, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(experiment, image_shape, num_classes));
  MICA_ASSIGN_OR_RETURN(BuiltModel model, BuildModel(experiment, inferred));
  if (!experiment.model().has_initial_weights()) return model;
  MICA_RETURN_IF_ERROR(LoadInitialWeights(experiment.model(), inferred, *model.classifier).status());
  return model;
}

absl::StatusOr<BuiltModel> BuildModelOf(const ModelSubject& subject, const ImageShape& image_shape) {
  if (subject.checkpoint == nullptr) return BuildInitialModel(subject.experiment, image_shape, subject.num_classes);
  return BuildTrainedModel(subject.experiment, *subject.checkpoint, image_shape);
}

absl::StatusOr<TrainingPlan> PlanTraining(const Experiment& experiment, const DatasetIndex& index, std::shared_ptr<DecodedPictures> cache) {
  TrainingPlan plan;
  MICA_ASSIGN_OR_RETURN(plan.train_batches, TrainBatches(experiment, index, std::move(cache)));
  MICA_ASSIGN_OR_RETURN(plan.model, InferModelFor(experiment, plan.train_batches->image_shape(), index.classes.size()));
  MICA_ASSIGN_OR_RETURN(const c10::Device device, ResolveDevice(experiment.device()));
  plan.train_options = TrainOptionsOf(experiment, device);
  plan.length = LengthOfRun(plan.train_options, *plan.train_batches);
  MICA_RETURN_IF_ERROR(CheckEvaluationShape(experiment, index, plan));
  if (device.is_cpu()) {
    MICA_RETURN_IF_ERROR(
        CheckTrainingMemory(experiment, plan.model, LargestOf(experiment, index, *plan.train_batches), TotalMemoryBytes()));
  }
  MICA_RETURN_IF_ERROR(CheckTestViews(experiment, index));
  MICA_RETURN_IF_ERROR(CheckWatchedLoss(experiment.schedule(), index));
  MICA_ASSIGN_OR_RETURN(plan.parameters,
                        PlanParameters(experiment.optimizer(), ParametersOf(plan.model.layers), plan.length.steps_per_epoch));
  MICA_RETURN_IF_ERROR(
      CheckBatchNorms(plan.model.layers, NeverUpdated(plan.parameters), BatchesOf(experiment, *plan.train_batches, plan.length)));
  MICA_ASSIGN_OR_RETURN(LrSchedule schedule, CreateLrSchedule(experiment.schedule(), plan.length));
  plan.schedule = std::make_unique<LrSchedule>(std::move(schedule));
  return plan;
}

absl::StatusOr<std::optional<InitialWeights>> CheckInitialWeights(const Experiment& experiment, const TrainingPlan& plan) {
  if (!experiment.model().has_initial_weights()) return std::nullopt;
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildInferred(experiment, plan.model));
  MICA_ASSIGN_OR_RETURN(InitialWeights weights, LoadInitialWeights(experiment.model(), plan.model, *model.classifier));
  return weights;
}

absl::StatusOr<Stages> BuildStages(const Experiment& experiment, const DatasetIndex& index, const CacheTalk& talk) {
  // Mistakes are found before minutes are spent on decoding for a cache.
  if (experiment.loader().cache_case() != LoaderConfig::CACHE_NOT_SET) MICA_RETURN_IF_ERROR(PlanTraining(experiment, index).status());
  MICA_ASSIGN_OR_RETURN(const auto cache, OpenDecodedPictures(experiment.loader(), index, experiment.decode(), talk));
  MICA_ASSIGN_OR_RETURN(TrainingPlan plan, PlanTraining(experiment, index, cache));
  Stages stages;
  stages.train_batches = std::move(plan.train_batches);
  MICA_ASSIGN_OR_RETURN(stages.validation_batches, EvaluationBatches(experiment, index, Split::kValidation, cache));
  MICA_ASSIGN_OR_RETURN(stages.test_batches, EvaluationBatches(experiment, index, Split::kTest, cache));
  stages.train_options = plan.train_options;
  stages.schedule = std::move(plan.schedule);

  stages.parameter_plan = std::move(plan.parameters);
  MICA_ASSIGN_OR_RETURN(stages.model, BuildInferred(experiment, plan.model, stages.parameter_plan.groups));
  if (experiment.model().has_initial_weights()) {
    MICA_ASSIGN_OR_RETURN(stages.initial_weights, LoadInitialWeights(experiment.model(), plan.model, *stages.model.classifier));
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
