#include "training/optim/flat_parameters.h"

#include <ATen/ops/arange.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cmath>

namespace mica {
namespace {

class TwoParameters : public torch::nn::Module {
 public:
  TwoParameters() {
    kernel = register_parameter("kernel", at::arange(2 * 3 * 2 * 2).to(at::kFloat).reshape({2, 3, 2, 2}));
    bias = register_parameter("bias", at::arange(3).to(at::kFloat));
  }
  torch::Tensor kernel, bias;
};

TEST(FlatParametersTest, ParametersKeepTheirValuesAndBecomeViews) {
  TwoParameters module;
  const at::Tensor kernel = module.kernel.detach().clone();

  const FlatParameters parameters(module);

  EXPECT_TRUE(module.kernel.equal(kernel));
  EXPECT_TRUE(module.kernel.is_contiguous(at::MemoryFormat::ChannelsLast));
  parameters.values().zero_();
  EXPECT_EQ(module.kernel.abs().sum().item<double>() + module.bias.abs().sum().item<double>(), 0);
}

TEST(FlatParametersTest, BackwardFillsTheGradientBuffer) {
  TwoParameters module;
  FlatParameters parameters(module);

  (module.kernel.sum() * 3 + module.bias.sum() * 4).backward();

  EXPECT_TRUE(module.kernel.grad().is_alias_of(parameters.gradients()));
  EXPECT_EQ(parameters.gradients().sum().item<double>(), 24 * 3 + 3 * 4);
  EXPECT_NEAR(parameters.GradientNorm(), std::sqrt(24 * 9.0 + 3 * 16.0), 1e-5);
  parameters.ZeroGradients();
  EXPECT_EQ(module.bias.grad().abs().sum().item<double>(), 0);
}

TEST(FlatParametersTest, SplitNamesThePartsOfABuffer) {
  TwoParameters module;
  const FlatParameters parameters(module);

  const auto parts = parameters.Split(parameters.values());

  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].first, "kernel");
  EXPECT_TRUE(parts[0].second.equal(module.kernel));
  EXPECT_EQ(parts[1].first, "bias");
  EXPECT_TRUE(parts[1].second.equal(module.bias));
}

// g = (3, 4), longest 1: (.6, .8) but for the 1e-6 that keeps the division finite.
TEST(FlatParametersTest, ClipsToTheNorm) {
  TwoParameters module;
  FlatParameters parameters(module);
  module.bias.mutable_grad()[0].fill_(3);
  module.bias.mutable_grad()[1].fill_(4);

  parameters.ClipGradients(parameters.GradientNorm(), /*longest=*/10);
  EXPECT_EQ(module.bias.grad()[0].item<float>(), 3);  // shorter already

  parameters.ClipGradients(parameters.GradientNorm(), /*longest=*/1);
  EXPECT_NEAR(module.bias.grad()[0].item<double>(), .59999988, 1e-7);
  EXPECT_NEAR(module.bias.grad()[1].item<double>(), .79999984, 1e-7);
}

}  // namespace
}  // namespace mica
