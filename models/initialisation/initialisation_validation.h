// Checks of an initialisation by itself; initialisation_plan.h checks it against a model.
//   ValidateInitialisationConfig(config, "model.initialisation", &problems);
#ifndef MICA_MODELS_INITIALISATION_INITIALISATION_VALIDATION_H_
#define MICA_MODELS_INITIALISATION_INITIALISATION_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "models/initialisation/initialisation.pb.h"

namespace mica {

void ValidateInitialisationConfig(const InitialisationConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_MODELS_INITIALISATION_INITIALISATION_VALIDATION_H_
