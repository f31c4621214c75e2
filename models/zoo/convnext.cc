#include "models/zoo/convnext.h"

#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"
#include "models/zoo/transformer_layers.h"

namespace mica {
namespace {

struct Stage {
  int layers, channels;
};
constexpr Stage kStages[] = {{3, 96}, {3, 192}, {9, 384}, {3, 768}};
constexpr int kLayers = LayersOf(kStages);
constexpr double kEpsilon = 1e-6;

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D layer_kind: LINEAR truncated_normal { std: 0.02 } }
    rule { layer_kind: CONV2D layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

// In torchvision's names, layers 1 and 6 of the block change the order of dimensions.
void AddLayer(int channels, double stochastic_depth, LayerWriter* layers) {
  LayerWriter branch = layers->Residual().branch;
  LayerWriter block = branch.Named("block").Block();
  block.Convolution({channels, /*kernel=*/7, /*stride=*/1, /*groups=*/channels})->set_bias(true);
  AddLayerNorm("2", kEpsilon, &block);
  AddLinearOfPixels("3", 4 * channels, &block);
  block.Named("4").Next()->mutable_gelu();
  AddLinearOfPixels("5", channels, &block);
  branch.Named("layer_scale").Next()->mutable_layer_scale();
  AddStochasticDepth(stochastic_depth, &branch);
}

}  // namespace

ZooModel ConvNextTiny(const ConvNextConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  int index = 0;
  for (const Stage& stage : kStages) {
    // Before the first stage patches of 4 x 4 pixels, between stages norms and patches of 2 x 2.
    LayerWriter reduction = features.Block();
    if (index == 0) {
      AddPatches("0", stage.channels, /*side_px=*/4, &reduction);
      AddLayerNorm("1", kEpsilon, &reduction);
    } else {
      AddLayerNorm("0", kEpsilon, &reduction);
      AddPatches("1", stage.channels, /*side_px=*/2, &reduction);
    }
    LayerWriter residuals = features.Block();
    for (int i = 0; i < stage.layers; ++i) {
      AddLayer(stage.channels, config.stochastic_depth() * index++ / (kLayers - 1), &residuals);
    }
  }
  layers.Named("avgpool").GlobalAveragePool();
  LayerWriter classifier = layers.Named("classifier").Block();
  AddLayerNorm("0", kEpsilon, &classifier);
  classifier.Named("2").LinearToClasses();
  return model;
}

}  // namespace mica
