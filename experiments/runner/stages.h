// The composition root: every stage of an experiment, made from its config and wired to the others. The only place that knows concrete
// kinds.
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Stages> stages, BuildStages(experiment, std::move(index)));
#ifndef MICA_EXPERIMENTS_RUNNER_STAGES_H_
#define MICA_EXPERIMENTS_RUNNER_STAGES_H_

#include <c10/core/Device.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/experiment.pb.h"
#include "models/classifier.h"
#include "models/load_weights.h"
#include "training/loop/loss_term.h"
#include "training/loop/train.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer.h"

namespace mica {

// What evaluation needs.
struct ModelAndData {
  c10::Device device = c10::kCPU;
  DatasetIndex index;
  std::shared_ptr<Classifier> model;           // initialised, on the device
  std::unique_ptr<FlatParameters> parameters;  // evaluation too needs their memory layout: another could change a sum's last bits

  // The samples of a split in the order of their ids; null where it has none.
  std::unique_ptr<BatchSource> EvaluationBatches(Split split, const EvaluationConfig& config) const;

  absl::StatusOr<PredictionTable> Predict(BatchSource& batches);
};

struct InitialWeights {
  std::string path;         // absolute
  std::string fingerprint;  // of the file
  LoadedWeights loaded;
};

struct Stages : ModelAndData {
  std::optional<InitialWeights> initial_weights;  // where they came from a file
  std::unique_ptr<BatchSource> train_batches;
  std::unique_ptr<BatchSource> validation_batches;  // null without a validation split
  std::unique_ptr<BatchSource> test_batches;        // null without a test split
  std::unique_ptr<LossTerm> supervised_term;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<LrSchedule> schedule;
  TrainOptions train_options;
};

// `experiment` is resolved and valid (load_experiment.h), `index` that of its data set. Opens the file of initial weights. Config errors
// end with exit code 2, data that does not go with the experiment with 3, a weights file that cannot be used with 4.
absl::StatusOr<std::unique_ptr<Stages>> BuildStages(const Experiment& experiment, DatasetIndex index);

// Without what only training needs, and with random weights: the caller puts a checkpoint's into the model.
absl::StatusOr<std::unique_ptr<ModelAndData>> BuildModelAndData(const Experiment& experiment, DatasetIndex index);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_STAGES_H_
