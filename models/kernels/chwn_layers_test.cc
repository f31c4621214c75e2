#include "models/kernels/chwn_layers.h"

#include <ATen/Parallel.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/relu.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace mica {
namespace {

using Layer = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

// A layer's output, and its inputs' gradients for a fixed random gradient of the output.
std::vector<at::Tensor> OutputAndGradients(const Layer& layer, const std::vector<at::Tensor>& values) {
  std::vector<at::Tensor> inputs;
  for (const at::Tensor& value : values) inputs.push_back(value.detach().clone(at::MemoryFormat::Preserve).requires_grad_());
  const at::Tensor output = layer(inputs);
  at::manual_seed(9);
  output.backward(at::randn(output.sizes()).to(output.scalar_type()));
  std::vector<at::Tensor> results = {output.detach()};
  for (const at::Tensor& input : inputs) results.push_back(input.grad());
  return results;
}

// The reference computes in double precision.
void ExpectClose(const Layer& layer, const Layer& reference, const std::vector<at::Tensor>& values) {
  std::vector<at::Tensor> precise;
  for (const at::Tensor& value : values) precise.push_back(value.to(at::kDouble));
  const auto results = OutputAndGradients(layer, values), expected = OutputAndGradients(reference, precise);
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].sizes(), expected[i].sizes());
    const double difference = results[i].to(at::kDouble).sub(expected[i]).abs().max().item<double>();
    EXPECT_LT(difference, 2e-6 * expected[i].abs().max().item<double>()) << "result " << i;
  }
}

class ChwnLayersTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!HasKernels()) GTEST_SKIP() << "this processor has no AVX2; mica uses LibTorch's layers here";
  }
  static bool HasKernels() { return FitsChwn(at::ones({16, 1, 2, 2})); }
};

TEST_F(ChwnLayersTest, ConvolutionIsLibTorchs) {
  at::manual_seed(1);
  struct Case {
    std::vector<int64_t> images, weight;
    int64_t padding;
  };
  const Case cases[] = {{{32, 1, 28, 28}, {10, 1, 3, 3}, 1},
                        {{16, 10, 14, 14}, {10, 10, 3, 3}, 1},
                        {{48, 3, 9, 12}, {5, 3, 5, 5}, 0},
                        {{16, 2, 6, 5}, {12, 2, 4, 4}, 3},
                        {{16, 12, 5, 5}, {1, 12, 1, 1}, 0}};
  for (const Case& c : cases) {
    const at::Tensor images = at::randn(c.images), weight = at::randn(c.weight), bias = at::randn({c.weight[0]});
    const Layer own = [&](const auto& in) { return ChwnConv2d(in[0], in[1], in[2], c.padding); };
    const Layer reference = [&](const auto& in) { return at::conv2d(in[0], in[1], in[2], 1, c.padding); };
    ExpectClose(own, reference, {images, weight, bias});
    ExpectClose(own, reference,
                {images.contiguous(at::MemoryFormat::ChannelsLast), weight.contiguous(at::MemoryFormat::ChannelsLast), bias});
    ExpectClose([&](const auto& in) { return ChwnConv2d(in[0], in[1], at::Tensor(), c.padding); },
                [&](const auto& in) { return at::conv2d(in[0], in[1], {}, 1, c.padding); }, {images, weight});
  }
}

// Whole numbers give many equal values in a window.
TEST_F(ChwnLayersTest, MaxPoolingIsLibTorchs) {
  at::manual_seed(1);
  for (const std::vector<int64_t>& sizes : {std::vector<int64_t>{16, 3, 8, 6}, {32, 2, 7, 5}, {16, 1, 9, 9}}) {
    at::Tensor images = at::randint(0, 3, sizes).to(at::kFloat);
    images[3][0][1][1] = std::nanf("");
    for (const int64_t window : {2, 3}) {
      const auto own = OutputAndGradients([&](const auto& in) { return ChwnMaxPool2d(in[0], window); }, {images});
      const auto expected = OutputAndGradients([&](const auto& in) { return at::max_pool2d(in[0], window); }, {images});
      EXPECT_TRUE(own[0].allclose(expected[0], 0, 0, /*equal_nan=*/true));
      EXPECT_TRUE(own[1].equal(expected[1]));
    }
  }
}

TEST_F(ChwnLayersTest, TheLayoutGoesThroughAReluAndPooling) {
  const at::Tensor images = at::randn({16, 3, 8, 8});
  EXPECT_FALSE(IsChwn(images));
  const at::Tensor activation = at::relu(ChwnConv2d(images, at::randn({4, 3, 3, 3}), at::Tensor(), 1));
  EXPECT_TRUE(IsChwn(activation));
  EXPECT_TRUE(IsChwn(ChwnMaxPool2d(activation, 2)));
}

