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

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "training/optim/base_learning_rate.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Parameters : public torch::nn::Module {
 public:
  explicit Parameters(const std::vector<at::Tensor>& values) {
    for (size_t i = 0; i < values.size(); ++i) register_parameter("p" + std::to_string(i), values[i].clone());
  }
};

UpdateScalars At(double learning_rate, int64_t update) {
  UpdateScalars scalars;
  scalars.learning_rate = learning_rate;
  scalars.update = update;
  return scalars;
}

struct Case {
  std::string name;
  std::string config;
  std::vector<double> values;  // after each of three steps
};

// One parameter of value 1, gradients .5, -.25, .1. From the papers' formulas, in double precision.
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
    (*optimizer)->Step(At(BaseLearningRate(ParseTextOrDie<OptimizerConfig>(GetParam().config)), step + 1));
    EXPECT_NEAR(module.parameters()[0].item<double>(), GetParam().values[step], 2e-7) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, OptimizerVectorTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

// A second implementation of AdamW, in double precision, straight from algorithm 2 of the paper.
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
    (*optimizer)->Step(At(rate, step));
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

// Compares with LibTorch's kernel, which takes the steps on other devices.
TEST(OptimizerTest, AdamWMatchesLibTorchsKernel) {
  at::manual_seed(4);
  Parameters module({at::randn({64, 32, 3, 3}), at::randn({17})});
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(AdamWWithDecay(), &parameters);
  ASSERT_THAT(optimizer, IsOk());
  const at::Tensor values = parameters.values().clone(), exp_avg = parameters.NewBuffer(), exp_avg_sq = parameters.NewBuffer();

  for (int step = 1; step <= 10; ++step) {
    parameters.gradients().normal_();
    (*optimizer)->Step(At(0.01, step));
    at::_fused_adamw_({values}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, {}, {at::full({}, step, at::kFloat)}, /*lr=*/0.01,
                      /*beta1=*/0.9, /*beta2=*/0.999, /*weight_decay=*/0.1, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false);
  }

  const auto state = (*optimizer)->State();  // exp_avg of two parameters, then exp_avg_sq
  EXPECT_TRUE(at::allclose(parameters.values(), values, /*rtol=*/1e-6, /*atol=*/2e-7));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(at::allclose(state[i].tensor, parameters.Split(exp_avg)[i].tensor, /*rtol=*/1e-6, /*atol=*/2e-7));
    EXPECT_TRUE(at::allclose(state[2 + i].tensor, parameters.Split(exp_avg_sq)[i].tensor, /*rtol=*/1e-6, /*atol=*/0));
  }
}

at::Tensor ValuesAfterThreeSteps(int threads) {
  const int threads_before = at::get_num_threads();
  at::set_num_threads(threads);
  at::manual_seed(5);
  Parameters module({at::randn({300, 301}), at::randn({17})});  // large enough for several threads
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(AdamWWithDecay(), &parameters);
  for (int step = 0; step < 3; ++step) {
    parameters.gradients().copy_(at::randn(parameters.gradients().sizes()));
    (*optimizer)->Step(At(0.01, step + 1));
  }
  at::set_num_threads(threads_before);
  return parameters.values();
}

TEST(OptimizerTest, AdamWGivesTheSameBitsForAnyNumberOfThreads) {
  const at::Tensor one = ValuesAfterThreeSteps(1);
  EXPECT_TRUE(at::equal(one, ValuesAfterThreeSteps(2)));
  EXPECT_TRUE(at::equal(one, ValuesAfterThreeSteps(3)));
}

std::vector<std::string> StateNames(const std::string& config) {
  Parameters module({at::ones({2}), at::ones({3})});
  FlatParameters parameters(module);
  const auto optimizer = CreateOptimizer(ParseTextOrDie<OptimizerConfig>(config), &parameters);
  std::vector<std::string> names;
  for (const NamedTensor& tensor : (*optimizer)->State()) names.push_back(tensor.name);
  return names;
}

TEST(OptimizerTest, StateIsNamedByParameterAndEmptyWithoutMemory) {
  EXPECT_THAT(StateNames("sgd { learning_rate: 1 }"), IsEmpty());
  EXPECT_THAT(StateNames("sgd { learning_rate: 1 momentum: 0.9 }"), ElementsAre("momentum.p0", "momentum.p1"));
  EXPECT_THAT(StateNames("adam { learning_rate: 1 }"), ElementsAre("exp_avg.p0", "exp_avg.p1", "exp_avg_sq.p0", "exp_avg_sq.p1"));
}

const char* const kKinds[] = {"sgd { learning_rate: 0.1 }", "sgd { learning_rate: 0.1 momentum: 0.9 dampening: 0.1 weight_decay: 0.1 }",
                              "adam { learning_rate: 0.1 weight_decay: 0.1 }", "adamw { learning_rate: 0.1 weight_decay: 0.1 }"};

