// The part of mica that computes, LibTorch and everything that needs it, as one interface.
//   MICA_ASSIGN_OR_RETURN(ComputeAndData loaded, LoadComputeAndData(experiment));
//   … loaded.compute->RunExperiment(experiment, loaded.index, options, stderr);
// It is a shared library beside the binary, libmica_torch.so, because LibTorch takes 0.2 s to load.
// Verbs that do not compute never load it; the others read their data meanwhile
// (docs/adr/0005-torch-is-loaded-late.md). Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_
#define MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/dataset_index.h"
#include "data/index/image_shape.h"
#include "data/loader/failed_sample.h"
#include "data/survey/picture_facts.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/prediction_table.h"
#include "experiments/config/load_experiment.h"
#include "experiments/experiment.pb.h"
#include "experiments/runner/model_subject.h"
#include "experiments/runner/trained_model.h"
#include "experiments/summary/heat_map.h"
#include "experiments/summary/layer_features.h"
#include "experiments/summary/probed_model.h"
#include "experiments/summary/statistics_table.h"
#include "models/weights/array_view.h"
#include "models/zoo/model_layers.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {

struct RunOptions {
  std::string output_dir;  // absolute
  std::string run_name;    // empty: the time

  // Where progress is shown to people, and told to programs (training/observers/json_progress.h);
  // both are borrowed, null: nowhere.
  FILE* progress = nullptr;
  FILE* json = nullptr;
};

struct TrainResult {
  std::string folder;           // absolute
  std::string final_table;      // for people; empty if interrupted
  std::vector<Metric> metrics;  // the same for programs: "val_loss", "test_accuracy" …
  std::string stopped_early;    // by trainer.early_stop: why; empty if not
  bool interrupted = false;     // by a signal; the checkpoint is written, exit code 75

  // Whether there was a test or validation split to report: predictions.csv and the files of
  // classes.
  bool has_reported_split = false;
  bool has_views = false;            // tta.csv
  bool has_initial_weights = false;  // initial_weights.csv
};

struct EvaluateResult {
  std::string folder;  // absolute
  Split split = Split::kTest;
  int64_t samples = 0;
  std::vector<Split> other_splits;  // those that have labels
  std::string weights;              // for people: "checkpoint step-000001875 (the one that the run reports)"
  std::string final_table;          // for people
  bool has_views = false;           // tta.csv
};

// An experiment that is evaluated with its initial weights.
struct InitialEvaluation {
  Experiment experiment;
  std::string set_fragment;  // that is part of it
  std::vector<std::string> warnings;
  std::string output_dir;  // absolute
};

struct PredictResult {
  PredictionTable predictions;  // in the order of ids
  std::vector<FailedSample> failed;
  int views = 1;  // preparations of each sample whose probabilities were averaged
};

// How long a model's layers take.
struct LayerTimes {
  // Of each layer by its whole name, without the layers in it: the median of the passes. A residual
  // or concat without a name counts with the layer after it.
  std::map<std::string, double> milliseconds;
  double whole_milliseconds = 0;  // of a pass as in evaluation, where layers may be computed together
  int passes = 0;
  int64_t batch_size = 0;
  std::string device;
};

// Each function is the body of a verb. `index` must be that of the experiment's data set. Errors
// about a field of the experiment carry its place.
class ComputeLibrary {
 public:
  virtual ~ComputeLibrary() = default;

