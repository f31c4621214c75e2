#include "models/zoo/squeezenet.h"

#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_uniform {} }
    rule { pattern: "classifier.1.weight" normal { std: 0.01 } }
    rule { layer_kind: CONV2D tensor: BIAS constant { value: 0 } })";

// Few channels, then 1x1 and 3x3 convolutions side by side.
void WriteFire(int squeeze, int expand, LayerWriter fire) {
  const auto add = [](const std::string& name, const ConvolutionShape& shape, LayerWriter* layers) {
    layers->Named(name).Convolution(shape)->set_bias(true);
    layers->Named(name + "_activation").Relu();
  };
  add("squeeze", {squeeze, 1}, &fire);
  ConcatWriter concat(fire.Named("").Next());
  LayerWriter ones = concat.Branch(), threes = concat.Branch();
  add("expand1x1", {expand, 1}, &ones);
  add("expand3x3", {expand, 3}, &threes);
}

}  // namespace

ZooModel SqueezeNet11(const SqueezeNetConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  const auto pool = [&] { features.MaxPool({3, 2})->set_ceil_mode(true); };
  Conv2dConfig* stem = features.Convolution({64, 3, 2});
  stem->set_bias(true);
  stem->clear_padding_px();
  features.Relu();
  pool();
  for (const int squeeze : {16, 32}) {
    for (int i = 0; i < 2; ++i) WriteFire(squeeze, 4 * squeeze, features.Block());
    pool();
  }
  for (const int squeeze : {48, 48, 64, 64}) WriteFire(squeeze, 4 * squeeze, features.Block());
  LayerWriter classifier = layers.Named("classifier").Block();
  classifier.Dropout(config.dropout());
  Conv2dConfig* scores = classifier.Convolution({0, 1});
  scores->clear_out_channels();  // one for each class
  scores->set_bias(true);
  classifier.Relu();
  classifier.GlobalAveragePool();
  return model;
}

}  // namespace mica
