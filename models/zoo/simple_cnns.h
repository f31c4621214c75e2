// Small plain networks for pictures of one size. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_SIMPLE_CNNS_H_
#define MICA_MODELS_ZOO_SIMPLE_CNNS_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// Tensors: conv1, bn1, … conv3, bn3, fc1, fc2, fc3. 48x48 colour, 40 classes: 1,613,624 parameters.
ZooModel SimpleConv3();

// Tensors: cnn.0, cnn.1, cnn.4, … cnn.17 and fc.1, fc.3, fc.5. 128x128 colour, 11 classes:
// 12,833,803 parameters.
ZooModel FoodCnn(const FoodCnnConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_SIMPLE_CNNS_H_
