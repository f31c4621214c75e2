// Checks of the model before anything is built from it.
//   ValidateModelConfig(config, "model", &problems);
#ifndef MICA_MODELS_MODEL_VALIDATION_H_
#define MICA_MODELS_MODEL_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "models/model.pb.h"

namespace mica {

void ValidateModelConfig(const ModelConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_MODEL_VALIDATION_H_
