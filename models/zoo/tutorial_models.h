// The small networks of well-known tutorials. Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_TUTORIAL_MODELS_H_
#define MICA_MODELS_ZOO_TUTORIAL_MODELS_H_

#include "models/zoo/zoo_model.h"

namespace mica {

// flatten, inputs -> hidden_units, [ReLU,] hidden_units -> classes [, ReLU]. Tensors: layer_stack.1
// and layer_stack.2, or layer_stack.3 with a ReLU between the linear layers, each .weight and
// .bias.
ZooModel Linear(const LinearConfig& config);
ZooModel LinearRelu(const LinearReluConfig& config);

// TinyVGG, the smallest network of VGG's kind (Simonyan and Zisserman 2015). Tensors: block_1.0,
// block_1.2, block_2.0, block_2.2, classifier.1, each .weight and .bias. 28x28 grey, 10 channels,
// 10 classes: 7,740 parameters.
ZooModel TinyVgg(const TinyVggConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_TUTORIAL_MODELS_H_
