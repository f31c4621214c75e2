#include "models/zoo/model_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/initialisation/initialisation_plan.h"

namespace mica {
namespace {

using testing::EndsWith;
using testing::Eq;
using testing::HasSubstr;
using testing::StartsWith;

absl::StatusOr<InferredModel> Infer(const std::string& text, const LayerShape& input) {
  return InferModel(ParseTextOrDie<ModelConfig>(text), input, /*num_classes=*/10);
}

InferredLayer Total(const std::string& text) {
  const auto model = Infer(text, {/*channels=*/1, /*height_px=*/28, /*width_px=*/28});
  EXPECT_THAT(model, IsOk()) << text;
  return model.ok() ? TotalOf(model->layers) : InferredLayer();
}

TEST(ModelLayersTest, TheZoosCounts) {
  EXPECT_EQ(Total("linear {}").parameters, 784 * 10 + 10 + 10 * 10 + 10);
  EXPECT_EQ(Total("linear {}").multiply_adds, 784 * 10 + 10 * 10);
  EXPECT_EQ(Total("linear_relu { hidden_units: 32 }").parameters, 784 * 32 + 32 + 32 * 10 + 10);
  const InferredLayer tiny_vgg = Total("tiny_vgg { hidden_channels: 10 }");
  EXPECT_EQ(tiny_vgg.parameters, 90 + 10 + 3 * (900 + 10) + 490 * 10 + 10);
  EXPECT_EQ(tiny_vgg.multiply_adds, 28 * 28 * (90 + 900) + 14 * 14 * 2 * 900 + 490 * 10);
  EXPECT_EQ(tiny_vgg.activations, 4 * 7840 + 1960 + 4 * 1960 + 490 + 490 + 10);
}

TEST(ModelLayersTest, OptionsReachTheLayers) {
  const auto layers = AsLayers(ParseTextOrDie<ModelConfig>("linear_relu { hidden_units: 32 relu_on_logits: true }"));

  ASSERT_THAT(layers, IsOk());
  EXPECT_EQ(layers->sequential().ShortDebugString(),
            "layer { name: \"layer_stack\" block { layer { flatten { } } layer { linear { out_features: 32 } } layer { relu { } } layer { "
            "linear { } } layer { relu { } } } }");
}

std::string AsLayersText(const std::string& text) {
  const auto layers = AsLayers(ParseTextOrDie<ModelConfig>(text));
  EXPECT_THAT(layers, IsOk()) << text;
  return layers.ok() ? layers->ShortDebugString() : "";
}

TEST(ModelLayersTest, TheUsersInitialisationComesAfterTheNetworks) {
  const auto layers = AsLayers(ParseTextOrDie<ModelConfig>(
      "resnet18 {} initialisation { rule { pattern: 'fc' normal { std: 0.01 } } zero_gamma: true } initial_weights { weights_file: 'x' }"));

  ASSERT_THAT(layers, IsOk());
  EXPECT_EQ(layers->initialisation().ShortDebugString(),
            "rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } } rule { pattern: \"fc\" normal { std: 0.01 } } zero_gamma: true");
  EXPECT_EQ(layers->initial_weights().weights_file(), "x");
}

TEST(ModelLayersTest, AListOfLayersIsItself) {
  for (const std::string text : {"sequential { layer { flatten {} } layer { linear {} } }",
                                 "sequential { layer { linear {} } } initialisation { rule { pattern: 'fc' normal { std: 0.01 } } }"}) {
    EXPECT_EQ(AsLayersText(text), ParseTextOrDie<ModelConfig>(text).ShortDebugString());
  }
}

TEST(ModelLayersTest, TheNetworksInitialisationIsPassedOn) {
  const auto model = Infer("resnet20 {}", {3, 32, 32});

  ASSERT_THAT(model, IsOk());
  EXPECT_EQ(model->initialisation.ShortDebugString(), "rule { layer_kind: CONV2D kaiming_normal { fan: FAN_OUT } }");
  EXPECT_FALSE(AsLayers(ParseTextOrDie<ModelConfig>("linear {}"))->has_initialisation());
}

TEST(ModelLayersTest, AUsersRuleThatDoesNotFitIsNamedByItsPlaceInTheExperiment) {
  const auto model = Infer("resnet18 {} initialisation { rule { pattern: 'classifier' normal { std: 0.01 } } }", {3, 64, 64});
  EXPECT_THAT(model,
              Fails(ExitCode::kConfig, Eq("model.initialisation.rule[0].pattern[0] covers no tensor: none is called \"classifier\"")));
  EXPECT_THAT(FieldsOf(model.status()), testing::ElementsAre("model.initialisation.rule[0].pattern[0]"));
}

TEST(ModelLayersTest, AZooModelNamesTheSizeItNeeds) {
  EXPECT_THAT(
      Infer("tiny_vgg {}", {1, 3, 28}),
      Fails(ExitCode::kConfig, Eq("model.tiny_vgg needs images of at least 4x4 pixels, the data has 3x28; block_2.4 (max_pool): needs "
                                  "at least 2x2 pixels, gets 10x1x14 from block_2.3")));
  EXPECT_THAT(Infer("tiny_vgg {}", {1, 4, 4}), IsOk());
}

TEST(ModelLayersTest, AZooModelThatIsTooLargeIsNamed) {
  EXPECT_THAT(Infer("tiny_vgg { hidden_channels: 1024 }", {3, 4096, 4096}),
              Fails(ExitCode::kConfig, HasSubstr("model.tiny_vgg: block_1.0 (conv2d): would put out 1024x4096x4096 for one image")));
}

TEST(ModelLayersTest, ASequentialModelIsReportedByItsPath) {
  EXPECT_THAT(Infer("sequential { layer { linear {} } }", {1, 28, 28}),
              Fails(ExitCode::kConfig, HasSubstr("model.sequential.layer[0].linear: needs a flat input")));
}

TEST(ModelLayersTest, ASequentialModelNamesTheSizeItNeedsToo) {
  const std::string pool = "layer { max_pool {} } ", end = "layer { flatten {} } layer { linear {} } }";
  const auto infer = [&](const std::string& layers, const LayerShape& input) {
    return Infer("sequential { " + layers + end, input).status();
  };

  EXPECT_THAT(infer(pool + pool + pool, {1, 7, 28}),
              Fails(ExitCode::kConfig, Eq("model.sequential.layer[2].max_pool: needs at least 2x2 pixels, gets 1x1x7 from layer[1]; the "
                                          "model needs images of at least 8x8 pixels")));
  EXPECT_THAT(infer("layer { max_pool { kernel_size_px: 255 stride: 1 } } layer { max_pool { kernel_size_px: 200 } } ", {1, 453, 453}),
              Fails(ExitCode::kConfig, HasSubstr("; the model needs images of at least 454x454 pixels")));
  EXPECT_THAT(infer("layer { residual { layer { max_pool {} } } } ", {1, 2, 2}),
              Fails(ExitCode::kConfig, EndsWith("give it a shortcut, such as a 1x1 convolution")));
}

// Odd sides do not fit: one branch rounds up, the other down.
TEST(ModelLayersTest, TheSmallestSizeIsFoundWhereLargerOnesDoNotFit) {
  EXPECT_THAT(Infer("sequential { layer { concat { branch { layer { name: 'a' max_pool {} } } branch { layer { name: 'b' conv2d { "
                    "out_channels: 1 kernel_size_px: 1 stride: 2 } } } } } layer { conv2d { out_channels: 1 } } layer { flatten {} } "
                    "layer { linear {} } }",
                    {1, 5, 5}),
              Fails(ExitCode::kConfig, EndsWith("; the model needs images of at least 6x6 pixels")));
}

TEST(ModelLayersTest, UnsetKindListsTheArms) {
  EXPECT_THAT(
      Infer("", {1, 28, 28}),
      Fails(ExitCode::kConfig, StartsWith("model is required: choose one of linear, linear_relu, tiny_vgg, sequential, simpleconv3, ")));
}

}  // namespace
}  // namespace mica
