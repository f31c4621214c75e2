#include "models/zoo/model_factory.h"

#include <ATen/Context.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/conv.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/weights/weights.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr LayerShape kFashionMnist{/*channels=*/1, /*height_px=*/28, /*width_px=*/28};

std::shared_ptr<Classifier> Make(const ModelConfig& config) {
  const absl::StatusOr<InferredModel> inferred = InferModel(config, kFashionMnist, /*num_classes=*/10);
  EXPECT_THAT(inferred, IsOk());
  absl::StatusOr<std::shared_ptr<Classifier>> model = CreateClassifier(*inferred);
  EXPECT_THAT(model, IsOk());
  return *std::move(model);
}

std::vector<std::string> TensorNames(const Classifier& model) {
  std::vector<std::string> names;
  for (const NamedTensor& weight : WeightsOf(model)) names.push_back(weight.name);
  return names;
}

// The tutorial's names and counts, so its weight files fit by name.
TEST(ModelFactoryTest, LinearHasTheTutorialsTensors) {
  ModelConfig config;
  config.mutable_linear();

  EXPECT_EQ(CountParameters(*Make(config)), 7960);
  EXPECT_THAT(TensorNames(*Make(config)),
              ElementsAre("layer_stack.1.weight", "layer_stack.1.bias", "layer_stack.2.weight", "layer_stack.2.bias"));
}

TEST(ModelFactoryTest, LinearReluHasTheTutorialsTensors) {
  ModelConfig config;
  config.mutable_linear_relu();

  EXPECT_EQ(CountParameters(*Make(config)), 7960);
  EXPECT_THAT(TensorNames(*Make(config)),
              ElementsAre("layer_stack.1.weight", "layer_stack.1.bias", "layer_stack.3.weight", "layer_stack.3.bias"));
}

TEST(ModelFactoryTest, TinyVggHasTheTutorialsTensors) {
  ModelConfig config;
  config.mutable_tiny_vgg();

  EXPECT_EQ(CountParameters(*Make(config)), 7740);
  EXPECT_THAT(TensorNames(*Make(config)),
              ElementsAre("block_1.0.weight", "block_1.0.bias", "block_1.2.weight", "block_1.2.bias", "block_2.0.weight", "block_2.0.bias",
                          "block_2.2.weight", "block_2.2.bias", "classifier.1.weight", "classifier.1.bias"));
}

TEST(ModelFactoryTest, ReluOnLogitsLeavesNoNegativeLogit) {
  ModelConfig config;
  at::manual_seed(1);
  const at::Tensor images = at::rand({64, 1, 28, 28});

  config.mutable_linear_relu()->set_relu_on_logits(true);
  EXPECT_GE(Make(config)->forward(images).min().item<double>(), 0);
  config.mutable_linear_relu()->set_relu_on_logits(false);
  EXPECT_LT(Make(config)->forward(images).min().item<double>(), 0);
}

// Each layer draws its weights in turn, as PyTorch's layers do when they are made in this order.
TEST(ModelFactoryTest, LayersDrawTheirWeightsInOrder) {
  at::manual_seed(7);
  torch::nn::Conv2d first(1, 10, 3), second(10, 10, 3);
  at::manual_seed(7);
  const auto model = Make(ParseTextOrDie<ModelConfig>("tiny_vgg {}"));

  EXPECT_TRUE(model->named_parameters()["block_1.0.weight"].equal(first->weight));
  EXPECT_TRUE(model->named_parameters()["block_1.0.bias"].equal(first->bias));
  EXPECT_TRUE(model->named_parameters()["block_1.2.weight"].equal(second->weight));
}

// What no rule covers stays as its layer drew it.
TEST(ModelFactoryTest, InitialisationFollowsTheLayersOwnDraws) {
  at::manual_seed(7);
  const auto plain = Make(ParseTextOrDie<ModelConfig>("tiny_vgg {}"));
  at::manual_seed(7);
  const auto changed =
      Make(ParseTextOrDie<ModelConfig>("tiny_vgg {} initialisation { rule { pattern: 'block_2' constant { value: 2 } } }"));

  for (const auto& parameter : changed->named_parameters()) {
    const bool is_covered = parameter.key() == "block_2.0.weight" || parameter.key() == "block_2.2.weight";
    EXPECT_EQ(parameter.value().equal(plain->named_parameters()[parameter.key()]), !is_covered) << parameter.key();
    if (is_covered) EXPECT_TRUE(parameter.value().eq(2).all().item<bool>());
  }
}

TEST(ModelFactoryTest, CountsAreThoseInferred) {
  for (const std::string text : {"linear { hidden_units: 3 }", "linear_relu {}", "tiny_vgg { hidden_channels: 4 }"}) {
    const auto config = ParseTextOrDie<ModelConfig>(text);
    const auto model = InferModel(config, kFashionMnist, /*num_classes=*/10);
    ASSERT_THAT(model, IsOk());
    EXPECT_EQ(CountParameters(*Make(config)), TotalOf(model->layers).parameters) << text;
  }
}

// PyTorch in Python gives these values under the same seed: generator, initialisation and
// convolution are the same.
TEST(ModelFactoryTest, ConvolutionMatchesPyTorchUnderEqualSeeds) {
  at::manual_seed(42);
  const at::Tensor images = at::randn({32, 3, 64, 64});
  at::manual_seed(42);
  torch::nn::Conv2d convolution(3, 10, 3);

  const at::Tensor output = convolution(images[0].unsqueeze(0)).flatten();

  EXPECT_NEAR(images.flatten()[0].item<double>(), 1.9269, 5e-5);
  EXPECT_NEAR(images.flatten()[1].item<double>(), 1.4873, 5e-5);
  EXPECT_NEAR(output[0].item<double>(), 1.5396, 5e-5);
  EXPECT_NEAR(output[1].item<double>(), 0.0516, 5e-5);
  EXPECT_NEAR(output[2].item<double>(), 0.6454, 5e-5);
}

}  // namespace
}  // namespace mica
