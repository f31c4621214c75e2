// What the options of networks change in their lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string TextOf(const std::string& model) {
  const auto layers = AsLayers(ParseTextOrDie<ModelConfig>(model));
  EXPECT_THAT(layers, IsOk()) << model;
  return layers.ok() ? layers->sequential().ShortDebugString() : "";
}

// The probabilities of all layers of this kind, in order.
std::vector<double> Probabilities(const std::string& kind, const std::string& model) {
  const std::string text = TextOf(model);
  const std::string start = kind + " { probability: ";
  std::vector<double> values;
  for (size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    values.push_back(std::strtod(text.c_str() + at + start.size(), nullptr));
  }
  return values;
}

TEST(ZooOptionsTest, DropoutIsThatOfTheConfig) {
  for (const std::string arm : {"mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0", "efficientnet_b1",
                                "efficientnet_lite0", "efficientnet_v2_s"}) {
    EXPECT_THAT(Probabilities("dropout", arm + " {}"), ElementsAre(0.2)) << arm;
    EXPECT_THAT(Probabilities("dropout", arm + " { dropout: 0.75 }"), ElementsAre(0.75)) << arm;
  }
  EXPECT_THAT(Probabilities("dropout", "efficientnet_b2 {}"), ElementsAre(0.3));
  EXPECT_THAT(Probabilities("dropout", "efficientnet_b2 { dropout: 0 }"), ElementsAre(0));
}

TEST(ZooOptionsTest, DropoutOfOlderNetworks) {
  for (const std::string arm : {"alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"}) {
    EXPECT_THAT(Probabilities("dropout", arm + " {}"), ElementsAre(0.5, 0.5)) << arm;
    EXPECT_THAT(Probabilities("dropout", arm + " { dropout: 0.25 }"), ElementsAre(0.25, 0.25)) << arm;
  }
  EXPECT_THAT(Probabilities("dropout", "squeezenet1_1 {}"), ElementsAre(0.5));
  EXPECT_THAT(Probabilities("dropout", "squeezenet1_1 { dropout: 0.25 }"), ElementsAre(0.25));
  EXPECT_THAT(Probabilities("dropout", "densenet121 {}"), IsEmpty());
  const std::vector<double> densenet = Probabilities("dropout", "densenet121 { dropout: 0.25 }");
  EXPECT_THAT(densenet, SizeIs(6 + 12 + 24 + 16));
  EXPECT_THAT(densenet, Each(0.25));
  for (const std::string arm : {"wide_resnet_28_2", "wide_resnet_28_10"}) {
    EXPECT_THAT(Probabilities("dropout", arm + " {}"), IsEmpty()) << arm;
    const std::vector<double> dropouts = Probabilities("dropout", arm + " { dropout: 0.25 }");
    EXPECT_THAT(dropouts, SizeIs(12)) << arm;
    EXPECT_THAT(dropouts, Each(0.25)) << arm;
  }
}

int64_t Parameters(const std::string& model, const LayerShape& input) {
  const auto inferred = InferModel(ParseTextOrDie<ModelConfig>(model), input, /*num_classes=*/11);
  EXPECT_THAT(inferred, IsOk()) << model;
  return inferred.ok() ? TotalOf(inferred->layers).parameters : 0;
}

TEST(ZooOptionsTest, FoodCnnMayAverageToFourPixels) {
  EXPECT_EQ(Parameters("food_cnn {}", {3, 128, 128}), 12833803);
  EXPECT_EQ(Parameters("food_cnn { adaptive_pool: true }", {3, 128, 128}), 12833803);
  EXPECT_EQ(Parameters("food_cnn { adaptive_pool: true }", {3, 32, 250}), 12833803);
  EXPECT_GT(Parameters("food_cnn {}", {3, 160, 160}), 12833803);
}