// A group behaves as if it were alone, with its own learning rate and decay.
TEST(OptimizerTest, EveryGroupHasItsRateAndItsDecay) {
  std::vector<PlannedGroup> plan(2);
  plan[0].parameters = {"p0"};
  plan[1].parameters = {"p1"};
  plan[1].learning_rate_factor = 0.25;
  plan[1].weight_decay = 0.5;
  for (const char* const kind : kKinds) {
    auto config = ParseTextOrDie<OptimizerConfig>(kind), own = config;
    if (own.has_sgd()) own.mutable_sgd()->set_weight_decay(0.5);
    if (own.has_adam()) own.mutable_adam()->set_weight_decay(0.5);
    if (own.has_adamw()) own.mutable_adamw()->set_weight_decay(0.5);
    Parameters both({at::ones({40}), at::ones({40}) * 2}), body({at::ones({40})}), head({at::ones({40}) * 2});
    FlatParameters flat_both(both, plan), flat_body(body), flat_head(head);
    const auto of_both = CreateOptimizer(config, &flat_both), of_body = CreateOptimizer(config, &flat_body),
               of_head = CreateOptimizer(own, &flat_head);

    for (int step = 1; step <= 3; ++step) {
      for (const FlatParameters* parameters : {&flat_both, &flat_body, &flat_head}) parameters->gradients().fill_(0.25 * step);
      (*of_both)->Step(At(0.1, step));
      (*of_body)->Step(At(0.1, step));
      (*of_head)->Step(At(0.025, step));
    }

    EXPECT_TRUE(both.parameters()[0].equal(body.parameters()[0])) << kind;
    EXPECT_TRUE(both.parameters()[1].equal(head.parameters()[0])) << kind;
  }
}

// A group that begins after two updates goes on as if its optimizer had begun then: the count of
// Adam's bias correction, and SGD's first momentum.
TEST(OptimizerTest, AGroupCountsFromItsOwnFirstStep) {
  std::vector<PlannedGroup> plan(2);
  plan[0].parameters = {"p0"};
  plan[0].first_step = 2;
  plan[1].parameters = {"p1"};
  for (const char* const kind : kKinds) {
    const auto config = ParseTextOrDie<OptimizerConfig>(kind);
    Parameters both({at::ones({40}), at::ones({40})}), alone({at::ones({40})});
    FlatParameters flat_both(both, plan), flat_alone(alone);
    const auto of_both = CreateOptimizer(config, &flat_both), of_alone = CreateOptimizer(config, &flat_alone);
    for (int update = 1; update <= 5; ++update) {
      flat_both.gradients().fill_(0.25 * update);
      flat_alone.gradients().fill_(0.25 * update);
      UpdateScalars scalars = At(0.1, update);
      scalars.gradient_factor = 0.5;
      (*of_both)->Step(scalars);
      if (update <= 2) {
        EXPECT_TRUE(both.parameters()[0].equal(at::ones({40}))) << kind << ": still frozen";
        continue;
      }
      scalars.update = update - 2;
      (*of_alone)->Step(scalars);
    }
    EXPECT_TRUE(both.parameters()[0].equal(alone.parameters()[0])) << kind;
    EXPECT_FALSE(both.parameters()[1].equal(alone.parameters()[0])) << kind;
  }
}

TEST(OptimizerTest, TheGradientFactorScalesEveryGradient) {
  for (const char* const kind : kKinds) {
    Parameters scaled({at::ones({40})}), plain({at::ones({40})});
    FlatParameters flat_scaled(scaled), flat_plain(plain);
    const auto of_scaled = CreateOptimizer(ParseTextOrDie<OptimizerConfig>(kind), &flat_scaled);
    const auto of_plain = CreateOptimizer(ParseTextOrDie<OptimizerConfig>(kind), &flat_plain);
    for (int step = 1; step <= 3; ++step) {
      flat_scaled.gradients().fill_(0.5 * step);
      flat_plain.gradients().fill_(0.25 * step);
      UpdateScalars scalars = At(0.1, step);
      (*of_plain)->Step(scalars);
      scalars.gradient_factor = 0.5;
      (*of_scaled)->Step(scalars);
    }
    EXPECT_TRUE(scaled.parameters()[0].allclose(plain.parameters()[0], 1e-6, 1e-7)) << kind;
  }
}

// An optimizer that gets State() and `update` back goes on to the bit, so it remembers nothing
// else.
TEST(OptimizerTest, StateAndUpdateAreAllThatIsRemembered) {
  for (const char* const kind : kKinds) {
    const auto config = ParseTextOrDie<OptimizerConfig>(kind);
    Parameters module({at::ones({40})}), resumed_module({at::zeros({40})});
    FlatParameters parameters(module), resumed_parameters(resumed_module);
    const auto optimizer = CreateOptimizer(config, &parameters), resumed = CreateOptimizer(config, &resumed_parameters);
    const auto step = [](Optimizer& of, FlatParameters& flat, int update) {
      flat.gradients().fill_(0.3 / update);
      of.Step(At(0.1, update));
    };
    for (int update = 1; update <= 4; ++update) step(**optimizer, parameters, update);

    resumed_parameters.values().copy_(parameters.values());
    const auto from = (*optimizer)->State(), to = (*resumed)->State();
    for (size_t i = 0; i < to.size(); ++i) at::Tensor(to[i].tensor).copy_(from[i].tensor);
    for (int update = 5; update <= 7; ++update) {
      step(**optimizer, parameters, update);
      step(**resumed, resumed_parameters, update);
    }

    EXPECT_TRUE(resumed_module.parameters()[0].equal(module.parameters()[0])) << kind;
  }
}

TEST(OptimizerTest, UnsetKindListsTheArms) {
  EXPECT_THAT(CreateOptimizer(OptimizerConfig(), nullptr), Fails(ExitCode::kConfig, HasSubstr("sgd, adam, adamw")));
}

}  // namespace
}  // namespace mica
