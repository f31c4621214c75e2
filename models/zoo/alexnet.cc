#include "models/zoo/alexnet.h"

#include "models/zoo/layer_writer.h"

namespace mica {

ZooModel AlexNet(const AlexNetConfig& config) {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  const auto add = [&](const ConvolutionShape& shape, bool pooled) {
    Conv2dConfig* convolution = features.Convolution(shape);
    convolution->set_bias(true);
    if (shape.stride == 4) convolution->set_padding_px(2);
    features.Relu();
    if (pooled) features.MaxPool({3, 2});
  };
  add({64, 11, 4}, /*pooled=*/true);
  add({192, 5}, /*pooled=*/true);
  add({384}, /*pooled=*/false);
  add({256}, /*pooled=*/false);
  add({256}, /*pooled=*/true);
  layers.Named("avgpool").Next()->mutable_adaptive_average_pool()->set_size_px(6);
  layers.Named("flatten").Flatten();
  LayerWriter classifier = layers.Named("classifier").Block();
  for (int i = 0; i < 2; ++i) {
    classifier.Dropout(config.dropout());
    classifier.Linear(4096);
    classifier.Relu();
  }
  classifier.LinearToClasses();
  return model;
}

}  // namespace mica
