#include "experiments/summary/chosen_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using testing::HasSubstr;

const LayerShape kImage = {3, 64, 64};

InferredModel Infer(const std::string& model, const LayerShape& image = kImage) {
  absl::StatusOr<InferredModel> inferred = InferModel(ParseTextOrDie<ModelConfig>(model), image, /*num_classes=*/4);
  EXPECT_THAT(inferred, IsOk()) << model;
  return *std::move(inferred);
}

std::string FeatureLayer(const std::string& model, const LayerShape& image = kImage) {
  const InferredModel inferred = Infer(model, image);
  const absl::StatusOr<ChosenLayer> chosen = ChooseFeatureLayer(inferred.layers, "", "m");
  return chosen.ok() ? chosen->layer->name : std::string(chosen.status().message());
}

std::string HeatLayer(const std::string& model, const LayerShape& image = kImage, const std::string& name = "") {
  const InferredModel inferred = Infer(model, image);
  const absl::StatusOr<ChosenLayer> chosen = ChooseHeatLayer(inferred.layers, image, name, "m");
  return chosen.ok() ? chosen->layer->name : std::string(chosen.status().message());
}

TEST(ChosenLayerTest, FeaturesAreWhatTheLastLinearLayerWorksOn) {
  EXPECT_EQ(FeatureLayer("tiny_vgg {}"), "classifier.0");
  EXPECT_EQ(FeatureLayer("linear {}", {1, 28, 28}), "layer_stack.1");
  EXPECT_EQ(FeatureLayer("vit_b_16 {}", {3, 224, 224}), "first_token");
  const InferredModel resnet = Infer("resnet18 {}");
  const absl::StatusOr<ChosenLayer> chosen = ChooseFeatureLayer(resnet.layers, "", "m");
  ASSERT_THAT(chosen, IsOk());
  EXPECT_EQ(FeatureColumns(chosen->layer->output), 512);
  EXPECT_EQ(chosen->why, "what the last linear layer, fc, works on");
}

// Of every model that is made by name, at its usual size.
TEST(ChosenLayerTest, EveryModelHasFeaturesAndAllWithConvolutionsHeat) {
  const LayerShape image = {3, 224, 224};
  const auto* const kinds = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const std::string& kind = kinds->field(i)->name();
    if (kind == "sequential") continue;
    const InferredModel inferred = Infer(kind + " {}", image);
    const absl::StatusOr<ChosenLayer> features = ChooseFeatureLayer(inferred.layers, "", "m");
    ASSERT_THAT(features, IsOk()) << kind;
    const std::vector<const InferredLayer*> leaves = LeavesOf(inferred.layers);
    const auto last = std::find_if(leaves.rbegin(), leaves.rend(), [](const InferredLayer* layer) { return layer->parameters > 0; });
    EXPECT_EQ(features->layer->output.ToString(), (*last)->input.ToString()) << kind;

    const absl::StatusOr<ChosenLayer> heat = ChooseHeatLayer(inferred.layers, image, "", "m");
    EXPECT_EQ(heat.ok(), kind != "linear" && kind != "linear_relu") << kind;
    if (!heat.ok()) continue;
    EXPECT_GE(heat->layer->output.positions(), 6 * 6) << kind;  // AlexNet's; others have at least 7 x 7
    EXPECT_TRUE(ChooseHeatLayer(inferred.layers, image, heat->layer->name, "m").ok()) << kind;
  }
}

TEST(ChosenLayerTest, AConvolutionMayMakeTheLogits) {
  EXPECT_EQ(FeatureLayer("sequential { layer { name: 'a' conv2d { out_channels: 5 } } layer { name: 'r' relu {} } "
                         "layer { name: 'b' conv2d {} } layer { global_average_pool {} } }"),
            "r");
}

TEST(ChosenLayerTest, ANameIsMissedWhereNoneCanBeTaken) {
  EXPECT_THAT(FeatureLayer("sequential { layer { name: 'a' conv2d {} } layer { global_average_pool {} } }"),
              HasSubstr("--layer=NAME is required"));
  EXPECT_THAT(FeatureLayer("sequential { layer { name: '' residual { layer { conv2d { out_channels: 3 padding_px: 1 } } } } "
                           "layer { name: 'a' conv2d {} } layer { global_average_pool {} } }"),
              HasSubstr("--layer=NAME is required"));
}

TEST(ChosenLayerTest, AnUnknownNameSaysWhatIsNear) {
  const InferredModel inferred = Infer("tiny_vgg {}");
  EXPECT_THAT(ChooseFeatureLayer(inferred.layers, "block_3", "m"),
              Fails(ExitCode::kFlag, HasSubstr("--layer: block_3 is no layer of m; did you mean \"block_1\"?")));
  const absl::StatusOr<ChosenLayer> chosen = ChooseFeatureLayer(inferred.layers, "block_2", "m");
  ASSERT_THAT(chosen, IsOk());
  EXPECT_EQ(chosen->why, "as named");
}

TEST(ChosenLayerTest, LargePicturesAreAveraged) {
  EXPECT_EQ(FeatureColumns(LayerShape{16, 8, 8}), 1024);
  EXPECT_EQ(FeatureColumns(LayerShape{17, 8, 8}), 17);
  EXPECT_EQ(FeatureColumns(LayerShape::Tokens(197, 768)), 768);
  EXPECT_EQ(FeatureColumns(LayerShape::Flat(8192)), 8192);
  EXPECT_FALSE(IsAveraged(LayerShape{2048, 1, 1}));
}

TEST(ChosenLayerTest, HeatIsThatOfTheLastPicture) {
  EXPECT_EQ(HeatLayer("tiny_vgg {}"), "block_2");
  EXPECT_EQ(HeatLayer("resnet18 {}"), "layer4");
  EXPECT_EQ(HeatLayer("resnet18 {}", kImage, "layer2.0.conv1"), "layer2.0.conv1");
}

TEST(ChosenLayerTest, OfTokensItIsWhatTheLastAttentionWorksOn) {
  EXPECT_EQ(HeatLayer("vit_b_16 {}", {3, 224, 224}), "encoder.layers.encoder_layer_11.ln_1");
}

TEST(ChosenLayerTest, AModelWithoutPicturesSaysWhatToDo) {
  EXPECT_THAT(HeatLayer("linear {}"), HasSubstr("--grad_cam: no layer of m has a picture as its output"));
  EXPECT_THAT(HeatLayer("linear {}", kImage, "layer_stack.1"), HasSubstr("use a model with convolutions"));
  EXPECT_EQ(
      HeatLayer("tiny_vgg {}", kImage, "classifier.1"),
      "--grad_cam_layer: the output of classifier.1 is 4 values, no picture of more than one pixel; block_2 is the last whose output is a "
      "picture");
}

}  // namespace
}  // namespace mica
