#include "models/zoo/vision_transformer.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/layer_writer.h"
#include "models/zoo/transformer_layers.h"

namespace mica {
namespace {

constexpr int kLayers = 12;
constexpr int kPatch = 16;  // pixels a side
constexpr double kEpsilon = 1e-6;

struct Width {
  int values;  // of a token
  int heads;
};
constexpr Width kBase{768, 12};
constexpr Width kTiny{192, 3};

// As torchvision draws them; the patches' convolution with standard deviation 1 / sqrt(fan_in).
constexpr char kBaseInitialisation[] = R"(
    rule { pattern: "conv_proj" kaiming_normal { negative_slope: 1 } }
    rule { pattern: "conv_proj" tensor: BIAS constant { value: 0 } }
    rule { pattern: "class_token" constant { value: 0 } }
    rule { pattern: "encoder.pos_embedding" normal { std: 0.02 } }
    rule { pattern: "encoder.layers.*.mlp" xavier_uniform {} }
    rule { pattern: "encoder.layers.*.mlp" tensor: BIAS normal { std: 1e-6 } }
    rule { pattern: "heads" tensor: ALL constant { value: 0 } })";

// As timm draws them.
constexpr char kTinyInitialisation[] = R"(
    rule { layer_kind: LINEAR layer_kind: ATTENTION truncated_normal { std: 0.02 } }
    rule { layer_kind: LINEAR layer_kind: ATTENTION tensor: BIAS constant { value: 0 } }
    rule { pattern: "cls_token" normal { std: 1e-6 } }
    rule { pattern: "pos_embed" truncated_normal { std: 0.02 } })";

void AddAttention(absl::string_view name, int heads, SelfAttentionConfig::TensorNames tensor_names, LayerWriter* layers) {
  SelfAttentionConfig* attention = layers->Named(name).Next()->mutable_self_attention();
  attention->set_heads(heads);
  attention->set_tensor_names(tensor_names);
}

// The names of a perceptron's layers.
struct MlpNames {
  const char *first, *activation, *dropout_within, *second, *dropout;
};

void AddMlp(const MlpNames& names, int values, double dropout, LayerWriter mlp) {
  mlp.Named(names.first).Linear(4 * values);
  mlp.Named(names.activation).Next()->mutable_gelu();
  AddDropout(names.dropout_within, dropout, &mlp);
  mlp.Named(names.second).Linear(values);
  AddDropout(names.dropout, dropout, &mlp);
}

void AddBaseLayer(double dropout, LayerWriter layer) {
  LayerWriter attention = layer.Named("").Residual().branch;
  AddLayerNorm("ln_1", kEpsilon, &attention);
  AddAttention("self_attention", kBase.heads, SelfAttentionConfig::IN_PROJ, &attention);
  AddDropout("dropout", dropout, &attention);
  LayerWriter mlp = layer.Named("").Residual().branch;
  AddLayerNorm("ln_2", kEpsilon, &mlp);
  AddMlp({"0", "1", "2", "3", "4"}, kBase.values, dropout, mlp.Named("mlp").Block());
}

void AddTinyLayer(double dropout, LayerWriter layer) {
  LayerWriter attention = layer.Named("").Residual().branch;
  AddLayerNorm("norm1", kEpsilon, &attention);
  AddAttention("attn", kTiny.heads, SelfAttentionConfig::QKV, &attention);
  AddDropout("proj_drop", dropout, &attention);
  LayerWriter mlp = layer.Named("").Residual().branch;
  AddLayerNorm("norm2", kEpsilon, &mlp);
  AddMlp({"fc1", "act", "drop1", "fc2", "drop2"}, kTiny.values, dropout, mlp.Named("mlp").Block());
}

}  // namespace

ZooModel VitB16(const VisionTransformerConfig& config) {
  ZooModel model{{}, ZooInitialisation(kBaseInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  AddPatches("conv_proj", kBase.values, kPatch, &layers);
  layers.Named("tokens").Next()->mutable_tokens();
  layers.Named("class_token").Next()->mutable_class_token();
  LayerWriter encoder = layers.Named("encoder").Block();
  encoder.Named("pos_embedding").Next()->mutable_position_embedding();
  AddDropout("dropout", config.dropout(), &encoder);
  LayerWriter encoder_layers = encoder.Named("layers").Block();
  for (int i = 0; i < kLayers; ++i) {
    AddBaseLayer(config.dropout(), encoder_layers.Named(absl::StrCat("encoder_layer_", i)).Block());
  }
  AddLayerNorm("ln", kEpsilon, &encoder);
  layers.Named("first_token").Next()->mutable_first_token();
  layers.Named("heads").Block().Named("head").LinearToClasses();
  return model;
}

ZooModel VitTiny16(const VisionTransformerConfig& config) {
  ZooModel model{{}, ZooInitialisation(kTinyInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter patches = layers.Named("patch_embed").Block();
  AddPatches("proj", kTiny.values, kPatch, &patches);
  patches.Named("tokens").Next()->mutable_tokens();
  layers.Named("cls_token").Next()->mutable_class_token();
  layers.Named("pos_embed").Next()->mutable_position_embedding();
  AddDropout("pos_drop", config.dropout(), &layers);
  LayerWriter blocks = layers.Named("blocks").Block();
  for (int i = 0; i < kLayers; ++i) AddTinyLayer(config.dropout(), blocks.Block());
  AddLayerNorm("norm", kEpsilon, &layers);
  layers.Named("first_token").Next()->mutable_first_token();
  layers.Named("head").LinearToClasses();
  return model;
}

}  // namespace mica
