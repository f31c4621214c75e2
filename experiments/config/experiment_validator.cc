#include "experiments/config/experiment_validator.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "data/augment/transform_draws.h"
#include "data/augment/transform_validation.h"
#include "data/decode/decode_validation.h"
#include "data/index/dataset_format_factory.h"
#include "data/index/dataset_validation.h"
#include "data/loader/batch_mixing_validation.h"
#include "data/loader/loader_validation.h"
#include "eval/evaluator/evaluation_validation.h"
#include "experiments/config/published_preprocessing.h"
#include "models/model_validation.h"
#include "training/checkpoint/checkpoint_validation.h"
#include "training/loop/trainer_validation.h"
#include "training/loss/loss_validation.h"
#include "training/optim/optimizer_validation.h"
#include "training/optim/schedule_validation.h"

namespace mica {
namespace {

void ValidateName(const Experiment& experiment, ConfigProblems* problems) {
  if (experiment.name().empty()) {
    problems->Error("name", "is required: it names the run folder");
  } else if (!IsPlainPathPart(experiment.name())) {
    problems->Error("name",
                    absl::StrCat(kPlainPathPartRule, ", as it names the run folder (got \"", absl::CHexEscape(experiment.name()), "\")"));
  }
}

void ValidateDevice(const Experiment& experiment, ConfigProblems* problems) {
  if (experiment.device() == Experiment::DEVICE_UNSPECIFIED) problems->Error("device", "must be one of AUTO, CPU, CUDA");
}

// What is known of the run's length before the data is opened. Both may be unset.
void ValidateWarmupLength(const Experiment& experiment, ConfigProblems* problems) {
  const WarmupConfig& warmup = experiment.schedule().warmup();
  const TrainerConfig& trainer = experiment.trainer();
  if (warmup.has_steps() && trainer.has_max_steps() && trainer.max_steps() >= 1 && warmup.steps() >= trainer.max_steps()) {
    problems->Error("schedule.warmup.steps", absl::StrCat("is ", warmup.steps(), ", but the run has at most ", trainer.max_steps(),
                                                          " steps; lower it below that or raise trainer.max_steps"));
  }
  if (warmup.has_epochs() && trainer.epochs() >= 1 && warmup.epochs() >= trainer.epochs()) {
    problems->Error("schedule.warmup.epochs", absl::StrCat("is ", FormatNumber(warmup.epochs()), ", but the run has ", trainer.epochs(),
                                                           " epochs; lower it below that or raise trainer.epochs"));
  }
}

// Messages with `every_steps` and `every_epochs`.
template <typename Config>
void WarnOfNoDrop(const Config& config, const TrainerConfig& trainer, ConfigProblems* problems) {
  const bool steps = config.has_every_steps() && trainer.has_max_steps() && config.every_steps() >= trainer.max_steps();
  const bool epochs = config.has_every_epochs() && trainer.epochs() >= 1 && config.every_epochs() >= trainer.epochs();
  if (!steps && !epochs) return;
  problems->Warning(absl::StrCat("schedule.step.every_", steps ? "steps" : "epochs"),
                    "is not below the length of the run, so the learning rate never drops");
}

// The same messages, which multiply the rate by gamma each period: after many of them no 32-bit
// weight moves any more. A run of steps has at least one step an epoch.
template <typename Config>
void WarnOfVanishingRate(const Config& config, const std::string& path, const TrainerConfig& trainer, ConfigProblems* problems) {
  const double gamma = config.gamma();
  if (!(gamma > 0 && gamma < 1)) return;
  const double periods = std::ceil(std::log(std::numeric_limits<float>::min()) / std::log(gamma));
  const bool epochs = config.has_every_epochs();
  const double end = periods * (epochs ? config.every_epochs() : static_cast<double>(config.every_steps()));
  const double length = !epochs && trainer.has_max_steps() ? trainer.max_steps() : trainer.epochs();
  if (!(end > 0 && end < length) || (epochs && trainer.has_max_steps())) return;
  problems->Warning(JoinPath(path, "gamma"),
                    absl::StrCat("is ", FormatNumber(gamma), ": after ", FormatNumber(end), epochs ? " epochs" : " steps",
                                 " the rate is below 1.2e-38 times learning_rate and nothing more is learned; raise gamma, or ",
                                 epochs ? "every_epochs" : "every_steps"));
}

// The first epoch is always a new best.
void WarnOfNoPlateau(const PlateauScheduleConfig& config, const TrainerConfig& trainer, ConfigProblems* problems) {
  if (trainer.epochs() < 1 || config.patience_epochs() + int64_t{2} < trainer.epochs()) return;
  problems->Warning("schedule.plateau.patience_epochs",
                    absl::StrCat("is ", config.patience_epochs(), ", so the learning rate could change after epoch ",
                                 config.patience_epochs() + int64_t{2}, " at the earliest, and the run has ", trainer.epochs()));
}

void WarnOfCosineRise(const CosineScheduleConfig& config, const TrainerConfig& trainer, ConfigProblems* problems) {
  const bool epochs = config.has_length_epochs() && config.length_epochs() < trainer.epochs() && !trainer.has_max_steps();
  if (epochs) problems->Warning("schedule.cosine.length_epochs", "is shorter than the run: the learning rate rises again after it");
}

void ValidateScheduleAgainstRun(const Experiment& experiment, ConfigProblems* problems) {
  const ScheduleConfig& schedule = experiment.schedule();
  ValidateWarmupLength(experiment, problems);
  if (schedule.has_step()) WarnOfNoDrop(schedule.step(), experiment.trainer(), problems);
  if (schedule.has_step()) WarnOfVanishingRate(schedule.step(), "schedule.step", experiment.trainer(), problems);
  if (schedule.has_exponential()) WarnOfVanishingRate(schedule.exponential(), "schedule.exponential", experiment.trainer(), problems);
  if (schedule.has_plateau()) WarnOfNoPlateau(schedule.plateau(), experiment.trainer(), problems);
  if (schedule.has_cosine() && !schedule.has_warmup()) WarnOfCosineRise(schedule.cosine(), experiment.trainer(), problems);
}

void ValidateGroupsAgainstRun(const Experiment& experiment, ConfigProblems* problems) {
  for (int i = 0; i < experiment.optimizer().group_size(); ++i) {
    const ParameterGroupConfig& group = experiment.optimizer().group(i);
    const std::string freeze = absl::StrCat("optimizer.group[", i, "].freeze");
    if (!group.has_freeze()) continue;
    if (group.freeze().has_epochs() && experiment.trainer().epochs() >= 1 && group.freeze().epochs() >= experiment.trainer().epochs()) {
      problems->Warning(JoinPath(freeze, "epochs"), "is not below trainer.epochs, so the group never trains; freeze {} says so");
    }
    if (!group.freeze().has_epochs() && !experiment.model().has_initial_weights()) {
      problems->Warning(freeze, "keeps random weights as they are: model.initial_weights is not set");
    }
  }
}

void ValidateViews(const Experiment& experiment, ConfigProblems* problems) {
  if (!experiment.evaluation().has_test_time_augmentation()) return;
  const TransformList& own = experiment.evaluation().test_time_augmentation().transforms();
  if (IsAnyRandom(own.empty() ? experiment.train_transforms() : own)) return;
  constexpr char kWhy[] = " nothing at random, so all views would be equal; add a random transform, such as horizontal_flip {}";
  if (!own.empty()) {
    problems->Error("evaluation.test_time_augmentation.transforms", absl::StrCat("do", kWhy));
  } else {
    problems->Error("evaluation.test_time_augmentation", absl::StrCat("has no transforms, and train_transforms do", kWhy));
  }
}

void ValidateEvaluationAgainstSplits(const Experiment& experiment, ConfigProblems* problems) {
  const EvaluationConfig& evaluation = experiment.evaluation();
  const DatasetConfig& dataset = experiment.dataset();
  const std::unique_ptr<DatasetFormat> format = CreateDatasetFormat(dataset);
  const auto has = [&](Split split) { return format != nullptr && !format->SourceOf(split).empty(); };
  const bool has_validation = dataset.validation_fraction() > 0 || dataset.has_fold() || has(Split::kValidation);
  const bool has_test = dataset.test_fraction() > 0 || has(Split::kTest);
  if (!has_validation && evaluation.select_by() != EvaluationConfig::default_instance().select_by()) {
    problems->Warning("evaluation.select_by",
                      "has no effect: without a validation split the last checkpoint is reported; set dataset.validation_fraction");
  }
  if (!has_validation && experiment.trainer().has_early_stop()) {
    problems->Error("trainer.early_stop", "needs a validation split to watch; set dataset.validation_fraction, for example 0.1");
  }
  const ScheduleConfig& schedule = experiment.schedule();
  if (!has_validation && schedule.has_plateau() && schedule.plateau().watch() == PlateauScheduleConfig::VAL_LOSS) {
    problems->Error("schedule.plateau.watch",
                    "is VAL_LOSS, which needs a validation split; set dataset.validation_fraction, or write watch: TRAIN_LOSS");
  }
  if (evaluation.test_each_epoch() && !has_test) problems->Warning("evaluation.test_each_epoch", "has no effect: there is no test split");
}

}  // namespace

void ValidateData(const Experiment& experiment, ConfigProblems* problems) {
  ValidateName(experiment, problems);
  ValidateDatasetConfig(experiment.dataset(), "dataset", problems);
  ValidateDecodeConfig(experiment.decode(), "decode", problems);
}

void ValidateBatches(const Experiment& experiment, ConfigProblems* problems) {
  ValidateData(experiment, problems);
  ValidateTransforms(experiment.train_transforms(), "train_transforms", problems);
  ValidateTransforms(experiment.eval_transforms(), "eval_transforms", problems);
  ValidateBatchMixingConfig(experiment.batch_mixing(), "batch_mixing", problems);
  ValidateLoaderConfig(experiment.loader(), "loader", problems);
}

void ValidateExperiment(const Experiment& experiment, ConfigProblems* problems) {
  ValidateBatches(experiment, problems);
  ValidateDevice(experiment, problems);
  ValidateModelConfig(experiment.model(), "model", problems);
  ValidateLossConfig(experiment.loss(), "loss", problems);
  ValidateOptimizerConfig(experiment.optimizer(), "optimizer", problems);
  ValidateScheduleConfig(experiment.schedule(), "schedule", problems);
  ValidateTrainerConfig(experiment.trainer(), "trainer", problems);
  ValidateEvaluationConfig(experiment.evaluation(), "evaluation", problems);
  ValidateCheckpointConfig(experiment.checkpoint(), "checkpoint", problems);
  ValidateScheduleAgainstRun(experiment, problems);
  ValidateGroupsAgainstRun(experiment, problems);
  WarnOfOtherPreprocessing(experiment, problems);
  ValidateEvaluationAgainstSplits(experiment, problems);
  ValidateViews(experiment, problems);
}

}  // namespace mica
