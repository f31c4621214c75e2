// Small networks that hold every kind of layer, with settings that are not the defaults, for tests
// of what layers compute: parity cases without the results.
//   for (const LayerExample& example : LayerExamples()) MakeParityModel(example.parity);
// An example that does not parse ends the test process. Torch-free.
#ifndef MICA_MODELS_TORCHSCRIPT_LAYER_EXAMPLES_H_
#define MICA_MODELS_TORCHSCRIPT_LAYER_EXAMPLES_H_

#include <ostream>
#include <string>
#include <vector>

#include "models/zoo/parity_case.pb.h"

namespace mica {

struct LayerExample {
  std::string name;  // "window_attention"
  ParityCase parity;
};

std::vector<LayerExample> LayerExamples();

// For GoogleTest's messages.
inline void PrintTo(const LayerExample& example, std::ostream* out) {
  *out << example.name;
}

}  // namespace mica

#endif  // MICA_MODELS_TORCHSCRIPT_LAYER_EXAMPLES_H_