  // Checks whether an experiment could run: plans every stage, loads initial weights if there are
  // any, and trains nothing. Returns one line for people, samples, classes, parameters and steps, and
  // below it the table of the optimizer's groups, if there are any.
  virtual absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) const = 0;

  // Trains and writes a run folder. A failed run leaves its folder
  // with state FAILED and everything finished before. Stops after the step during which
  // base/stop_signal.h reports a signal.
  virtual absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index,
                                                    const RunOptions& options) const = 0;

  // Evaluates a checkpoint of a finished run with that run's settings. Writes
  // RUN/evaluations/SPLIT/, or SPLIT-step-000001875/ for a checkpoint that is not the reported one;
  // the run's own files stay as they are. Without a split: test, or validation where there is none.
  // If the data is not the run's, the exit code is 3; if the weights do not fit the model, 4.
  virtual absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split,
                                                     const DatasetIndex& index) const = 0;

  // The same of an experiment with initial weights, without training. Writes
  // OUTPUT_DIR/EXPERIMENT/SPLIT-WEIGHTS/, where WEIGHTS is the beginning of their fingerprint.
  virtual absl::StatusOr<EvaluateResult> EvaluateInitial(const InitialEvaluation& evaluation, std::optional<Split> split,
                                                         const DatasetIndex& index) const = 0;

  // What a model says of the samples of a split, prepared as its experiment evaluates them. Their labels do not count, and neither do the
  // classes of the index, which may come from anywhere. Samples that cannot be prepared are left out. Writes nothing.
  virtual absl::StatusOr<PredictResult> Predict(const ModelSubject& subject, const DatasetIndex& index, Split split) const = 0;

  // Times forward passes in evaluation mode over images of random numbers: about two seconds, but at
  // least three passes.
  virtual absl::StatusOr<LayerTimes> TimeLayers(const Experiment& experiment, const ImageShape& image_shape, int num_classes,
                                                int64_t batch_size) const = 0;

  // What is drawn for each tensor that is trained, and what training begins with: draws by the
  // experiment's initialisation, or its file of weights.
  virtual absl::StatusOr<std::vector<WeightStatistics>> MeasureWeights(const Experiment& experiment, const ImageShape& image_shape,
                                                                       int num_classes) const = 0;

  // The outputs of layers for one picture, the only sample of the split, prepared by
  // eval_transforms. `layers` are names and patterns as ChooseLayers takes them.
  virtual absl::StatusOr<LayerOutputs> ProbeModel(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                                  const std::vector<std::string>& layers) const = 0;

  // Where the model looks, by Grad-CAM (models/grad_cam.h): for each picture of the split the heat
  // map of the class that it is taken for. `layer` is as ChooseHeatLayer takes it. Pictures that
  // cannot be prepared are left out. Maps that are not finite end with exit code 6.
  virtual absl::StatusOr<HeatMaps> ExplainPictures(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                                   const std::string& layer) const = 0;

  // The outputs of a layer for these samples, at least one, prepared by eval_transforms; those that
  // cannot be prepared are left out. `layer` is as ChooseFeatureLayer takes it.
  virtual absl::StatusOr<LayerFeatures> FeaturesOfLayer(const ModelSubject& subject, const DatasetIndex& index,
                                                        const std::vector<int64_t>& ids, const std::string& layer) const = 0;

  // A copy of all weights of a model that is made for images of this shape.
  virtual absl::StatusOr<StoredArrays> WeightsOfModel(const ModelSubject& subject, const ImageShape& image_shape) const = 0;

  // models/torchscript/torchscript_file.h.
  virtual absl::StatusOr<std::string> EncodeTorchScript(const InferredModel& model, const std::vector<ArrayView>& weights,
                                                        const std::map<std::string, std::string>& extra_files) const = 0;
};

struct ComputeAndData {
  const ComputeLibrary* compute;  // lives until the process ends
  DatasetIndex index;
  PictureSurvey survey;  // of its pictures' headers
};

// The experiment's data set and decode config must be as OpenDataset requires. Errors of the data
// are OpenDataset's; a library that cannot be loaded is an InstallationError (exit code 69).
absl::StatusOr<ComputeAndData> LoadComputeAndData(const Experiment& experiment);

// Loads the library, or returns the one that is linked in: a program links either
// compute_library_loaded.cc or compute_library_linked.cc.
absl::StatusOr<const ComputeLibrary*> OpenComputeLibrary();

}  // namespace mica

// The library's only symbol for others.
extern "C" const mica::ComputeLibrary* MicaComputeLibrary();

#endif  // MICA_EXPERIMENTS_RUNNER_COMPUTE_LIBRARY_H_
