// A published network as a list of layers, with the way in which its authors' code draws the
// weights. One unit for each family of networks makes them (resnet.h, vgg.h, …). Torch-free.
#ifndef MICA_MODELS_ZOO_ZOO_MODEL_H_
#define MICA_MODELS_ZOO_ZOO_MODEL_H_

#include <string>

#include "models/initialisation/initialisation.pb.h"
#include "models/model.pb.h"

namespace mica {

struct ZooModel {
  SequentialConfig layers;
  // For training from scratch. Tensors that no rule covers are drawn as PyTorch's layers do.
  InitialisationConfig initialisation;
};

// Rules of a network, as text: "rule { layer_kind: LINEAR normal { std: 0.01 } }". A text that does
// not parse is our bug.
InitialisationConfig ZooInitialisation(const std::string& rules);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_ZOO_MODEL_H_
