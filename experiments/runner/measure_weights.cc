// MeasureWeights: the body of `mica summary --statistics`.
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/tensor_statistics.h"
#include "base/torch/torch_guard.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

// The experiment without rules and files for weights: each layer draws its own.
absl::StatusOr<Experiment> AsLayersDraw(Experiment experiment) {
  MICA_ASSIGN_OR_RETURN(*experiment.mutable_model(), AsLayers(experiment.model()));
  experiment.mutable_model()->clear_initialisation();
  experiment.mutable_model()->clear_initial_weights();
  return experiment;
}

absl::Span<const float> ValuesOf(const at::Tensor& tensor) {
  return absl::MakeConstSpan(tensor.const_data_ptr<float>(), tensor.numel());
}

}  // namespace

absl::StatusOr<std::vector<WeightStatistics>> MeasureWeights(const Experiment& experiment, const ImageShape& image_shape, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const BuiltModel initial, BuildInitialModel(experiment, image_shape, num_classes));
  MICA_ASSIGN_OR_RETURN(const Experiment bare, AsLayersDraw(experiment));
  MICA_ASSIGN_OR_RETURN(const BuiltModel drawn, BuildModel(bare, image_shape, num_classes));
  std::vector<WeightStatistics> statistics;
  MICA_RETURN_IF_ERROR(GuardTorch("measuring the weights", [&] {
    const auto before = drawn.classifier->named_parameters(), after = initial.classifier->named_parameters();
    for (const auto& parameter : after) {
      const at::Tensor now = parameter.value().detach().cpu().contiguous(), drew = before[parameter.key()].detach().cpu().contiguous();
      statistics.push_back({parameter.key(), TensorStatisticsOf(ValuesOf(drew)), TensorStatisticsOf(ValuesOf(now)), now.equal(drew)});
    }
  }));
  return statistics;
}

}  // namespace mica
