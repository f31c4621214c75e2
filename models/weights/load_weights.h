// Loads arrays from a file into a model's weights, all or nothing.
//   MICA_ASSIGN_OR_RETURN(const SafetensorsFile file, DecodeSafetensors(bytes, path));
//   MICA_RETURN_IF_ERROR(LoadWeights(file.arrays, path, WeightsOf(*model)).status());
// Not torch::load: it silently reshapes a module to what the file holds and reads doubles as
// floats.
#ifndef MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_
#define MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"
#include "models/weights/weight_match.h"
#include "models/weights/weight_report.h"
#include "models/weights/weights.h"

namespace mica {

// Copies in place, so views stay views, on any device. `weights` are those of a model or of an
// optimizer's state. If anything does not fit, nothing is changed; the errors are MatchWeights'.
absl::StatusOr<WeightReport> LoadWeights(const std::vector<ArrayView>& arrays, absl::string_view source,
                                         const std::vector<NamedTensor>& weights, const MatchRules& rules = {});

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_
