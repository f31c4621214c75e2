// The composition root: every stage of an experiment, made from its config and wired to the others. The only place that knows concrete
// kinds.
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Stages> stages, BuildStages(experiment));
#ifndef MICA_EXPERIMENTS_RUNNER_STAGES_H_
#define MICA_EXPERIMENTS_RUNNER_STAGES_H_

#include <c10/core/Device.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/experiment.pb.h"
#include "models/classifier.h"
#include "training/loop/loss_term.h"
#include "training/loop/train.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer.h"

namespace mica {

struct Stages {
  c10::Device device = c10::kCPU;
  DatasetIndex index;
  std::unique_ptr<BatchSource> train_batches;
  std::unique_ptr<BatchSource> validation_batches;  // null without a validation split
  std::unique_ptr<BatchSource> test_batches;        // null without a test split
  std::shared_ptr<Classifier> model;                // initialised, on the device
  std::unique_ptr<FlatParameters> parameters;
  std::unique_ptr<LossTerm> supervised_term;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<LrSchedule> schedule;
  TrainOptions train_options;

  absl::StatusOr<PredictionTable> Predict(BatchSource& batches);
};

// `experiment` is resolved and valid (load_experiment.h). Opens the data. Config errors end with exit code 2, data errors with 3.
absl::StatusOr<std::unique_ptr<Stages>> BuildStages(const Experiment& experiment);

// The arm of a config that is set: KindName(experiment.optimizer()) == "adamw".
std::string KindName(const google::protobuf::Message& config);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_STAGES_H_
