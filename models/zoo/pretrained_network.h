// Tells a network by the names and shapes of a file's weights.
//   MICA_ASSIGN_OR_RETURN(const PretrainedNetwork network,
//                         RecogniseNetwork(stored.arrays, stored.path));
//   // network.model: resnet18 {} initial_weights { weights_file: "…" reinitialise: "fc" }
// It loads nothing: models/weights does that, by the same names. Thread-safe.
#ifndef MICA_MODELS_ZOO_PRETRAINED_NETWORK_H_
#define MICA_MODELS_ZOO_PRETRAINED_NETWORK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/model.pb.h"
#include "models/weights/array_view.h"

namespace mica {

struct PretrainedNetwork {
  ModelConfig model;            // with the file, and what of it does not count
  std::string name;             // "resnet18"
  std::string head;             // the layer that gives the classes: "fc", "classifier.6"
  int channels = 3;             // that its first convolution sees
  bool knows_imagenet = false;  // networks that others publish weights of
  bool is_fixed_size = false;   // images must have 224 x 224 pixels
};

// The network of ModelConfig, with its default settings, all of whose tensors but those of the head
// are there with the same shapes. Tensors beyond those are ignored. Prefixes that PyTorch's
// wrappers add do not count ("module.", "_orig_mod."), and a first part that all names share is
// renamed. If there is none, a CheckpointError (exit code 4) names the network that is most like it.
absl::StatusOr<PretrainedNetwork> RecogniseNetwork(const std::vector<ArrayView>& arrays, const std::string& path);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_PRETRAINED_NETWORK_H_
