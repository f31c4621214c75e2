// The composition root: makes every stage of an experiment from its config and wires it to the
// others. No other code knows concrete kinds.
//   MICA_ASSIGN_OR_RETURN(const Stages stages, BuildStages(experiment, index));
#ifndef MICA_EXPERIMENTS_RUNNER_STAGES_H_
#define MICA_EXPERIMENTS_RUNNER_STAGES_H_

#include <c10/core/Device.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/loader/batch_source.h"
#include "data/loader/decoded_picture_cache.h"
#include "data/loader/decoded_pictures.h"
#include "experiments/experiment.pb.h"
#include "experiments/runner/initial_weights.h"
#include "experiments/runner/model_subject.h"
#include "models/classifier.h"
#include "models/zoo/model_layers.h"
#include "training/checkpoint/checkpoint_reader.h"
#include "training/loop/train.h"
#include "training/loss/loss_term.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer.h"
#include "training/optim/parameter_groups.h"

namespace mica {

// A network that is ready to compute.
struct BuiltModel {
  c10::Device device = c10::kCPU;
  std::shared_ptr<Classifier> classifier;  // initialised, on the device

  // Evaluation needs their memory layout too: another layout could change the last bits of a sum.
  std::unique_ptr<FlatParameters> parameters;
};

// What is known and checked of a training before any weight exists.
struct TrainingPlan {
  std::unique_ptr<BatchSource> train_batches;
  InferredModel model;
  TrainOptions train_options;
  RunLength length;
  ParameterPlan parameters;
  std::unique_ptr<LrSchedule> schedule;
};

struct Stages {
  BuiltModel model;
  std::optional<InitialWeights> initial_weights;  // if they came from a file
  std::unique_ptr<BatchSource> train_batches;
  std::unique_ptr<BatchSource> validation_batches;  // null without a validation split
  std::unique_ptr<BatchSource> test_batches;        // null without a test split
  std::unique_ptr<LossTerm> supervised_term;
  ParameterPlan parameter_plan;  // that of model.parameters
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<LrSchedule> schedule;
  TrainOptions train_options;

  std::vector<LossTerm*> loss_terms() const { return {supervised_term.get()}; }
};

// `experiment` must be resolved and valid (load_experiment.h). `index` must be that of its data
// set; both are borrowed and must outlive the plan. Config errors end with exit code 2, data that
// does not fit the experiment with 3.
absl::StatusOr<TrainingPlan> PlanTraining(const Experiment& experiment, const DatasetIndex& index,
                                          std::shared_ptr<DecodedPictures> cache = nullptr);

// Whether the file of initial weights, if the experiment has one, fits the model: builds the model
// and loads them. A file that cannot be used ends with exit code 4.
absl::StatusOr<std::optional<InitialWeights>> CheckInitialWeights(const Experiment& experiment, const TrainingPlan& plan);

// All of it: the cache of decoded pictures, if there is to be one, PlanTraining, then the model
// with its weights, the optimizer and the other stages.
absl::StatusOr<Stages> BuildStages(const Experiment& experiment, const DatasetIndex& index, const CacheTalk& talk = {});

// The model alone, with random weights that the caller replaces by a
// checkpoint's. Opens no data.
absl::StatusOr<BuiltModel> BuildModel(const Experiment& experiment, const InferredModel& inferred);

// The same for images of this shape.
absl::StatusOr<BuiltModel> BuildModel(const Experiment& experiment, const ImageShape& image_shape, int num_classes);

// The same with the weights of a checkpoint. If they do not fit, the error also says what shape the
// images come out as: pictures from anywhere may have another than the run's.
absl::StatusOr<BuiltModel> BuildTrainedModel(const Experiment& experiment, const Checkpoint& checkpoint, const ImageShape& image_shape);

// BuildModel with the weights that training begins with: those of the experiment's file of initial
// weights, if it has one.
absl::StatusOr<BuiltModel> BuildInitialModel(const Experiment& experiment, const ImageShape& image_shape, int num_classes);

// One of the two.
absl::StatusOr<BuiltModel> BuildModelOf(const ModelSubject& subject, const ImageShape& image_shape);

// The samples of a split in the order of their ids, prepared by eval_transforms; null if none is
// labelled. Experiment and index are borrowed.
absl::StatusOr<std::unique_ptr<BatchSource>> EvaluationBatches(const Experiment& experiment, const DatasetIndex& index, Split split,
                                                               std::shared_ptr<DecodedPictures> cache = nullptr);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_STAGES_H_
