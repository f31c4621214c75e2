#include "training/optim/optimizer.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cmath>

#include "base/parse_text_or_die.h"
#include "base/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

class Parameters : public torch::nn::Module {
 public:
  explicit Parameters(const std::vector<at::Tensor>& values) {
    for (size_t i = 0; i < values.size(); ++i) register_parameter("p" + std::to_string(i), values[i].clone());
  }
};

struct Case {
  std::string name;
  std::string config;
  std::vector<double> values;  // after each of three steps
};

// One parameter of value 1, gradients .5, -.25, .1. From the formulas of the papers in double precision.
const Case kCases[] = {
    {"Sgd", "sgd { learning_rate: 0.1 }", {.95, .975, .965}},
    {"SgdMomentum", "sgd { learning_rate: 0.1 momentum: 0.9 }", {.95, .93, .902}},
    {"SgdNesterov", "sgd { learning_rate: 0.1 momentum: 0.9 nesterov: true }", {.905, .912, .8768}},
    {"SgdDampening", "sgd { learning_rate: 0.1 momentum: 0.9 dampening: 0.1 }", {.95, .9275, .89825}},
    {"SgdWeightDecay", "sgd { learning_rate: 0.1 momentum: 0.9 weight_decay: 0.1 }", {.94, .9016, .848024}},
    {"Adam", "adam { learning_rate: 0.1 }", {.9000000020, .8733662987, .8418419430}},
    {"AdamWeightDecay", "adam { learning_rate: 0.1 weight_decay: 0.1 }", {.9000000017, .8544413675, .8024037944}},
    {"AdamW", "adamw { learning_rate: 0.1 weight_decay: 0.1 }", {.8900000020, .8544662987, .8143972800}},
};

class OptimizerVectorTest : public testing::TestWithParam<Case> {};

TEST_P(OptimizerVectorTest, FollowsTheFormula) {
  Parameters module({at::ones({1})});
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(ParseTextOrDie<OptimizerConfig>(GetParam().config), &parameters);
  ASSERT_THAT(optimizer, IsOk());

  const double gradients[] = {.5, -.25, .1};
  for (int step = 0; step < 3; ++step) {
    module.parameters()[0].mutable_grad().fill_(gradients[step]);
    (*optimizer)->Step(BaseLearningRate(ParseTextOrDie<OptimizerConfig>(GetParam().config)));
    EXPECT_NEAR(module.parameters()[0].item<double>(), GetParam().values[step], 2e-7) << "step " << step;  // f32
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, OptimizerVectorTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

// A second implementation of AdamW, in double precision and straight from algorithm 2 of the paper.
TEST(OptimizerTest, AdamWMatchesAReferenceOverRandomTensors) {
  at::manual_seed(3);
  const at::Tensor start = at::randn({5, 3, 3, 3});
  Parameters module({start, at::randn({17})});
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(ParseTextOrDie<OptimizerConfig>("adamw { learning_rate: 0.01 weight_decay: 0.1 }"), &parameters);
  ASSERT_THAT(optimizer, IsOk());
  at::Tensor expected = start.to(at::kDouble), mean = expected * 0, square = expected * 0;

  for (int step = 1; step <= 20; ++step) {
    const at::Tensor gradient = at::randn({5, 3, 3, 3});
    module.parameters()[0].mutable_grad().copy_(gradient);
    const double rate = 0.01 / step;
    (*optimizer)->Step(rate);
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient * gradient;
    expected =
        expected * (1 - rate * 0.1) - rate * (mean / (1 - std::pow(0.9, step))) / ((square / (1 - std::pow(0.999, step))).sqrt() + 1e-8);
  }

  EXPECT_LT((module.parameters()[0] - expected).abs().max().item<double>(), 1e-5);
}

OptimizerConfig AdamWWithDecay() {
  return ParseTextOrDie<OptimizerConfig>("adamw { learning_rate: 0.01 weight_decay: 0.1 }");
}

// LibTorch's kernel, which takes the steps on other devices.
TEST(OptimizerTest, AdamWMatchesLibTorchsKernel) {
  at::manual_seed(4);
  Parameters module({at::randn({64, 32, 3, 3}), at::randn({17})});
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(AdamWWithDecay(), &parameters);
  ASSERT_THAT(optimizer, IsOk());
  const at::Tensor values = parameters.values().clone(), exp_avg = parameters.NewBuffer(), exp_avg_sq = parameters.NewBuffer();

  for (int step = 1; step <= 10; ++step) {
    parameters.gradients().normal_();
    (*optimizer)->Step(0.01);
    at::_fused_adamw_({values}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, {}, {at::full({}, step, at::kFloat)}, /*lr=*/0.01,
                      /*beta1=*/0.9, /*beta2=*/0.999, /*weight_decay=*/0.1, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
  }

  const auto state = (*optimizer)->State();
  EXPECT_TRUE(at::allclose(parameters.values(), values, /*rtol=*/1e-6, /*atol=*/2e-7));
  EXPECT_TRUE(at::allclose(state[0].second, exp_avg, /*rtol=*/1e-6, /*atol=*/2e-7));
  EXPECT_TRUE(at::allclose(state[1].second, exp_avg_sq, /*rtol=*/1e-6, /*atol=*/0));
}

at::Tensor ValuesAfterThreeSteps(int threads) {
  const int threads_before = at::get_num_threads();
  at::set_num_threads(threads);
  at::manual_seed(5);
  Parameters module({at::randn({300, 301}), at::randn({17})});  // large enough to be shared among threads
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(AdamWWithDecay(), &parameters);
  for (int step = 0; step < 3; ++step) {
    parameters.gradients().copy_(at::randn(parameters.gradients().sizes()));
    (*optimizer)->Step(0.01);
  }
  at::set_num_threads(threads_before);
  return parameters.values();
}

TEST(OptimizerTest, AdamWGivesTheSameBitsForAnyNumberOfThreads) {
  const at::Tensor one = ValuesAfterThreeSteps(1);
  EXPECT_TRUE(at::equal(one, ValuesAfterThreeSteps(2)));
  EXPECT_TRUE(at::equal(one, ValuesAfterThreeSteps(3)));
}

TEST(OptimizerTest, StateIsNamedAndEmptyWithoutMemory) {
  Parameters module({at::ones({2})});
  FlatParameters parameters(module);

  EXPECT_TRUE((*CreateOptimizer(ParseTextOrDie<OptimizerConfig>("sgd { learning_rate: 1 }"), &parameters))->State().empty());
  EXPECT_EQ((*CreateOptimizer(ParseTextOrDie<OptimizerConfig>("sgd { learning_rate: 1 momentum: 0.9 }"), &parameters))->State()[0].first,
            "momentum");
  const auto state = (*CreateOptimizer(ParseTextOrDie<OptimizerConfig>("adam { learning_rate: 1 }"), &parameters))->State();
  ASSERT_EQ(state.size(), 2u);
  EXPECT_EQ(state[0].first, "exp_avg");
  EXPECT_EQ(state[1].first, "exp_avg_sq");
}

TEST(OptimizerTest, UnsetKindListsTheArms) {
  EXPECT_THAT(CreateOptimizer(OptimizerConfig(), nullptr), Fails(ExitCode::kConfig, HasSubstr("sgd, adam, adamw")));
}

}  // namespace
}  // namespace mica
