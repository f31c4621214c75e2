// The weights of a zoo model that others have trained on ImageNet: where they come from, and what
// images they expect.
//   HowToGetWeights(config, "/home/ada/weights/resnet18.safetensors")
//     == "torchvision has weights of resnet18; with its Python packages (pip install torchvision
//         safetensors) this makes the file: python3 -c '…'"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_
#define MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_

#include <array>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "models/model.pb.h"

namespace mica {

// A command that writes `weights_file`, with the words that introduce it. Empty if nobody publishes
// weights of this model, or if it is unset.
std::string HowToGetWeights(const ModelConfig& config, absl::string_view weights_file);

// The images that published weights were evaluated on.
struct PublishedImages {
  std::array<double, 3> mean, std;  // of red, green and blue, for pixels from 0 to 1
  int side_px = 0;                  // of the square that the network gets
  bool bicubic = false;             // how pictures were scaled; else bilinear
};

// Of the publisher's default weights. Empty if nobody publishes weights of this model.
std::optional<PublishedImages> ImagesOfPublishedWeights(const ModelConfig& config);

// "torchvision" or "timm"; "" if nobody publishes weights of this model.
std::string PublisherName(const ModelConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_PUBLISHED_WEIGHTS_H_
