// Loads arrays from a file into a model's weights, all or nothing.
//   MICA_ASSIGN_OR_RETURN(const SafetensorsFile file, DecodeSafetensors(bytes, path));
//   MICA_RETURN_IF_ERROR(LoadWeights(file.arrays, path, WeightsOf(*model)).status());
// Not torch::load: it silently reshapes a module to what the file holds and reads doubles as
// floats.
#ifndef MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_
#define MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"
#include "models/weights/colour_change.h"
#include "models/weights/weights.h"

namespace mica {

// How a file may differ from the model. Otherwise names, shapes and types must be the same.
struct LoadWeightsRules {
  // Patterns of names (base/name_pattern.h): "fc" covers fc and fc.weight, not fc2.weight. One that
  // covers nothing is a config error.
  std::vector<std::string> reinitialise;  // weights that keep their value even if the file has them
  std::vector<std::string> ignore;        // arrays of the file to skip

  // The file is not mica's own: parts of names that PyTorch's wrappers add are ignored, which are
  // any "_orig_mod." (torch.compile) and each "module." in front of all names (DataParallel);
  // num_batches_tracked may be missing; messages name the fields of model.initial_weights.
  bool foreign = false;

  // The weight of the convolution that sees the pictures, "conv1.weight", and what becomes of it
  // where it has other channels in the file than in the model.
  std::string first_convolution;  // empty: the model has none
  ColourChange colour_change = ColourChange::kNone;
};

struct LoadedWeights {
  int64_t loaded = 0;
  int64_t reinitialised = 0;
  int64_t ignored = 0;
  bool colours_changed = false;       // of the first convolution
  std::vector<std::string> stripped;  // of "_orig_mod." and "module.", what was taken from names
};

// Copies in place, so views stay views, on any device. `weights` are those of a model or of an
// optimizer's state. If anything does not fit, nothing is changed, and a CheckpointError (exit code
// 4) lists everything, each line beginning with `source`: missing and surplus names, other shapes,
// other types, values that are not finite.
absl::StatusOr<LoadedWeights> LoadWeights(const std::vector<ArrayView>& arrays, absl::string_view source,
                                          const std::vector<NamedTensor>& weights, const LoadWeightsRules& rules = {});

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_LOAD_WEIGHTS_H_
