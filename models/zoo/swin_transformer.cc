#include "models/zoo/swin_transformer.h"

#include "models/zoo/conv_norm_activation.h"
#include "models/zoo/layer_writer.h"
#include "models/zoo/transformer_layers.h"

namespace mica {
namespace {

struct Stage {
  int layers, channels, heads;
};
constexpr Stage kStages[] = {{2, 96, 3}, {2, 192, 6}, {6, 384, 12}, {2, 768, 24}};
constexpr int kLayers = LayersOf(kStages);
constexpr int kWindow = 7;  // pixels a side
constexpr double kEpsilon = 1e-5;

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: LINEAR layer_kind: ATTENTION truncated_normal { std: 0.02 } }
    rule { layer_kind: LINEAR layer_kind: ATTENTION tensor: BIAS constant { value: 0 } })";

struct WindowAttention {
  int channels, heads, shift_px;
};

// torchvision's stochastic depth of both residuals is one module, which our two layers cannot be.
void AddLayer(const WindowAttention& window, double stochastic_depth, LayerWriter layer) {
  LayerWriter attention = layer.Named("").Residual().branch;
  AddLayerNorm("norm1", kEpsilon, &attention);
  WindowAttentionConfig* attn = attention.Named("attn").Next()->mutable_window_attention();
  attn->set_heads(window.heads);
  attn->set_window_px(kWindow);
  if (window.shift_px != 0) attn->set_shift_px(window.shift_px);
  AddStochasticDepth(stochastic_depth, &attention, "stochastic_depth1");
  LayerWriter branch = layer.Named("").Residual().branch;
  AddLayerNorm("norm2", kEpsilon, &branch);
  LayerWriter mlp = branch.Named("mlp").Block();
  AddLinearOfPixels("0", 4 * window.channels, &mlp);
  mlp.Named("1").Next()->mutable_gelu();
  AddLinearOfPixels("3", window.channels, &mlp);
  AddStochasticDepth(stochastic_depth, &branch, "stochastic_depth2");
}

// Halves the sides.
void AddReduction(int channels, LayerWriter layers) {
  layers.Named("merge").Next()->mutable_merge_patches();
  AddLayerNorm("norm", kEpsilon, &layers);
  AddLinearOfPixels("reduction", channels, &layers)->set_bias(false);
}

}  // namespace

ZooModel SwinTiny(const SwinTransformerConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  LayerWriter stem = features.Block();
  AddPatches("0", kStages[0].channels, /*side_px=*/4, &stem);
  AddLayerNorm("2", kEpsilon, &stem);
  int index = 0;
  for (const Stage& stage : kStages) {
    if (index != 0) AddReduction(stage.channels, features.Block());
    LayerWriter blocks = features.Block();
    for (int i = 0; i < stage.layers; ++i) {
      const double stochastic_depth = config.stochastic_depth() * index++ / (kLayers - 1);
      AddLayer({stage.channels, stage.heads, /*shift_px=*/i % 2 == 0 ? 0 : kWindow / 2}, stochastic_depth, blocks.Block());
    }
  }
  AddLayerNorm("norm", kEpsilon, &layers);
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("head").LinearToClasses();
  return model;
}

}  // namespace mica
