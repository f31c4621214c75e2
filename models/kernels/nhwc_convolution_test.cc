#include "models/kernels/nhwc_convolution.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mica {
namespace {

// Sizes of images and weight.
struct Case {
  std::vector<int64_t> images, weight;
  int64_t stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = false;
};

using Operation = at::Tensor (*)(const Case& c, const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias);

// mica's own, also on a processor with AVX-512, where LibTorch's is chosen.
NhwcWeightGradient* Kernel() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? AddNhwcWeightGradientAvx2 : nullptr;
}

at::Tensor Own(const Case& c, const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias) {
  return NhwcConv2dWith(Kernel(), images, weight, bias, c.stride, c.padding, c.dilation, c.groups);
}

at::Tensor LibTorchs(const Case& c, const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias) {
  return at::conv2d(images, weight, bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt, c.stride, c.padding, c.dilation,
                    c.groups);
}

// The output, and the gradients of images, weight and bias for a fixed random one of the output.
std::vector<at::Tensor> Results(Operation operation, const Case& c, at::ScalarType type,
                                at::MemoryFormat format = at::MemoryFormat::ChannelsLast) {
  at::manual_seed(1);
  std::vector<at::Tensor> inputs = {at::randn(c.images).to(type).contiguous(format).requires_grad_(),
                                    at::randn(c.weight).to(type).contiguous(format).requires_grad_()};
  if (c.bias) inputs.push_back(at::randn({c.weight[0]}).to(type).requires_grad_());
  const at::Tensor output = operation(c, inputs[0], inputs[1], c.bias ? inputs[2] : at::Tensor());
  output.backward(at::randn(output.sizes()).to(type));
  std::vector<at::Tensor> results = {output.detach()};
  for (const at::Tensor& input : inputs) results.push_back(input.grad());
  return results;
}

void ExpectClose(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].sizes(), expected[i].sizes());
    const double difference = found[i].to(at::kDouble).sub(expected[i]).abs().max().item<double>();
    EXPECT_LT(difference, 2e-6 * expected[i].abs().max().item<double>()) << "result " << i;
  }
}

TEST(NhwcConvolutionTest, IsLibTorchsInDoublePrecision) {
  const Case cases[] = {{{4, 64, 20, 20}, {48, 64, 3, 3}, 1, 1},
                        {{3, 20, 9, 7}, {10, 20, 3, 3}, 2, 1, 1, 1, /*bias=*/true},
                        {{2, 3, 30, 30}, {16, 3, 7, 7}, 2, 3},
                        {{2, 20, 6, 6}, {30, 20, 1, 1}},
                        {{2, 20, 6, 6}, {20, 1, 3, 3}, 1, 1, 1, /*groups=*/20},
                        {{2, 20, 9, 9}, {8, 20, 3, 3}, 1, 2, /*dilation=*/2}};
  for (const Case& c : cases) {
    ExpectClose(Results(Own, c, at::kFloat), Results(LibTorchs, c, at::kDouble));
    ExpectClose(Results(Own, c, at::kFloat, at::MemoryFormat::Contiguous), Results(LibTorchs, c, at::kDouble));
  }
}

TEST(NhwcConvolutionTest, OutputsHaveLibTorchsBits) {
  const Case c = {{4, 64, 20, 20}, {48, 64, 3, 3}, 1, 1};
  EXPECT_TRUE(Results(Own, c, at::kFloat)[0].equal(Results(LibTorchs, c, at::kFloat)[0]));
}

TEST(NhwcConvolutionTest, TheWeightsGradientIsChannelsLast) {
  if (Kernel() == nullptr) GTEST_SKIP() << "mica takes LibTorch's gradient";
  const at::Tensor images = at::randn({4, 64, 9, 9}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = at::randn({48, 64, 3, 3}).requires_grad_();
  const at::Tensor output = NhwcConv2dWith(Kernel(), images, weight, at::Tensor(), 1, 1, 1, 1);
  const std::vector<at::Tensor> gradients = torch::autograd::grad({output}, {weight}, {at::ones_like(output)});
  EXPECT_TRUE(gradients[0].is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(NhwcConvolutionTest, ThreadsChangeNoBitOfTheWeightsGradient) {
  const Case c = {{4, 48, 20, 20}, {48, 48, 3, 3}, 1, 1};
  const int threads = at::get_num_threads();
  std::vector<at::Tensor> gradients;
  for (const int count : {1, 2, 5}) {
    at::set_num_threads(count);
    gradients.push_back(Results(Own, c, at::kFloat)[2]);
  }
  at::set_num_threads(threads);
  if (Kernel() == nullptr) GTEST_SKIP() << "mica takes LibTorch's gradient";
  EXPECT_TRUE(gradients[0].equal(gradients[1]));
  EXPECT_TRUE(gradients[0].equal(gradients[2]));
}

// The first layer's images need no gradient; frozen weights get none.
TEST(NhwcConvolutionTest, OnlyWhatIsWantedGetsAGradient) {
  const at::Tensor images = at::randn({2, 8, 6, 6}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor weight = at::randn({4, 8, 3, 3}).requires_grad_(), frozen = at::randn({4, 8, 3, 3});
  NhwcConv2dWith(Kernel(), images, weight, at::Tensor(), 1, 1, 1, 1).sum().backward();
  EXPECT_TRUE(weight.grad().defined());
  EXPECT_FALSE(images.grad().defined());
  EXPECT_FALSE(NhwcConv2dWith(Kernel(), images, frozen, at::Tensor(), 1, 1, 1, 1).requires_grad());
  const at::NoGradGuard no_gradients;
  EXPECT_FALSE(NhwcConv2dWith(Kernel(), images, weight, at::Tensor(), 1, 1, 1, 1).requires_grad());
}

}  // namespace
}  // namespace mica
