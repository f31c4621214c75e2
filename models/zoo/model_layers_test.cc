#include "models/zoo/model_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

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
  const auto layers = LayersOfModel(ParseTextOrDie<ModelConfig>("linear_relu { hidden_units: 32 relu_on_logits: true }"));

  ASSERT_THAT(layers, IsOk());
  EXPECT_EQ(layers->ShortDebugString(),
            "layer { name: \"layer_stack\" block { layer { flatten { } } layer { linear { out_features: 32 } } layer { relu { } } layer { "
            "linear { } } layer { relu { } } } }");
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

TEST(ModelLayersTest, UnsetKindListsTheArms) {
  EXPECT_THAT(
      Infer("", {1, 28, 28}),
      Fails(ExitCode::kConfig, StartsWith("model is required: choose one of linear, linear_relu, tiny_vgg, sequential, simpleconv3, ")));
}

}  // namespace
}  // namespace mica
