// What one layer makes of an image: its output's shape, its tensors, its multiply-adds. Pure
// arithmetic over the layer's config; layer_shapes.h goes through whole lists with it.
//   LayerEffect effect = EffectOfLayer(config, {/*channels=*/3, 32, 32}, "the data", /*num_classes=*/10);
//   effect.output->ToString() == "16x32x32"; effect.tensors[0].name == "weight"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_LAYERS_LAYER_EFFECT_H_
#define MICA_MODELS_LAYERS_LAYER_EFFECT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "models/layers/layer.pb.h"
#include "models/layers/layer_shape.h"

namespace mica {

// One of a layer's tensors. All are f32 but the buffers num_batches_tracked and
// relative_position_index, which are i64.
struct LayerTensor {
  enum class Role {
    kWeight,     // multiplies inputs: of convolutions, linear layers, attention
    kBias,       // added to outputs
    kScale,      // of a norm or a layer_scale
    kShift,      // of a norm
    kEmbedding,  // added to or put before tokens; biases by position
    kBuffer,     // not trained
  };

  std::string name;  // "weight"; in an InferredLayer the whole name, "conv1.weight"
  std::vector<int64_t> shape;
  Role role = Role::kWeight;

  bool is_parameter() const { return role != Role::kBuffer; }
  int64_t size() const;
};

struct LayerEffect {
  std::optional<LayerShape> output;  // empty: it cannot be known
  // The whole name of a tensor is the layer's name, "." and this name; the layer's name alone if
  // this is empty.
  std::vector<LayerTensor> tensors;

  // For one image, as other counting tools count (fvcore): one for each weight and position that it
  // is used at, and those of attention's two products. Biases, norms and activations do not count.
  double multiply_adds = 0;

  // What does not fit, for people, without the layer's name: "needs a flat input, gets …". If there
  // is an output too, it is as if the error were fixed.
  std::string error;
};

// `layer` must be valid and no container (block, residual, concat). `source` names in messages what
// the input comes from.
LayerEffect EffectOfLayer(const LayerConfig& layer, const LayerShape& input, absl::string_view source, int64_t num_classes);

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_EFFECT_H_
