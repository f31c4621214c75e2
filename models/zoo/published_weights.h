// Where the weights of a zoo model come from that others have trained on ImageNet.
//   HowToGetWeights(config, "/home/ada/weights/resnet18.safetensors")
//     == "torchvision has weights of resnet18; with its Python packages (pip install torchvision
//         safetensors) this makes the file: python3 -c '…'"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_
#define MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "models/model.pb.h"

namespace mica {

// A command that writes `weights_file`, with the words that introduce it. Empty if nobody publishes
// weights of this model, or if it is unset.
std::string HowToGetWeights(const ModelConfig& config, absl::string_view weights_file);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_
