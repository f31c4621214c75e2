#include "models/layers/kept_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "models/layers/layer.pb.h"
#include "models/layers/layer_test_lists.h"

namespace mica {
namespace {

using testing::ElementsAre;

std::vector<int64_t> Kept(const BlockConfig& config, const LayerShape& input, int num_classes = 10) {
  const auto layers = InferLayers(config.layer(), "", input, num_classes);
  EXPECT_TRUE(layers.ok()) << layers.status();
  return layers.ok() ? KeptValues(config.layer(), *layers) : std::vector<int64_t>();
}

std::vector<int64_t> Kept(const std::string& text, const LayerShape& input) {
  return Kept(ParseTextOrDie<BlockConfig>(text), input);
}

int64_t Sum(const std::vector<int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

// Nor does the ReLU keep anything, as it follows a batch norm.
TEST(KeptValuesTest, AnArrayCountsOnceThoughTwoLayersNeedIt) {
  EXPECT_THAT(Kept("layer { conv2d { out_channels: 8 padding_px: 1 } } layer { batch_norm {} } layer { relu {} } layer { max_pool {} } "
                   "layer { flatten {} } layer { linear {} }",
                   {3, 32, 32}),
              ElementsAre(3 * 32 * 32, 8 * 32 * 32, 0, 0, 0, 8 * 16 * 16));
}

// The ReLU cannot write over its input, which GELU needs.
TEST(KeptValuesTest, WhatIsKeptIsNotOverwritten) {
  EXPECT_THAT(
      Kept("layer { flatten {} } layer { gelu {} } layer { linear { out_features: 5 } } layer { relu {} } layer { linear {} }", {4, 1, 1}),
      ElementsAre(0, 4, 4, 5, 0));
  EXPECT_THAT(Kept("layer { flatten {} } layer { concat { branch { layer { name: 'a' gelu {} } } branch { layer { name: 'b' relu {} } } } "
                   "} layer { linear {} }",
                   {4, 1, 1}),
              ElementsAre(0, 4, 4, 8));
}

TEST(KeptValuesTest, AttentionKeepsQueriesKeysValuesAndTheirSums) {
  EXPECT_THAT(Kept("layer { tokens {} } layer { residual { layer { layer_norm {} } layer { self_attention { heads: 2 } } } } layer { "
                   "first_token {} } layer { linear {} }",
                   {6, 5, 5}),
              ElementsAre(0, 25 * 6, (1 + 4) * 25 * 6, 0, 6));
}

// As PyTorch 2.11 keeps of torchvision's resnet18, 5549760 values counted with saved_tensors_hooks
// for a batch of 2, but for the indices of max-pool (401408), the statistics of norms (4800) and the
// output of the ReLU before the max-pool (802816), which follows from the norm's input.
TEST(KeptValuesTest, AsMuchAsPyTorchKeepsOfResNet18) {
  EXPECT_EQ(Sum(Kept(ResNet18List(), {3, 224, 224}, 1000)), 5549760 - 401408 - 4800 - 802816);
}

// The same for vgg16: 18338816, but for indices (3060736), dropout's random numbers (8192) and the
// input of the average pool (25088).
TEST(KeptValuesTest, AsMuchAsPyTorchKeepsOfVgg16) {
  EXPECT_EQ(Sum(Kept(Vgg16List(), {3, 224, 224}, 1000)), 18338816 - 3060736 - 8192 - 25088);
}

}  // namespace
}  // namespace mica
