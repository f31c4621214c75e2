// The entry point of libmica_torch.so.
#include "experiments/runner/compute_library.h"
#include "experiments/runner/verb_bodies.h"
#include "models/torchscript/torchscript_file.h"

namespace mica {
namespace {

class Compute : public ComputeLibrary {
 public:
  absl::StatusOr<std::string> CheckExperiment(const LoadedExperiment& loaded, const DatasetIndex& index) const override {
    return mica::CheckExperiment(loaded, index);
  }
  absl::StatusOr<TrainResult> RunExperiment(const LoadedExperiment& loaded, const DatasetIndex& index,
                                            const RunOptions& options) const override {
    return mica::RunExperiment(loaded, index, options);
  }
  absl::StatusOr<EvaluateResult> EvaluateRun(const TrainedModel& trained, std::optional<Split> split,
                                             const DatasetIndex& index) const override {
    return mica::EvaluateRun(trained, split, index);
  }
  absl::StatusOr<EvaluateResult> EvaluateInitial(const InitialEvaluation& evaluation, std::optional<Split> split,
                                                 const DatasetIndex& index) const override {
    return mica::EvaluateInitial(evaluation, split, index);
  }
  absl::StatusOr<PredictResult> Predict(const ModelSubject& subject, const DatasetIndex& index, Split split) const override {
    return mica::Predict(subject, index, split);
  }
  absl::StatusOr<LayerTimes> TimeLayers(const Experiment& experiment, const ImageShape& image_shape, int num_classes,
                                        int64_t batch_size) const override {
    return mica::TimeLayers(experiment, image_shape, num_classes, batch_size);
  }
  absl::StatusOr<std::vector<WeightStatistics>> MeasureWeights(const Experiment& experiment, const ImageShape& image_shape,
                                                               int num_classes) const override {
    return mica::MeasureWeights(experiment, image_shape, num_classes);
  }
  absl::StatusOr<LayerOutputs> ProbeModel(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                          const std::vector<std::string>& layers) const override {
    return mica::ProbeModel(subject, index, split, layers);
  }
  absl::StatusOr<HeatMaps> ExplainPictures(const ModelSubject& subject, const DatasetIndex& index, Split split,
                                           const std::string& layer) const override {
    return mica::ExplainPictures(subject, index, split, layer);
  }
  absl::StatusOr<LayerFeatures> FeaturesOfLayer(const ModelSubject& subject, const DatasetIndex& index, const std::vector<int64_t>& ids,
                                                const std::string& layer) const override {
    return mica::FeaturesOfLayer(subject, index, ids, layer);
  }
  absl::StatusOr<StoredArrays> WeightsOfModel(const ModelSubject& subject, const ImageShape& image_shape) const override {
    return mica::WeightsOfModel(subject, image_shape);
  }
  absl::StatusOr<std::string> EncodeTorchScript(const InferredModel& model, const std::vector<ArrayView>& weights,
                                                const std::map<std::string, std::string>& extra_files) const override {
    return mica::EncodeTorchScript(model, weights, extra_files);
  }
};

}  // namespace
}  // namespace mica

extern "C" const mica::ComputeLibrary* MicaComputeLibrary() {
  static const mica::Compute compute;
  return &compute;
}