TEST(ZooOptionsTest, ResNet9HasTheChannelsOfTheConfig) {
  const auto convolution = [](int64_t in, int64_t out) { return in * out * 9 + 2 * out; };  // with its norm
  for (const int64_t channels : {1, 64, 512}) {
    const int64_t c = channels;
    EXPECT_EQ(Parameters(absl::StrCat("resnet9 { channels: ", channels, " }"), {1, 8, 9}),
              convolution(1, c) + convolution(c, 2 * c) + 2 * convolution(2 * c, 2 * c) + convolution(2 * c, 4 * c) +
                  convolution(4 * c, 8 * c) + 2 * convolution(8 * c, 8 * c) + 8 * c * 11 + 11);
  }
}

TEST(ZooOptionsTest, TransformersDropAfterEmbeddingAttentionAndMlps) {
  for (const std::string arm : {"vit_b_16", "vit_tiny_16"}) {
    EXPECT_THAT(Probabilities("dropout", arm + " {}"), IsEmpty()) << arm;
    const std::vector<double> dropouts = Probabilities("dropout", arm + " { dropout: 0.25 }");
    EXPECT_THAT(dropouts, SizeIs(1 + 12 * 3)) << arm;
    EXPECT_THAT(dropouts, Each(0.25)) << arm;
  }
}

// The first residual always counts; those that no input is added to have no stochastic depth.
TEST(ZooOptionsTest, StochasticDepthRisesEvenly) {
  const std::vector<double> b0 = Probabilities("stochastic_depth", "efficientnet_b0 { stochastic_depth: 0.32 }");
  EXPECT_THAT(b0, ElementsAre(DoubleNear(0.04, 1e-12), DoubleNear(0.08, 1e-12), DoubleNear(0.12, 1e-12), DoubleNear(0.14, 1e-12),
                              DoubleNear(0.18, 1e-12), DoubleNear(0.20, 1e-12), DoubleNear(0.24, 1e-12), DoubleNear(0.26, 1e-12),
                              DoubleNear(0.28, 1e-12)));
  EXPECT_EQ(Probabilities("stochastic_depth", "efficientnet_lite0 { stochastic_depth: 0.32 }"), b0);
  EXPECT_THAT(Probabilities("stochastic_depth", "convnext_tiny { stochastic_depth: 0.17 }"), SizeIs(17));
  EXPECT_NEAR(Probabilities("stochastic_depth", "convnext_tiny { stochastic_depth: 0.17 }")[0], 0.01, 1e-12);
  EXPECT_EQ(Probabilities("stochastic_depth", "convnext_tiny { stochastic_depth: 0.17 }").back(), 0.17);
  EXPECT_THAT(Probabilities("stochastic_depth", "swin_t { stochastic_depth: 0.11 }"), SizeIs(2 * 11));
  EXPECT_EQ(Probabilities("stochastic_depth", "swin_t { stochastic_depth: 0.11 }").back(), 0.11);
  EXPECT_THAT(Probabilities("stochastic_depth", "efficientnet_v2_s {}"), SizeIs(1 + 3 + 3 + 5 + 8 + 14));
}

TEST(ZooOptionsTest, StochasticDepthOfZeroIsLeftOut) {
  for (const std::string arm :
       {"efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_lite0", "efficientnet_v2_s", "convnext_tiny", "swin_t"}) {
    EXPECT_THAT(Probabilities("stochastic_depth", arm + " {}"), testing::Not(IsEmpty())) << arm;
    EXPECT_THAT(Probabilities("stochastic_depth", arm + " { stochastic_depth: 0 }"), IsEmpty()) << arm;
  }
}

// An image of 7 pixels a side is a single window, which nothing moves; odd sides are padded.
TEST(ZooOptionsTest, TransformersTakeOtherSizes) {
  for (const int side : {32, 97}) {
    EXPECT_THAT(InferModel(ParseTextOrDie<ModelConfig>("swin_t {}"), {3, side, side}, 10), IsOk()) << side;
    EXPECT_THAT(InferModel(ParseTextOrDie<ModelConfig>("vit_tiny_16 {}"), {1, side, side}, 10), IsOk()) << side;
  }
}

}  // namespace
}  // namespace mica
