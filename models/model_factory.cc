#include "models/model_factory.h"

#include <vector>

#include "base/status_macros.h"
#include "base/torch_guard.h"
#include "models/layered_classifier.h"
#include "models/model_layers.h"

namespace mica {

absl::StatusOr<std::shared_ptr<Classifier>> CreateClassifier(const ModelConfig& config, const ImageShape& input, int num_classes) {
  MICA_ASSIGN_OR_RETURN(const SequentialConfig layers, LayersOfModel(config));
  MICA_ASSIGN_OR_RETURN(const std::vector<InferredLayer> inferred, InferModel(config, input, num_classes));
  std::shared_ptr<Classifier> model;
  MICA_RETURN_IF_ERROR(GuardTorch("making the model", [&] { model = std::make_shared<LayeredClassifier>(layers.layer(), inferred); }));
  return model;
}

}  // namespace mica
