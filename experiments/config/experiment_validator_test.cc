#include "experiments/config/experiment_validator.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/config/validation_table.h"

namespace mica {
namespace {

void ValidateAt(const Experiment& experiment, absl::string_view /*path*/, ConfigProblems* problems) {
  ValidateExperiment(experiment, problems);
}

const ValidationTable<Experiment> kTable(ValidateAt, "");

// What every experiment needs, except for the parts that the rows write themselves.
const char kStages[] = "dataset { idx {} } model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 1 } } ";

std::string Named(const std::string& rest) {
  return std::string(kStages) + "schedule { constant {} } trainer { epochs: 3 } " + rest;
}
std::string Scheduled(const std::string& rest) {
  return std::string(kStages) + "name: 'x' " + rest;
}
std::string Evaluated(const std::string& dataset, const std::string& evaluation) {
  return "name: 'x' dataset { " + dataset + " } model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 1 } } " +
         "schedule { constant {} } trainer { epochs: 3 } evaluation { " + evaluation + " }";
}

TEST(ExperimentValidatorTest, AcceptsWhatIsComplete) {
  kTable.ExpectValid(Named("name: 'a-Z_0.9'"));
  kTable.ExpectValid(Named("name: 'lr 0.1, käse'"));
  kTable.ExpectValid(Scheduled("schedule { cosine {} warmup { steps: 9 } } trainer { epochs: 1 max_steps: 10 }"));
  kTable.ExpectValid(Scheduled("schedule { step { every_epochs: 2 } warmup { epochs: 2.5 } } trainer { epochs: 3 }"));
  kTable.ExpectValid(Scheduled("schedule { step { every_epochs: 2 gamma: 0.1 } } trainer { epochs: 76 }"));
  kTable.ExpectValid(Evaluated("idx {} validation_fraction: 0.1", "select_by: VAL_LOSS"));
}

TEST(ExperimentValidatorTest, RequiresANameThatIsAFolder) {
  const std::string rule = "name must be 1 to 100 bytes long";
  kTable.ExpectErrors({{Named(""), "name is required"},
                       {Named("name: '../x'"), rule},
                       {Named("name: '.x'"), rule},
                       {Named("name: 'a\\nb'"), rule},
                       {Named("name: '" + std::string(101, 'a') + "'"), rule}});
}

TEST(ExperimentValidatorTest, RefusesTheSentinelOfDevices) {
  kTable.ExpectErrors({{Named("name: 'x' device: DEVICE_UNSPECIFIED"), "device must be one of AUTO, CPU, CUDA"}});
}

TEST(ExperimentValidatorTest, AWarmupMustBeShorterThanTheRun) {
  kTable.ExpectErrors({{Scheduled("schedule { constant {} warmup { steps: 200 } } trainer { epochs: 9 max_steps: 200 }"),
                        "schedule.warmup.steps is 200, but the run has at most 200 steps; lower it below that or raise trainer.max_steps"},
                       {Scheduled("schedule { constant {} warmup { epochs: 3.5 } } trainer { epochs: 3 }"),
                        "schedule.warmup.epochs is 3.5, but the run has 3 epochs; lower it below that or raise trainer.epochs"}});
}

TEST(ExperimentValidatorTest, ViewsOfTestTimeAugmentationNeedRandomTransforms) {
  const std::string views = "evaluation { test_time_augmentation { views: 2 ";
  const std::string none = "evaluation.test_time_augmentation has no transforms, and train_transforms do nothing at random";
  kTable.ExpectErrors(
      {{Named("name: 'a' " + views + "} }"), none},
       {Named("name: 'a' train_transforms { resize { short_side_px: 8 } } " + views + "} }"), none},
       {Named("name: 'a' train_transforms { horizontal_flip {} } " + views + "transforms { center_crop { size_px: 8 } } } }"),
        "evaluation.test_time_augmentation.transforms do nothing at random"}});
  kTable.ExpectValid(Named("name: 'a' " + views + "transforms { horizontal_flip {} } } }"));
  kTable.ExpectValid(Named("name: 'a' train_transforms { horizontal_flip {} } " + views + "} }"));
}

std::string Grouped(const std::string& freeze, const std::string& initial_weights = "") {
  return "name: 'x' dataset { idx {} } model { linear {} " + initial_weights + " } loss { cross_entropy {} } optimizer { " +
         "sgd { learning_rate: 1 } group { name: 'a' pattern: 'fc' freeze { " + freeze + " } } group { name: 'b' rest: true } } " +
         "schedule { constant {} } trainer { epochs: 3 }";
}

TEST(ExperimentValidatorTest, FrozenGroupsAreJudgedByTheRunAndTheWeights) {
  kTable.ExpectValid(Grouped("epochs: 2"));
  kTable.ExpectValid(Grouped("", "initial_weights { weights_file: 'w.safetensors' }"));
  kTable.ExpectWarnings({{Grouped("epochs: 3"), "optimizer.group[0].freeze.epochs is not below trainer.epochs"},
                         {Grouped(""), "optimizer.group[0].freeze keeps random weights as they are"}});
}

TEST(ExperimentValidatorTest, APlateauOfTheValidationLossNeedsAValidationSplit) {
  const auto experiment = [](const std::string& schedule, const std::string& dataset) {
    return "name: 'x' dataset { idx {} " + dataset + " } model { linear {} } loss { cross_entropy {} } " +
           "optimizer { sgd { learning_rate: 1 } } schedule { " + schedule + " } trainer { epochs: 3 }";
  };
  kTable.ExpectErrors(
      {{experiment("plateau { patience_epochs: 0 }", ""), "schedule.plateau.watch is VAL_LOSS, which needs a validation split"}});
  kTable.ExpectValid(experiment("plateau { patience_epochs: 0 watch: TRAIN_LOSS }", ""));
  kTable.ExpectValid(experiment("plateau { patience_epochs: 0 }", "validation_fraction: 0.1"));
  kTable.ExpectWarnings({{experiment("plateau { patience_epochs: 1 }", "validation_fraction: 0.1"),
                          "schedule.plateau.patience_epochs is 1, so the learning rate could change after epoch 3 at the earliest, and the "
                          "run has 3"}});
}

TEST(ExperimentValidatorTest, WarnsOfFieldsWithoutEffect) {
  kTable.ExpectWarnings(
      {{Evaluated("idx {}", "select_by: VAL_LOSS"), "evaluation.select_by has no effect"},
       {Evaluated("idx { test_images: '' test_labels: '' }", "test_each_epoch: true"), "evaluation.test_each_epoch has no effect"},
       {Scheduled("schedule { step { every_steps: 5 } } trainer { epochs: 9 max_steps: 5 }"), "schedule.step.every_steps is not below"},
       {Scheduled("schedule { step { every_epochs: 9 } } trainer { epochs: 9 }"), "schedule.step.every_epochs is not below"},
       {Scheduled("schedule { step { every_epochs: 2 gamma: 0.1 } } trainer { epochs: 90 }"),
        "schedule.step.gamma is 0.1: after 76 epochs the rate is below 1.2e-38 times learning_rate and nothing more is learned"},
       {Scheduled("schedule { exponential { every_steps: 1 gamma: 0.01 } } trainer { epochs: 9 max_steps: 20 }"),
        "schedule.exponential.gamma is 0.01: after 19 steps"},
       {Scheduled("schedule { cosine { length_epochs: 2 } } trainer { epochs: 3 }"),
        "schedule.cosine.length_epochs is shorter than the run"}});
}

}  // namespace
}  // namespace mica
