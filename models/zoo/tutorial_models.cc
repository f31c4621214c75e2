#include "models/zoo/tutorial_models.h"

#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

struct LinearLayout {
  int hidden_units;
  bool relu_between;
  bool relu_on_logits;
};

ZooModel LinearOf(const LinearLayout& layout) {
  ZooModel model;
  LayerWriter stack = LayerWriter(model.layers.mutable_layer()).Named("layer_stack").Block();
  stack.Flatten();
  stack.Linear(layout.hidden_units);
  if (layout.relu_between) stack.Relu();
  stack.LinearToClasses();
  if (layout.relu_on_logits) stack.Relu();
  return model;
}

}  // namespace

ZooModel Linear(const LinearConfig& config) {
  return LinearOf({config.hidden_units(), /*relu_between=*/false, /*relu_on_logits=*/false});
}

ZooModel LinearRelu(const LinearReluConfig& config) {
  return LinearOf({config.hidden_units(), /*relu_between=*/true, config.relu_on_logits()});
}

ZooModel TinyVgg(const TinyVggConfig& config) {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  for (const char* name : {"block_1", "block_2"}) {
    LayerWriter block = layers.Named(name).Block();
    for (int i = 0; i < 2; ++i) {
      block.Convolution({config.hidden_channels()})->set_bias(true);
      block.Relu();
    }
    block.MaxPool({});
  }
  LayerWriter classifier = layers.Named("classifier").Block();
  classifier.Flatten();
  classifier.LinearToClasses();
  return model;
}

}  // namespace mica
