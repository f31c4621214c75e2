// What a model makes of one picture, layer by layer: what `mica probe` shows and writes. Torch-free.
#ifndef MICA_EXPERIMENTS_SUMMARY_PROBED_MODEL_H_
#define MICA_EXPERIMENTS_SUMMARY_PROBED_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mica {

// The values of one array, the last dimension changing fastest.
struct LayerOutput {
  std::string layer;           // whole name
  std::string kind;            // "conv2d"
  std::vector<int64_t> shape;  // without the batch: [channels, height, width], [tokens, values] or [values]
  std::vector<float> values;
};

struct LayerOutputs {
  LayerOutput picture;               // as the network gets it; its layer is "picture"
  std::vector<LayerOutput> outputs;  // in the order of computation
  std::vector<float> logits;
};

struct ProbedModel {
  std::string name;                      // "runs/x/a (checkpoint step-000001875)"
  std::vector<std::string> class_names;  // one for each logit
  LayerOutputs result;
};

// What two models side by side are called: "a" and "b".
inline std::string ModelLetter(size_t model) {
  return std::string(1, static_cast<char>('a' + model));
}

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_PROBED_MODEL_H_
