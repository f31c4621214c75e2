// From a model to a network.
//   MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModel(config, {/*channels=*/1, 28, 28}, /*num_classes=*/10));
//   at::manual_seed(seed);
//   MICA_ASSIGN_OR_RETURN(const std::shared_ptr<Classifier> model, CreateClassifier(inferred));
#ifndef MICA_MODELS_ZOO_MODEL_FACTORY_H_
#define MICA_MODELS_ZOO_MODEL_FACTORY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "models/classifier.h"
#include "models/zoo/model_layers.h"

namespace mica {

// A new model on the CPU, in training mode, whose weights its layers drew and then its
// initialisation. They draw from torch's generator, which the caller seeds.
absl::StatusOr<std::shared_ptr<Classifier>> CreateClassifier(const InferredModel& model);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_MODEL_FACTORY_H_
