#include "models/initialisation/initialisation_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "base/config/required_oneof.h"
#include "base/testing/status_matchers.h"
#include "models/layers/layer.pb.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

struct Model {
  BlockConfig config;
  std::vector<InferredLayer> layers;
};

Model Infer(const std::string& text, const LayerShape& input) {
  Model model{ParseTextOrDie<BlockConfig>(text), {}};
  absl::StatusOr<std::vector<InferredLayer>> layers = InferLayers(model.config.layer(), "", input, /*num_classes=*/10);
  EXPECT_THAT(layers, IsOk()) << text;
  if (layers.ok()) model.layers = *std::move(layers);
  return model;
}

// conv1, bn1, a residual with a shortcut, fc.
Model SmallResNet() {
  return Infer(R"(
    layer { name: 'conv1' conv2d { out_channels: 4 bias: false } }
    layer { name: 'bn1' batch_norm {} }
    layer { name: 'layer1' block {
      layer { name: '' residual {
        layer { name: 'conv1' conv2d { out_channels: 8 padding_px: 1 } }
        layer { name: 'bn1' batch_norm {} }
        layer { name: 'drop' stochastic_depth { probability: 0.1 } }
        shortcut { name: 'downsample' block {
          layer { conv2d { out_channels: 8 kernel_size_px: 1 } } layer { batch_norm {} } } }
      } }
      layer { name: 'relu' relu {} } } }
    layer { name: 'pool' global_average_pool {} }
    layer { name: 'fc' linear {} })",
               {/*channels=*/3, 8, 8});
}

// Patches, a class token, positions, attention, layer_scale, a head.
Model SmallTransformer() {
  return Infer(R"(
    layer { name: 'conv_proj' conv2d { out_channels: 8 kernel_size_px: 4 stride: 4 } }
    layer { name: 'tokens' tokens {} }
    layer { name: 'class_token' class_token {} }
    layer { name: 'pos' position_embedding {} }
    layer { name: 'block' residual {
      layer { name: 'ln' layer_norm {} }
      layer { name: 'attention' self_attention { heads: 2 } }
      layer { name: 'scale' layer_scale {} } } }
    layer { name: 'token' first_token {} }
    layer { name: 'head' linear {} })",
               {/*channels=*/3, 8, 8});
}

// What decides a tensor: the rule's kind, "-" for its layer, with "0" where zero_gamma follows.
std::map<std::string, std::string> Deciding(const std::string& text, const Model& model) {
  const auto config = ParseTextOrDie<InitialisationConfig>(text);
  std::map<std::string, std::string> deciding;
  for (const InitialTensor& initial : PlanInitialisation(config, model.layers)) {
    std::string& what = deciding[initial.tensor->name];
    EXPECT_EQ(what, "") << "twice: " << initial.tensor->name;
    what = initial.rule == nullptr ? "-" : ChosenArm(*initial.rule, "kind");
    if (initial.zero_gamma) what += "0";
  }
  return deciding;
}

// The names that the rule decides.
std::vector<std::string> DecidedBy(const std::string& rule, const Model& model) {
  const auto config = ParseTextOrDie<InitialisationConfig>("rule {" + rule + " constant { value: 1 } }");
  EXPECT_THAT(CheckInitialisation(config, "model.initialisation", model.layers), IsOk()) << rule;
  std::vector<std::string> names;
  for (const InitialTensor& initial : PlanInitialisation(config, model.layers)) {
    if (initial.rule != nullptr) names.push_back(initial.tensor->name);
  }
  return names;
}

TEST(InitialisationPlanTest, HoldsEveryTrainedTensorOnceInTheOrderOfLayers) {
  const Model model = SmallResNet();
  std::vector<std::string> names;
  for (const InitialTensor& initial : PlanInitialisation({}, model.layers)) {
    names.push_back(initial.tensor->name);
    EXPECT_EQ(initial.rule, nullptr);
    EXPECT_FALSE(initial.zero_gamma);
  }
  EXPECT_THAT(names, ElementsAre("conv1.weight", "bn1.weight", "bn1.bias", "layer1.conv1.weight", "layer1.conv1.bias", "layer1.bn1.weight",
                                 "layer1.bn1.bias", "layer1.downsample.0.weight", "layer1.downsample.0.bias", "layer1.downsample.1.weight",
                                 "layer1.downsample.1.bias", "fc.weight", "fc.bias"));
}

