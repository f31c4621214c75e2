// The model zoo: from a config to a network.
//   at::manual_seed(seed);
//   MICA_ASSIGN_OR_RETURN(const std::shared_ptr<Classifier> model, CreateClassifier(config, {/*channels=*/1, 28, 28}, /*num_classes=*/10));
#ifndef MICA_MODELS_MODEL_FACTORY_H_
#define MICA_MODELS_MODEL_FACTORY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/image_shape.h"
#include "models/classifier.h"
#include "models/model.pb.h"

namespace mica {

// A freshly initialised model on the CPU, in training mode; it draws from torch's generator, which the caller seeds. `config` is valid
// (ValidateModelConfig). A model that cannot take images of this shape is a config error, exit code 2.
absl::StatusOr<std::shared_ptr<Classifier>> CreateClassifier(const ModelConfig& config, const ImageShape& input, int num_classes);

}  // namespace mica

#endif  // MICA_MODELS_MODEL_FACTORY_H_
