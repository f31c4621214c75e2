#include "models/layers/layer_validation.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/validation_table.h"

namespace mica {
namespace {

void Validate(const BlockConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateLayers(config.layer(), path, problems);
}

const ValidationTable<BlockConfig> kTable(Validate, "m");

// `layer` inside this many blocks.
std::string Nested(int blocks, const std::string& layer) {
  return blocks == 0 ? layer : absl::StrCat("layer { block { ", Nested(blocks - 1, layer), " } }");
}

// Every kind with its defaults, future ones too; only `out_channels` is required.
TEST(LayerValidationTest, AcceptsEveryKindsDefaults) {
  const auto* kind = LayerConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) {
    const auto* type = kind->field(i)->message_type();
    const std::string required = type->FindFieldByName("out_channels") != nullptr ? "out_channels: 8"
                                 : type->FindFieldByName("layer") != nullptr      ? "layer { linear {} }"
                                                                                  : "";
    kTable.ExpectValid(absl::StrCat("layer { ", kind->field(i)->name(), " { ", required, " } } layer { linear {} }"));
  }
}

TEST(LayerValidationTest, AcceptsTheEdges) {
  kTable.ExpectValid(
      "layer { conv2d { out_channels: 65536 groups: 65536 kernel_size_px: 255 stride: 255 padding_px: 255 dilation: 255 } }");
  kTable.ExpectValid("layer { linear { out_features: 1048576 } }");
  kTable.ExpectValid("layer { max_pool { kernel_size_px: 3 stride: 1 padding_px: 1 } }");
  kTable.ExpectValid(
      "layer { dropout { probability: 0 } } layer { leaky_relu { negative_slope: 1 } } layer { batch_norm { momentum: 0 } }");
  kTable.ExpectValid("layer { name: 'Block_1' flatten {} } layer { name: '0' linear {} }");
  kTable.ExpectValid(Nested(8, "layer { linear {} }"));
}

TEST(LayerValidationTest, NamesTheFieldOfABadValue) {
  const auto conv2d = [](const std::string& more) { return absl::StrCat("layer { conv2d { out_channels: 8 ", more, " } }"); };
  kTable.ExpectErrors({
      {"", "m.layer is required: list at least one layer"},
      {"layer {}", "m.layer[0] is required: choose one of block, conv2d, linear, batch_norm, relu"},
      {"layer { block {} }", "m.layer[0].block.layer is required: list at least one layer"},
      {"layer { conv2d {} }", "m.layer[0].conv2d.out_channels is required"},
      {"layer { conv2d { out_channels: 0 } }", "m.layer[0].conv2d.out_channels must be 1 to 65536 (got 0)"},
      {"layer { conv2d { out_channels: 65537 } }", "m.layer[0].conv2d.out_channels must be 1 to 65536 (got 65537)"},
      {conv2d("groups: 3"), "m.layer[0].conv2d.out_channels must be a multiple of groups, 3 (got 8)"},
      {conv2d("groups: 0"), "m.layer[0].conv2d.groups must be 1 to 65536 (got 0)"},
      {conv2d("groups: -1"), "m.layer[0].conv2d.groups must be 1 to 65536 (got -1)"},
      {conv2d("groups: 65537"), "m.layer[0].conv2d.groups must be 1 to 65536 (got 65537)"},
      {conv2d("kernel_size_px: 0"), "m.layer[0].conv2d.kernel_size_px must be 1 to 255 (got 0)"},
      {conv2d("kernel_size_px: 256"), "m.layer[0].conv2d.kernel_size_px must be 1 to 255 (got 256)"},
      {conv2d("stride: 0"), "m.layer[0].conv2d.stride must be 1 to 255 (got 0)"},
      {conv2d("stride: 256"), "m.layer[0].conv2d.stride must be 1 to 255 (got 256)"},
      {conv2d("padding_px: -1"), "m.layer[0].conv2d.padding_px must be 0 to 255 (got -1)"},
      {conv2d("padding_px: 256"), "m.layer[0].conv2d.padding_px must be 0 to 255 (got 256)"},
      {conv2d("dilation: 0"), "m.layer[0].conv2d.dilation must be 1 to 255 (got 0)"},
      {conv2d("dilation: 256"), "m.layer[0].conv2d.dilation must be 1 to 255 (got 256)"},
      {"layer { linear { out_features: 0 } }", "m.layer[0].linear.out_features must be 1 to 1048576 (got 0)"},
      {"layer { linear { out_features: 1048577 } }", "m.layer[0].linear.out_features must be 1 to 1048576 (got 1048577)"},
      {"layer { batch_norm { epsilon: 0 } }", "m.layer[0].batch_norm.epsilon must be above 0, at most 1 (got 0)"},
      {"layer { batch_norm { epsilon: 1e-60 } }", "m.layer[0].batch_norm.epsilon must be at least 1.1754944e-38"},
      {"layer { batch_norm { epsilon: 2 } }", "m.layer[0].batch_norm.epsilon must be above 0, at most 1 (got 2)"},
      {"layer { batch_norm { epsilon: nan } }", "m.layer[0].batch_norm.epsilon must be above 0, at most 1 (got nan)"},
      {"layer { batch_norm { momentum: -0.1 } }", "m.layer[0].batch_norm.momentum must be 0 to 1 (got -0.1)"},
      {"layer { batch_norm { momentum: 1.5 } }", "m.layer[0].batch_norm.momentum must be 0 to 1 (got 1.5)"},
      {"layer { batch_norm { momentum: nan } }", "m.layer[0].batch_norm.momentum must be 0 to 1 (got nan)"},
      {"layer { leaky_relu { negative_slope: -0.1 } } layer { linear {} }",
       "m.layer[0].leaky_relu.negative_slope must be 0 to 1 (got -0.1)"},
      {"layer { leaky_relu { negative_slope: inf } } layer { linear {} }", "m.layer[0].leaky_relu.negative_slope must be 0 to 1 (got inf)"},
      {"layer { max_pool { kernel_size_px: 0 } }", "m.layer[0].max_pool.kernel_size_px must be 1 to 255 (got 0)"},
      {"layer { max_pool { kernel_size_px: 256 } }", "m.layer[0].max_pool.kernel_size_px must be 1 to 255 (got 256)"},
      {"layer { max_pool { stride: 0 } }", "m.layer[0].max_pool.stride must be 1 to 255 (got 0)"},
      {"layer { max_pool { padding_px: 2 } }", "m.layer[0].max_pool.padding_px must be 0 to 1, half of kernel_size_px (got 2)"},
      {"layer { average_pool { stride: 256 } }", "m.layer[0].average_pool.stride must be 1 to 255 (got 256)"},
      {"layer { average_pool { padding_px: -1 } }", "m.layer[0].average_pool.padding_px must be 0 to 1, half of kernel_size_px (got -1)"},
      {"layer { dropout { probability: 1 } } layer { linear {} }", "m.layer[0].dropout.probability must be 0 or more, below 1 (got 1)"},
      {"layer { dropout { probability: -0.1 } } layer { linear {} }",
       "m.layer[0].dropout.probability must be 0 or more, below 1 (got -0.1)"},
      {"layer { dropout { probability: nan } } layer { linear {} }", "m.layer[0].dropout.probability must be 0 or more, below 1 (got nan)"},
      {"layer { block { layer { block { layer { conv2d {} } } } } }",
       "m.layer[0].block.layer[0].block.layer[0].conv2d.out_channels is required"},
  });
}

TEST(LayerValidationTest, NamesArePlainAndUnique) {
  const std::string rule = " must be 1 to 100 letters, digits and \"_\", as tensors are named after it (got ";
  kTable.ExpectErrors({
      {"layer { name: '' linear {} }", absl::StrCat("m.layer[0].name", rule, "\"\")")},
      {"layer { name: 'a.b' linear {} }", absl::StrCat("m.layer[0].name", rule, "\"a.b\")")},
      {"layer { block { layer { name: 'a b' linear {} } } }", absl::StrCat("m.layer[0].block.layer[0].name", rule, "\"a b\")")},
      {absl::StrCat("layer { name: '", std::string(101, 'x'), "' linear {} }"), absl::StrCat("m.layer[0].name", rule)},
      {"layer { name: 'a' flatten {} } layer { name: 'a' linear {} }", "m.layer[1].name is \"a\", which is also the name of layer[0]; "},
      {"layer { flatten {} } layer { name: '0' linear {} }",
       "m.layer[1].name is \"0\", which is also the name of layer[0], after its position; "},
      {"layer { name: '1' flatten {} } layer { linear {} }",
       "m.layer[0].name is \"1\", which is also the name of layer[1], after its position; "},
  });
  kTable.ExpectValid(
      "layer { name: 'a' block { layer { name: 'a' flatten {} } } } layer { name: 'b' block { layer { name: 'a' linear {} } } }");
}

TEST(LayerValidationTest, BlocksHaveADeepest) {
  std::string path = "m";
  for (int i = 0; i < 9; ++i) path += ".layer[0].block";
  kTable.ExpectErrors({{Nested(9, "layer { linear {} }"), absl::StrCat(path, " is too deep: blocks may be nested 8 deep")}});
}

TEST(LayerValidationTest, WarnsOfWhatChangesLogits) {
  const std::string rule = " is the last layer: it changes the logits";
  kTable.ExpectWarnings({{"layer { linear {} } layer { relu {} }", "m.layer[1].relu" + rule},
                         {"layer { linear {} } layer { dropout {} }", "m.layer[1].dropout" + rule},
                         {"layer { block { layer { linear {} } layer { tanh {} } } }", "m.layer[0].block.layer[1].tanh" + rule}});
}

}  // namespace
}  // namespace mica
