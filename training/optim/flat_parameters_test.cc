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
  EXPECT_NEAR(parameters.GradientNorm().item<double>(), std::sqrt(24 * 9.0 + 3 * 16.0), 1e-5);
  parameters.ZeroGradients();
  EXPECT_EQ(module.bias.grad().abs().sum().item<double>(), 0);
}

TEST(FlatParametersTest, SplitNamesThePartsOfABuffer) {
  TwoParameters module;
  const FlatParameters parameters(module);

  const auto parts = parameters.Split(parameters.values());

  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "kernel");
  EXPECT_TRUE(parts[0].tensor.equal(module.kernel));
  EXPECT_EQ(parts[1].name, "bias");
  EXPECT_TRUE(parts[1].tensor.equal(module.bias));
}

TEST(FlatParametersTest, WithoutAPlanAllAreOneGroup) {
  TwoParameters module;
  const FlatParameters parameters(module);

  ASSERT_EQ(parameters.groups().size(), 1u);
  const ParameterGroup& group = parameters.groups()[0];
  EXPECT_EQ(group.parameters, (std::vector<std::string>{"kernel", "bias"}));
  EXPECT_EQ(group.learning_rate_factor, 1);
  EXPECT_TRUE(group.values.equal(parameters.values()));
  EXPECT_TRUE(group.values.is_alias_of(parameters.values()));
  EXPECT_TRUE(group.gradients.is_alias_of(parameters.gradients()));
}

class FourParameters : public torch::nn::Module {
 public:
  FourParameters() {
    for (const char* name : {"body", "fc", "fc2", "tail"}) {
      register_module(name, std::make_shared<Layer>());
    }
  }

  struct Layer : torch::nn::Module {
    Layer() { register_parameter("weight", at::arange(20).to(at::kFloat)); }
  };
};

PlannedGroup Group(const std::string& name, const std::vector<std::string>& parameters, int64_t first_step = 0) {
  PlannedGroup group;
  group.name = name;
  group.parameters = parameters;
  group.first_step = first_step;
  return group;
}

std::vector<PlannedGroup> HeadAndRest(int64_t first_step_of_rest = 0) {
  std::vector<PlannedGroup> plan = {Group("rest", {"body.weight", "fc2.weight"}, first_step_of_rest),
                                    Group("head", {"fc.weight", "tail.weight"})};
  plan[1].learning_rate_factor = 10;
  plan[1].weight_decay = 0;
  return plan;
}

TEST(FlatParametersTest, EachGroupOfAPlanHasARangeOfTheBuffers) {
  FourParameters module;
  const FlatParameters parameters(module, HeadAndRest());

  ASSERT_EQ(parameters.groups().size(), 2u);
  const ParameterGroup& rest = parameters.groups()[0];
  const ParameterGroup& head = parameters.groups()[1];
  EXPECT_EQ(rest.name, "rest");
  EXPECT_EQ(rest.parameters, (std::vector<std::string>{"body.weight", "fc2.weight"}));
  EXPECT_EQ(rest.weight_decay, std::nullopt);
  EXPECT_EQ(head.name, "head");
  EXPECT_EQ(head.parameters, (std::vector<std::string>{"fc.weight", "tail.weight"}));
  EXPECT_EQ(head.learning_rate_factor, 10);
  EXPECT_EQ(head.weight_decay, 0);
  EXPECT_EQ(rest.values.numel(), 64) << "two of 20 values, each filled up to 32";
  EXPECT_EQ(head.offset, 64);
  head.values.zero_();
  for (const auto& parameter : module.named_parameters()) {
    const bool is_head = parameter.key() == "fc.weight" || parameter.key() == "tail.weight";
    EXPECT_EQ(parameter.value().sum().item<double>(), is_head ? 0 : 190) << parameter.key();
  }
}

TEST(FlatParametersTest, WhatNeverTrainsIsInNoGroupButLaidOut) {
  TwoParameters module;
  const FlatParameters parameters(module, {Group("frozen", {"kernel"}, kNeverTrains), Group("head", {"bias"})});

  ASSERT_EQ(parameters.groups().size(), 1u);
  EXPECT_EQ(parameters.groups()[0].name, "head");
  EXPECT_EQ(parameters.values().numel(), 16);
  EXPECT_FALSE(module.kernel.requires_grad());
  EXPECT_FALSE(module.kernel.grad().defined());
  EXPECT_TRUE(module.kernel.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(module.kernel.sum().item<double>(), 276) << "0 to 23";
}

// What trains from the start comes first, so that zeroing and the norm pass over the rest.
TEST(FlatParametersTest, AGroupBeginsAtItsFirstStep) {
  FourParameters module;
  FlatParameters parameters(module, HeadAndRest(/*first_step_of_rest=*/6));
  const auto loss = [&] {
    at::Tensor sum = at::zeros({});
    for (const auto& parameter : module.named_parameters()) sum = sum + parameter.value().sum();
    return sum;
  };
  const at::Tensor body = module.named_parameters()["body.weight"], fc = module.named_parameters()["fc.weight"];
  EXPECT_EQ(parameters.groups()[0].name, "head");
  EXPECT_EQ(parameters.groups()[1].first_step, 6);

  parameters.FreezeForStep(5);
  EXPECT_FALSE(body.requires_grad());
  EXPECT_TRUE(fc.requires_grad());
  loss().backward();
  EXPECT_EQ(parameters.groups()[1].gradients.sum().item<double>(), 0);
  EXPECT_NEAR(parameters.GradientNorm().item<double>(), std::sqrt(40.0), 1e-5);

  parameters.FreezeForStep(6);
  EXPECT_TRUE(body.requires_grad());
  parameters.ZeroGradients();
  loss().backward();
  EXPECT_TRUE(body.grad().is_alias_of(parameters.gradients()));
  EXPECT_EQ(parameters.groups()[1].gradients.sum().item<double>(), 40);
  EXPECT_NEAR(parameters.GradientNorm().item<double>(), std::sqrt(80.0), 1e-5);
  parameters.ZeroGradients();
  EXPECT_EQ(parameters.gradients().abs().sum().item<double>(), 0);
}

TEST(FlatParametersTest, FrozenParametersAreLeftAlone) {
  FourParameters module;
  at::Tensor frozen = module.named_parameters()["fc.weight"];
  frozen.set_requires_grad(false);

  const FlatParameters parameters(module);

  EXPECT_EQ(parameters.groups()[0].parameters, (std::vector<std::string>{"body.weight", "fc2.weight", "tail.weight"}));
  parameters.values().zero_();
  EXPECT_EQ(frozen.sum().item<double>(), 190);
  EXPECT_FALSE(frozen.grad().defined());
}

}  // namespace
}  // namespace mica