TEST(InitialisationPlanTest, PatternKindAndTensorSelectTogether) {
  const Model resnet = SmallResNet(), transformer = SmallTransformer();
  EXPECT_THAT(DecidedBy("pattern: 'fc'", resnet), ElementsAre("fc.weight"));
  EXPECT_THAT(DecidedBy("pattern: 'fc' tensor: BIAS", resnet), ElementsAre("fc.bias"));
  EXPECT_THAT(DecidedBy("pattern: 'fc' tensor: ALL", resnet), ElementsAre("fc.weight", "fc.bias"));
  EXPECT_THAT(DecidedBy("pattern: ['fc', 'layer1.*.0'] ", resnet), ElementsAre("layer1.downsample.0.weight", "fc.weight"));
  EXPECT_THAT(DecidedBy("layer_kind: CONV2D", resnet), ElementsAre("conv1.weight", "layer1.conv1.weight", "layer1.downsample.0.weight"));
  EXPECT_THAT(DecidedBy("layer_kind: [LINEAR, NORM] tensor: BIAS", resnet),
              ElementsAre("bn1.bias", "layer1.bn1.bias", "layer1.downsample.1.bias", "fc.bias"));
  EXPECT_THAT(DecidedBy("pattern: 'layer1' layer_kind: CONV2D tensor: ALL", resnet),
              ElementsAre("layer1.conv1.weight", "layer1.conv1.bias", "layer1.downsample.0.weight", "layer1.downsample.0.bias"));
  EXPECT_THAT(DecidedBy("layer_kind: ATTENTION", transformer),
              ElementsAre("block.attention.in_proj_weight", "block.attention.out_proj.weight"));
  EXPECT_THAT(DecidedBy("layer_kind: ATTENTION tensor: BIAS", transformer),
              ElementsAre("block.attention.in_proj_bias", "block.attention.out_proj.bias"));
  EXPECT_THAT(DecidedBy("layer_kind: EMBEDDING", transformer), ElementsAre("class_token", "pos"));
  EXPECT_THAT(DecidedBy("layer_kind: [NORM, LAYER_SCALE]", transformer), ElementsAre("block.ln.weight", "block.scale"));
}

TEST(InitialisationPlanTest, EveryLayerWithTensorsIsOfOneKind) {
  const Model model = Infer(R"(
    layer { conv2d { out_channels: 8 } } layer { batch_norm {} } layer { group_norm { groups: 2 } } layer { layer_norm {} }
    layer { squeeze_excite { squeeze_channels: 2 } } layer { window_attention { heads: 2 window_px: 3 } } layer { layer_scale {} }
    layer { tokens {} } layer { class_token {} } layer { position_embedding {} } layer { self_attention { heads: 2 } }
    layer { first_token {} } layer { linear {} })",
                            {/*channels=*/3, 8, 8});
  std::map<std::string, std::vector<std::string>> kinds;
  const auto* values = InitialisationRuleConfig::LayerKind_descriptor();
  for (int i = 1; i < values->value_count(); ++i) {
    for (const std::string& name : DecidedBy("tensor: ALL layer_kind: " + values->value(i)->name(), model)) {
      kinds[name].push_back(values->value(i)->name());
    }
  }
  EXPECT_EQ(kinds.size(), PlanInitialisation({}, model.layers).size());
  for (const auto& [name, of] : kinds) EXPECT_EQ(of.size(), 1) << name;
  EXPECT_THAT(kinds["5.relative_position_bias_table"], ElementsAre("ATTENTION"));
  EXPECT_THAT(kinds["4.fc2.bias"], ElementsAre("SQUEEZE_EXCITE"));
}

