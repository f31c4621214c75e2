#include "models/zoo/model_factory.h"

#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "models/initialisation/initialise.h"
#include "models/layered_classifier.h"

namespace mica {

absl::StatusOr<std::shared_ptr<Classifier>> CreateClassifier(const InferredModel& model) {
  std::shared_ptr<Classifier> classifier;
  MICA_RETURN_IF_ERROR(
      GuardTorch("making the model", [&] { classifier = std::make_shared<LayeredClassifier>(model.config.layer(), model.layers); }));
  MICA_RETURN_IF_ERROR(Initialise(model.initialisation, model.layers, classifier.get()));
  return classifier;
}

}  // namespace mica
