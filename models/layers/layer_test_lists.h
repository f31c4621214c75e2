// Networks written as lists, for tests of counts that are known from elsewhere.
#ifndef MICA_MODELS_LAYERS_LAYER_TEST_LISTS_H_
#define MICA_MODELS_LAYERS_LAYER_TEST_LISTS_H_

#include "models/layers/layer.pb.h"

namespace mica {

// Simonyan and Zisserman 2015, configuration D: 138,357,544 parameters for 1000 classes.
BlockConfig Vgg16List();

// He et al. 2016, 18 layers: 11,689,512 parameters for 1000 classes.
BlockConfig ResNet18List();

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_TEST_LISTS_H_
