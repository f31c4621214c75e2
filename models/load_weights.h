// Puts arrays from a file into the weights of a model, all or nothing.
//   MICA_ASSIGN_OR_RETURN(const SafetensorsFile file, DecodeSafetensors(bytes, path));
//   MICA_RETURN_IF_ERROR(LoadWeights(file.arrays, path, WeightsOf(*model)).status());
// torch::load is not used, because it reshapes a module to what the file holds and reads doubles as floats without a word.
#ifndef MICA_MODELS_LOAD_WEIGHTS_H_
#define MICA_MODELS_LOAD_WEIGHTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/array_view.h"
#include "models/weights.h"

namespace mica {

// In what a file may differ from the model. Nothing, unless said here: names, shapes and types must be the same.
struct LoadWeightsRules {
  // Prefixes of whole parts of a name: "fc" covers fc and fc.weight, not fc2.weight. One that covers nothing is a config error.
  std::vector<std::string> reinitialise;  // weights that keep their present value, whatever the file holds
  std::vector<std::string> ignore;        // arrays that are passed over

  // A file of somebody else: "module." in front of every name is passed over, num_batches_tracked may be missing, and messages name the
  // fields of model.initial_weights.
  bool foreign = false;
};

struct LoadedWeights {
  int64_t loaded = 0;
  int64_t reinitialised = 0;
  int64_t ignored = 0;
  bool stripped_module_prefix = false;
};

// Copies in place, so views stay views, on whatever device. `weights` are a model's, or an optimizer's state. Where anything does not fit,
// nothing is changed and a CheckpointError (exit code 4) tells of everything, each line beginning with `source`: missing and surplus
// names, other shapes, other types, values that are not finite.
absl::StatusOr<LoadedWeights> LoadWeights(const std::vector<ArrayView>& arrays, absl::string_view source,
                                          const std::vector<NamedTensor>& weights, const LoadWeightsRules& rules = {});

}  // namespace mica

#endif  // MICA_MODELS_LOAD_WEIGHTS_H_
