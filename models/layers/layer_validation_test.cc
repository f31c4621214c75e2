#include "models/layers/layer_validation.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/validation_table.h"
#include "models/layers/layer.pb.h"

namespace mica {
namespace {

void Validate(const BlockConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateLayers(config.layer(), path, problems);
}

const ValidationTable<BlockConfig> kTable(Validate, "m");

// `layer` inside this many containers, each "KIND { layer { … } }".
std::string Nested(int depth, const std::string& kind, const std::string& layer) {
  return depth == 0 ? layer : absl::StrCat("layer { ", kind, " { ", Nested(depth - 1, kind, layer), " } }");
}

std::string Repeated(int times, absl::string_view text) {
  std::string all;
  for (int i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

TEST(LayerValidationTest, AcceptsListsOfEveryContainer) {
  kTable.ExpectValid("layer { flatten {} } layer { linear {} }");
  kTable.ExpectValid(R"(
      layer { name: "stem" conv2d { out_channels: 8 } }
      layer { name: "0" block {
        layer { name: "" residual { layer { name: "conv1" conv2d { out_channels: 8 } } shortcut { name: "downsample" block {
          layer { conv2d { out_channels: 8 } } } } } }
        layer { name: "relu" relu {} }
      } }
      layer { name: "dense" concat { branch {} branch { layer { conv2d { out_channels: 8 } } } } }
      layer { global_average_pool {} }
      layer { linear {} })");
}

TEST(LayerValidationTest, NamesWhatIsMissingOrWrongInside) {
  kTable.ExpectErrors({
      {"", "m.layer is required: list at least one layer"},
      {"layer {}", "m.layer[0] is required: choose one of block, conv2d, linear, batch_norm, relu"},
      {"layer { block {} }", "m.layer[0].block.layer is required: list at least one layer"},
      {"layer { residual {} }", "m.layer[0].residual.layer is required: list at least one layer"},
      {"layer { residual { layer { relu {} } shortcut { name: 's' } } }", "m.layer[0].residual.shortcut[0] is required: choose one of"},
      {"layer { concat {} }", "m.layer[0].concat.branch must list at least two branches (got 0)"},
      {"layer { concat { branch { layer { relu {} } } } }", "m.layer[0].concat.branch must list at least two branches (got 1)"},
      {"layer { block { layer { block { layer { conv2d {} } } } } }",
       "m.layer[0].block.layer[0].block.layer[0].conv2d.out_channels is required"},
      {"layer { residual { layer { relu {} } shortcut { name: 's' conv2d {} } } }",
       "m.layer[0].residual.shortcut[0].conv2d.out_channels is required"},
      {"layer { concat { branch {} branch { layer { conv2d {} } } } }",
       "m.layer[0].concat.branch[1].layer[0].conv2d.out_channels is required"},
      {"layer { name: 'a' relu {} } layer { name: 'a' linear {} }", "m.layer[1].name is \"a\", which is also the name of layer[0]; "},
  });
}

TEST(LayerValidationTest, ContainersHaveADeepest) {
  const auto path = [](const std::string& kind) {
    return absl::StrCat("m", Repeated(17, ".layer[0]." + kind), ".layer is too deep: blocks, residuals and concats may be nested 16 deep");
  };
  kTable.ExpectValid(Nested(16, "block", "layer { linear {} }"));
  kTable.ExpectErrors({{Nested(17, "block", "layer { linear {} }"), path("block")},
                       {Nested(17, "residual", "layer { linear {} }"), path("residual")},
                       {Nested(16, "block", "layer { concat { branch {} branch { layer { linear {} } } } }"),
                        "m" + Repeated(16, ".layer[0].block") + ".layer[0].concat.branch[1].layer is too deep"}});
}

TEST(LayerValidationTest, StochasticDepthEndsABranch) {
  const std::string drop = "layer { stochastic_depth { probability: 0.1 } }";
  const std::string end = " layer { name: 'end' linear {} }";
  const std::string rule = ".stochastic_depth must be the last layer of a residual's branch";
  kTable.ExpectValid(absl::StrCat("layer { residual { layer { relu {} } ", drop, " } }", end));
  kTable.ExpectValid(absl::StrCat("layer { residual { layer { block { layer { relu {} } ", drop, " } } } }", end));
  kTable.ExpectErrors({
      {drop + end, "m.layer[0]" + rule},
      {absl::StrCat("layer { block { ", drop, " } }", end), "m.layer[0].block.layer[0]" + rule},
      {absl::StrCat("layer { residual { ", drop, " layer { relu {} } } }", end), "m.layer[0].residual.layer[0]" + rule},
      {absl::StrCat("layer { residual { layer { block { ", drop, " } } layer { relu {} } } }", end),
       "m.layer[0].residual.layer[0].block.layer[0]" + rule},
      {absl::StrCat("layer { residual { layer { relu {} } shortcut { name: 's' stochastic_depth { probability: 0 } } } }", end),
       "m.layer[0].residual.shortcut[0]" + rule},
      {absl::StrCat("layer { residual { layer { concat { branch {} branch { ", drop, " } } } } }", end),
       "m.layer[0].residual.layer[0].concat.branch[1].layer[0]" + rule},
  });
}

TEST(LayerValidationTest, WarnsOfWhatChangesLogits) {
  const std::string rule = " is the last layer: it changes the logits";
  for (const std::string kind :
       {"relu", "relu6", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "hard_swish", "hard_sigmoid", "dropout"}) {
    kTable.ExpectWarnings({{absl::StrCat("layer { linear {} } layer { ", kind, " {} }"), absl::StrCat("m.layer[1].", kind, rule)}});
  }
  kTable.ExpectWarnings({{"layer { block { layer { linear {} } layer { tanh {} } } }", "m.layer[0].block.layer[1].tanh" + rule}});
}

}  // namespace
}  // namespace mica
