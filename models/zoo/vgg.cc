#include "models/zoo/vgg.h"

#include <algorithm>

#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }
    rule { layer_kind: LINEAR normal { std: 0.01 } }
    rule { layer_kind: [CONV2D, LINEAR] tensor: BIAS constant { value: 0 } })";

}  // namespace

ZooModel Vgg(const VggLayout& layout, const VggConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  int channels = 64;
  for (const int convolutions : layout.convolutions) {
    for (int i = 0; i < convolutions; ++i) {
      features.Convolution({channels})->set_bias(true);
      if (layout.batch_norm) features.BatchNorm();
      features.Relu();
    }
    features.MaxPool({});
    channels = std::min(2 * channels, 512);
  }
  layers.Named("avgpool").Next()->mutable_adaptive_average_pool()->set_size_px(7);
  layers.Named("flatten").Flatten();
  LayerWriter classifier = layers.Named("classifier").Block();
  for (int i = 0; i < 2; ++i) {
    classifier.Linear(4096);
    classifier.Relu();
    classifier.Dropout(config.dropout());
  }
  classifier.LinearToClasses();
  return model;
}

}  // namespace mica
