#include "models/zoo/simple_cnns.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/layer_writer.h"

namespace mica {

ZooModel SimpleConv3() {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  for (int i = 1; i <= 3; ++i) {
    Conv2dConfig* convolution = layers.Named(absl::StrCat("conv", i)).Convolution({6 << i, 3, 2});
    convolution->set_bias(true);
    convolution->clear_padding_px();
    layers.Named(absl::StrCat("bn", i)).BatchNorm();
    layers.Relu();
  }
  layers.Flatten();
  layers.Named("fc1").Linear(1200);
  layers.Relu();
  layers.Named("fc2").Linear(128);
  layers.Relu();
  layers.Named("fc3").LinearToClasses();
  return model;
}

ZooModel FoodCnn(const FoodCnnConfig& config) {
  ZooModel model;
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter cnn = layers.Named("cnn").Block();
  for (const int channels : {64, 128, 256, 512, 512}) {
    cnn.Convolution({channels})->set_bias(true);
    cnn.BatchNorm();
    cnn.Relu();
    cnn.MaxPool({});
  }
  if (config.adaptive_pool()) layers.Named("pool").Next()->mutable_adaptive_average_pool()->set_size_px(4);
  LayerWriter fc = layers.Named("fc").Block();
  fc.Flatten();
  fc.Linear(1024);
  fc.Relu();
  fc.Linear(512);
  fc.Relu();
  fc.LinearToClasses();
  return model;
}

}  // namespace mica