TEST(InitialisationPlanTest, OfAllRulesTheLastThatCoversDecides) {
  const Model model =
      Infer("layer { name: 'a' conv2d { out_channels: 2 } } layer { flatten {} } layer { name: 'fc' linear {} }", {1, 4, 4});
  EXPECT_THAT(Deciding("rule { tensor: ALL normal { std: 1 } } rule { pattern: 'fc' orthogonal {} }", model),
              UnorderedElementsAre(Pair("a.weight", "normal"), Pair("a.bias", "normal"), Pair("fc.weight", "orthogonal"),
                                   Pair("fc.bias", "normal")));
  EXPECT_THAT(
      Deciding("rule { pattern: 'fc' orthogonal {} } rule { tensor: ALL normal { std: 1 } }", model),
      UnorderedElementsAre(Pair("a.weight", "normal"), Pair("a.bias", "normal"), Pair("fc.weight", "normal"), Pair("fc.bias", "normal")));
}

std::vector<std::string> ZeroGammas(const Model& model) {
  std::vector<std::string> names;
  for (const InitialTensor& initial : PlanInitialisation(ParseTextOrDie<InitialisationConfig>("zero_gamma: true"), model.layers)) {
    if (initial.zero_gamma) names.push_back(initial.tensor->name);
  }
  return names;
}

Model Residual(const std::string& branch) {
  return Infer("layer { name: 'a' residual {" + branch + "} } layer { flatten {} } layer { linear {} }", {/*channels=*/4, 4, 4});
}

TEST(InitialisationPlanTest, ZeroGammaIsTheNormThatEndsABranch) {
  EXPECT_THAT(ZeroGammas(SmallResNet()), ElementsAre("layer1.bn1.weight"));  // not the shortcut's
  EXPECT_THAT(ZeroGammas(SmallTransformer()), ElementsAre());
  EXPECT_THAT(
      ZeroGammas(Residual("layer { name: 'b' block { layer { batch_norm {} } layer { relu {} } layer { group_norm { groups: 2 } } } }")),
      ElementsAre("a.b.2.weight"));
  EXPECT_THAT(ZeroGammas(Residual("layer { batch_norm {} } layer { squeeze_excite { squeeze_channels: 2 } } layer { layer_scale {} }")),
              ElementsAre("a.0.weight"));
}

TEST(InitialisationPlanTest, ZeroGammaLeavesOtherBranchesAlone) {
  // The gradient could never pass the ReLU, and the bias of the convolution would remain.
  EXPECT_THAT(ZeroGammas(Residual("layer { batch_norm {} } layer { relu {} }")), ElementsAre());
  EXPECT_THAT(ZeroGammas(Residual("layer { batch_norm {} } layer { conv2d { out_channels: 4 padding_px: 1 } }")), ElementsAre());
  EXPECT_THAT(ZeroGammas(Residual(
                  "layer { concat { branch { layer { name: 'x' conv2d { out_channels: 2 kernel_size_px: 1 } } } "
                  "branch { layer { name: 'y' conv2d { out_channels: 2 kernel_size_px: 1 } } layer { name: 'z' batch_norm {} } } } }")),
              ElementsAre());
  // Only the outer sum of these two has a norm at its end.
  EXPECT_THAT(ZeroGammas(Residual("layer { residual { layer { relu {} } } } layer { batch_norm {} }")), ElementsAre("a.1.weight"));
  EXPECT_THAT(ZeroGammas(Residual("layer { residual { layer { name: 'c' batch_norm {} } } }")), ElementsAre("a.0.c.weight"));
}

TEST(InitialisationPlanTest, ZeroGammaStandsBesideTheRule) {
  const Model model = SmallResNet();
  const auto deciding = Deciding("zero_gamma: true rule { layer_kind: NORM constant { value: 2 } }", model);
  EXPECT_EQ(deciding.at("layer1.bn1.weight"), "constant0");
  EXPECT_EQ(deciding.at("layer1.bn1.bias"), "-");
  EXPECT_EQ(deciding.at("bn1.weight"), "constant");
}

absl::Status Check(const std::string& text, const Model& model) {
  return CheckInitialisation(ParseTextOrDie<InitialisationConfig>(text), "model.initialisation", model.layers);
}

