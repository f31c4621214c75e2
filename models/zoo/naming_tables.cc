#include "models/zoo/naming_tables.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace mica {
namespace {

// Rules run in turn, so a rule's result must not be what a later rule looks for.

// The convolutions of a block stood in one list, with their norms and activations.
NamingTable OldMobilenetV2() {
  return {"MobileNetV2 as it was written before torchvision had it",
          {{R"(^features\.1\.conv\.0\.weight)", "features.1.conv.0.0.weight"},
           {R"(^features\.1\.conv\.1\.)", "features.1.conv.0.1."},
           {R"(^features\.1\.conv\.3\.)", "features.1.conv.1."},
           {R"(^features\.1\.conv\.4\.)", "features.1.conv.2."},
           {R"(^features\.([2-9]|1[0-7])\.conv\.0\.weight)", R"(features.\1.conv.0.0.weight)"},
           {R"(^features\.([2-9]|1[0-7])\.conv\.1\.)", R"(features.\1.conv.0.1.)"},
           {R"(^features\.([2-9]|1[0-7])\.conv\.3\.)", R"(features.\1.conv.1.0.)"},
           {R"(^features\.([2-9]|1[0-7])\.conv\.4\.)", R"(features.\1.conv.1.1.)"},
           {R"(^features\.([2-9]|1[0-7])\.conv\.6\.)", R"(features.\1.conv.2.)"},
           {R"(^features\.([2-9]|1[0-7])\.conv\.7\.)", R"(features.\1.conv.3.)"}}};
}

struct Block {
  int stage, layer;  // of the stage
  int index;         // of all
};

// Blocks that are counted by stage on one side and one after the other on the other.
std::vector<Block> BlocksOf(absl::Span<const int> layers_of_stages) {
  std::vector<Block> blocks;
  for (size_t stage = 0; stage < layers_of_stages.size(); ++stage) {
    for (int layer = 0; layer < layers_of_stages[stage]; ++layer) {
      blocks.push_back({static_cast<int>(stage), layer, static_cast<int>(blocks.size())});
    }
  }
  return blocks;
}

NamingTable TimmMobilenetV2() {
  NamingTable table = {"timm's MobileNetV2",
                       {{R"(^conv_stem\.)", "features.0.0."},
                        {R"(^bn1\.)", "features.0.1."},
                        {R"(^conv_head\.)", "features.18.0."},
                        {R"(^bn2\.)", "features.18.1."},
                        {R"(^classifier\.)", "classifier.1."},
                        // The first block does not expand.
                        {R"(^blocks\.0\.0\.conv_dw\.)", "features.1.conv.0.0."},
                        {R"(^blocks\.0\.0\.bn1\.)", "features.1.conv.0.1."},
                        {R"(^blocks\.0\.0\.conv_pw\.)", "features.1.conv.1."},
                        {R"(^blocks\.0\.0\.bn2\.)", "features.1.conv.2."}}};
  for (const Block& block : BlocksOf({1, 2, 3, 4, 3, 3, 1})) {
    table.rules.push_back(
        {absl::StrCat(R"(^blocks\.)", block.stage, R"(\.)", block.layer, R"(\.)"), absl::StrCat("features.", block.index + 1, ".")});
  }
  for (const auto& [from, to] : {std::pair("conv_pw", "conv.0.0"), std::pair("bn1", "conv.0.1"), std::pair("conv_dw", "conv.1.0"),
                                 std::pair("bn2", "conv.1.1"), std::pair("conv_pwl", "conv.2"), std::pair("bn3", "conv.3")}) {
    table.rules.push_back({absl::StrCat(R"(^features\.(\d+)\.)", from, R"(\.)"), absl::StrCat(R"(features.\1.)", to, ".")});
  }
  return table;
}

// timm counts stages from 0, without the stem.
NamingTable TimmEfficientNet() {
  NamingTable table = {"timm's EfficientNet",
                       {{R"(^conv_stem\.)", "features.0.0."},
                        {R"(^bn1\.)", "features.0.1."},
                        {R"(^conv_head\.)", "features.8.0."},
                        {R"(^bn2\.)", "features.8.1."},
                        {R"(^classifier\.)", "classifier.1."}}};
  constexpr int kStages = 7;
  for (int stage = 0; stage < kStages; ++stage) {
    table.rules.push_back({absl::StrCat(R"(^blocks\.)", stage, R"(\.(\d+)\.)"), absl::StrCat("features.", stage + 1, R"(.\1.block.)")});
  }
  const auto add_parts = [&table](const std::string& stages, const std::vector<std::pair<const char*, const char*>>& parts) {
    for (const auto& [from, to] : parts) {
      table.rules.push_back({absl::StrCat(R"(^features\.()", stages, R"()\.(\d+)\.block\.)", from, R"(\.)"),
                             absl::StrCat(R"(features.\1.\2.block.)", to, ".")});
    }
  };
  // The first stage does not expand.
  add_parts("1", {{"conv_dw", "0.0"},
                  {"bn1", "0.1"},
                  {R"(se\.conv_reduce)", "1.fc1"},
                  {R"(se\.conv_expand)", "1.fc2"},
                  {"conv_pw", "2.0"},
                  {"bn2", "2.1"}});
  add_parts("[2-7]", {{"conv_pw", "0.0"},
                      {"bn1", "0.1"},
                      {"conv_dw", "1.0"},
                      {"bn2", "1.1"},
                      {R"(se\.conv_reduce)", "2.fc1"},
                      {R"(se\.conv_expand)", "2.fc2"},
                      {"conv_pwl", "3.0"},
                      {"bn3", "3.1"}});
  return table;
}

// To timm's names, which the zoo's model has.
NamingTable TensorFlowEfficientNetLite() {
  NamingTable table = {"EfficientNet-Lite as converted from TensorFlow",
                       {{R"(^_conv_stem\.)", "conv_stem."},
                        {R"(^_bn0\.)", "bn1."},
                        {R"(^_conv_head\.)", "conv_head."},
                        {R"(^_bn1\.)", "bn2."},
                        {R"(^_fc\.)", "classifier."},
                        // The first block does not expand.
                        {R"(^_blocks\.0\._depthwise_conv\.)", "blocks.0.0.conv_dw."},
                        {R"(^_blocks\.0\._bn1\.)", "blocks.0.0.bn1."},
                        {R"(^_blocks\.0\._project_conv\.)", "blocks.0.0.conv_pw."},
                        {R"(^_blocks\.0\._bn2\.)", "blocks.0.0.bn2."}}};
  for (const Block& block : BlocksOf({1, 2, 2, 3, 3, 4, 1})) {
    table.rules.push_back(
        {absl::StrCat(R"(^_blocks\.)", block.index, R"(\.)"), absl::StrCat("blocks.", block.stage, ".", block.layer, ".")});
  }
  for (const auto& [from, to] :
       {std::pair("_expand_conv", "conv_pw"), std::pair("_bn2", "bn3"), std::pair("_bn1", "bn2"), std::pair("_bn0", "bn1"),
        std::pair("_depthwise_conv", "conv_dw"), std::pair("_project_conv", "conv_pwl")}) {
    table.rules.push_back({absl::StrCat(R"(^(blocks\.\d+\.\d+)\.)", from, R"(\.)"), absl::StrCat(R"(\1.)", to, ".")});
  }
  return table;
}

NamingTable TimmVisionTransformer() {
  constexpr char kLayer[] = R"(encoder.layers.encoder_layer_\1.)";
  NamingTable table = {"timm's vision transformer",
                       {{"^cls_token", "class_token"},
                        {"^pos_embed", "encoder.pos_embedding"},
                        {R"(^patch_embed\.proj\.)", "conv_proj."},
                        {R"(^norm\.)", "encoder.ln."},
                        {R"(^head\.)", "heads.head."}}};
  for (const auto& [from, to] : {std::pair(R"(norm1\.)", "ln_1."), std::pair(R"(attn\.qkv\.)", "self_attention.in_proj_"),
                                 std::pair(R"(attn\.proj\.)", "self_attention.out_proj."), std::pair(R"(norm2\.)", "ln_2."),
                                 std::pair(R"(mlp\.fc1\.)", "mlp.0."), std::pair(R"(mlp\.fc2\.)", "mlp.3.")}) {
    table.rules.push_back({absl::StrCat(R"(^blocks\.(\d+)\.)", from), absl::StrCat(kLayer, to)});
  }
  return table;
}

// In torchvision's list the layers between the stages count too.
NamingTable TimmConvNext() {
  NamingTable table = {"timm's ConvNeXt",
                       {{R"(^stem\.)", "features.0."}, {R"(^head\.norm\.)", "classifier.0."}, {R"(^head\.fc\.)", "classifier.2."}}};
  constexpr int kStages = 4;
  for (int stage = 0; stage < kStages; ++stage) {
    const std::string from = absl::StrCat(R"(^stages\.)", stage);
    table.rules.push_back({absl::StrCat(from, R"(\.downsample\.)"), absl::StrCat("features.", 2 * stage, ".")});
    table.rules.push_back({absl::StrCat(from, R"(\.blocks\.)"), absl::StrCat("features.", 2 * stage + 1, ".")});
  }
  for (const auto& [from, to] :
       {std::pair("gamma", "layer_scale"), std::pair(R"(conv_dw\.)", "block.0."), std::pair(R"(norm\.)", "block.2."),
        std::pair(R"(mlp\.fc1\.)", "block.3."), std::pair(R"(mlp\.fc2\.)", "block.5.")}) {
    table.rules.push_back({absl::StrCat(R"(^features\.([1357])\.(\d+)\.)", from), absl::StrCat(R"(features.\1.\2.)", to)});
  }
  return table;
}

NamingTable OldDenseNet() {
  return {"DenseNet as torchvision wrote it before version 0.3", {{R"((\.denselayer\d+\.(?:norm|conv))\.([12]\.))", R"(\1\2)"}}};
}

}  // namespace

std::vector<NamingTable> NamingTablesFor(const ModelConfig& config) {
  if (config.has_mobilenet_v2()) return {OldMobilenetV2(), TimmMobilenetV2()};
  if (config.has_efficientnet_b0() || config.has_efficientnet_b1() || config.has_efficientnet_b2()) return {TimmEfficientNet()};
  // Without the flag the same weights would mean other numbers, and nobody would notice.
  if (config.efficientnet_lite0().tensorflow()) return {TensorFlowEfficientNetLite()};
  if (config.has_vit_b_16()) return {TimmVisionTransformer()};
  if (config.has_convnext_tiny()) return {TimmConvNext()};
  if (config.has_densenet121()) return {OldDenseNet()};
  return {};
}

}  // namespace mica