// Without gradients nothing is kept for a backward pass; the output has the same bits.
TEST_F(ChwnLayersTest, InferenceGivesTheSameBits) {
  at::manual_seed(1);
  at::Tensor images = at::randn({32, 3, 8, 8}), weight = at::randn({4, 3, 3, 3}).requires_grad_(true);
  const at::Tensor trained = ChwnMaxPool2d(ChwnConv2d(images, weight, at::Tensor(), 1), 2);
  EXPECT_TRUE(trained.requires_grad());
  const c10::InferenceMode inference;
  const at::Tensor inferred = ChwnMaxPool2d(ChwnConv2d(images, weight, at::Tensor(), 1), 2);
  EXPECT_FALSE(inferred.requires_grad());
  EXPECT_TRUE(inferred.equal(trained));
}

TEST_F(ChwnLayersTest, AConvolutionWithItsReluGivesTheBitsOfTheTwo) {
  at::manual_seed(1);
  at::Tensor images = at::randn({48, 3, 8, 8}), weight = at::randn({4, 3, 3, 3}), bias = at::randn({4});
  images[3][0][1][1] = std::nanf("");
  const at::Tensor expected = at::relu(ChwnConv2d(images, weight, bias, 1));
  const at::Tensor found = ChwnConv2dRelu(images, weight, bias, 1);
  EXPECT_TRUE(found.allclose(expected, 0, 0, /*equal_nan=*/true));
  EXPECT_TRUE(found.isnan().any().item<bool>());
  EXPECT_TRUE(found.eq(0).any().item<bool>());
  weight.requires_grad_(true);
  EXPECT_THROW(ChwnConv2dRelu(images, weight, bias, 1), c10::Error) << "it has no backward pass";
}

TEST_F(ChwnLayersTest, ThreadsChangeNoMoreThanTheOrderOfSummation) {
  at::manual_seed(1);
  const std::vector<at::Tensor> values = {at::randn({32, 3, 13, 9}), at::randn({10, 3, 3, 3}), at::randn({10})};
  const Layer layer = [](const auto& in) { return ChwnMaxPool2d(at::relu(ChwnConv2d(in[0], in[1], in[2], 1)), 2); };
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = OutputAndGradients(layer, values);
  at::set_num_threads(3);
  const auto three = OutputAndGradients(layer, values), again = OutputAndGradients(layer, values);
  at::set_num_threads(threads);

  EXPECT_TRUE(one[0].equal(three[0]));
  EXPECT_TRUE(one[1].equal(three[1]));
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(one[i].allclose(three[i], 1e-5, 1e-5));
    EXPECT_TRUE(three[i].equal(again[i]));
  }
}

TEST_F(ChwnLayersTest, ABatchAsOneImageIsAViewOfIt) {
  const at::Tensor images = at::randn({3, 4, 5, 16}).permute({3, 0, 1, 2});
  const at::Tensor image = ChwnAsOneImage(images);
  EXPECT_EQ(image.sizes(), at::IntArrayRef({1, 3, 4, 80}));
  EXPECT_TRUE(image.is_alias_of(images));
  EXPECT_EQ(image[0][2][1][3 * 16 + 7].item<float>(), images[7][2][1][3].item<float>());
  EXPECT_TRUE(ChwnFromOneImage(image, 16).equal(images));
}

TEST_F(ChwnLayersTest, WhatDoesNotFitIsRefused) {
  const at::Tensor images = at::ones({16, 2, 4, 4}), weight = at::ones({3, 2, 3, 3}), bias = at::ones({3});
  EXPECT_NO_THROW(ChwnConv2d(images, weight, bias, 2));
  EXPECT_THROW(ChwnConv2d(at::ones({15, 2, 4, 4}), weight, bias, 1), c10::Error);
  EXPECT_THROW(ChwnConv2d(images, at::ones({3, 1, 3, 3}), bias, 1), c10::Error);
  EXPECT_THROW(ChwnConv2d(images, at::ones({3, 2, 3, 2}), bias, 1), c10::Error);
  EXPECT_THROW(ChwnConv2d(images, weight, at::ones({4}), 1), c10::Error);
  EXPECT_THROW(ChwnConv2d(images, weight, bias, 3), c10::Error);
  EXPECT_THROW(ChwnConv2d(images, at::ones({3, 2, 7, 7}), bias, 1), c10::Error);
  EXPECT_THROW(ChwnMaxPool2d(at::ones({15, 2, 4, 4}), 2), c10::Error);
}

TEST_F(ChwnLayersTest, ABatchOfOtherSizesOrTypesDoesNotFit) {
  EXPECT_TRUE(FitsChwn(at::ones({32, 1, 4, 4})));
  EXPECT_FALSE(FitsChwn(at::ones({20, 1, 4, 4})));
  EXPECT_FALSE(FitsChwn(at::ones({0, 1, 4, 4})));
  EXPECT_FALSE(FitsChwn(at::ones({16, 4})));
  EXPECT_FALSE(FitsChwn(at::ones({16, 1, 4, 4}, at::kDouble)));
}

}  // namespace
}  // namespace mica