TEST(InitialisationPlanTest, NamesWhatDoesNotFitTheModel) {
  const std::string rule = "model.initialisation.rule[0]";
  const Model resnet = SmallResNet(), transformer = SmallTransformer();
  struct Row {
    const Model& model;
    std::string text, message;
  };
  const std::vector<Row> rows = {
      {resnet, "rule { pattern: 'fd' normal { std: 1 } }",
       rule + ".pattern[0] covers no tensor: none is called \"fd\"; did you mean \"fc\"?"},
      {resnet, "rule { pattern: ['fc', '*.gamma'] normal { std: 1 } }", rule + ".pattern[1] covers no tensor: none is called \"*.gamma\""},
      {resnet, "rule { pattern: 'bn1.running_mean' constant { value: 0 } }",
       rule + ".pattern[0] covers no tensor: none is called \"bn1.running_mean\""},
      {resnet, "rule { pattern: 'fc.bias' normal { std: 1 } }",
       rule + ".pattern[0] covers no tensor: \"fc.bias\" names fc.bias, but no WEIGHT"},
      {resnet, "rule { pattern: 'fc' layer_kind: [CONV2D, NORM] tensor: ALL normal { std: 1 } }",
       rule + ".pattern[0] covers no tensor: \"fc\" names fc.bias, but no tensor of CONV2D or NORM"},
      {resnet, "rule { pattern: 'a\\nb' constant { value: 0 } }", rule + ".pattern[0] covers no tensor: none is called \"a\\nb\""},
      {resnet, "rule { layer_kind: ATTENTION xavier_normal {} }", rule + " covers no tensor: the model has no WEIGHT of ATTENTION"},
      {resnet, "rule { kaiming_normal {} }",
       rule +
           ".kaiming_normal needs tensors of inputs and outputs, but the rule covers bn1.weight, [4] of a batch_norm; write layer_kind: ["},
      {resnet, "rule { pattern: 'fc' tensor: ALL orthogonal {} }",
       rule + ".orthogonal needs tensors of inputs and outputs, but the rule covers fc.bias, [10] of a linear; write tensor: WEIGHT"},
      {transformer, "rule { layer_kind: LAYER_SCALE xavier_uniform {} }",
       rule + ".xavier_uniform needs tensors of inputs and outputs, but the rule covers block.scale, [8] of a layer_scale"},
      {transformer, "zero_gamma: true", "model.initialisation.zero_gamma changes nothing: no residual of the model"},
  };
  for (const Row& row : rows) {
    const absl::Status status = Check(row.text, row.model);
    EXPECT_THAT(status, Fails(ExitCode::kConfig, testing::StartsWith(row.message))) << row.text;
    EXPECT_THAT(FieldsOf(status), ElementsAre(row.message.substr(0, row.message.find(' ')))) << row.text;
  }
}

TEST(InitialisationPlanTest, ReportsAllProblemsAtOnce) {
  const absl::Status status =
      Check("rule { pattern: ['x', 'y'] xavier_normal {} } rule { layer_kind: EMBEDDING constant { value: 0 } }", SmallResNet());

  EXPECT_THAT(status, Fails(ExitCode::kConfig, HasSubstr("none is called \"x\"")));
  EXPECT_THAT(FieldsOf(status), ElementsAre("model.initialisation.rule[0].pattern[0]", "model.initialisation.rule[0].pattern[1]",
                                            "model.initialisation.rule[1]"));
}

TEST(InitialisationPlanTest, AcceptsWhatFits) {
  EXPECT_THAT(Check("", SmallTransformer()), IsOk());
  EXPECT_THAT(Check("rule { layer_kind: [CONV2D, LINEAR, ATTENTION] kaiming_normal {} } zero_gamma: true", SmallResNet()), IsOk());
  EXPECT_THAT(Check("rule { layer_kind: [EMBEDDING, ATTENTION] xavier_normal {} }", SmallTransformer()), IsOk());
  // A later rule may decide all that an earlier one covers: a model's own rules come first.
  EXPECT_THAT(Check("rule { layer_kind: CONV2D kaiming_normal {} } rule { layer_kind: CONV2D orthogonal {} }", SmallResNet()), IsOk());
}

}  // namespace
}  // namespace mica
