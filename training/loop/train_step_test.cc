#include "training/loop/train_step.h"

#include <ATen/Context.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tensor.h>
#include <ATen/record_function.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "data/loader/fake_batch_source.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Four pixels -> two logits. Counts its forward passes.
class LinearModel : public Classifier {
 public:
  LinearModel() {
    at::manual_seed(1);
    weight = register_parameter("weight", at::randn({2, 4}));
  }

  torch::Tensor forward(const torch::Tensor& images) override {
    batch_sizes.push_back(images.size(0));
    return at::linear(images.reshape({images.size(0), -1}), weight);
  }

  at::Tensor weight;
  std::vector<int64_t> batch_sizes;  // of the forward passes
};

// Wants logits of the other view, minimises their size and reports a scalar.
class OtherViewTerm : public LossTerm {
 public:
  std::vector<std::string> ScalarNames() const override { return {"view_size", "step"}; }
  absl::StatusOr<at::Tensor> Images(const Batch& labelled, const StepClock&) override {
    if (labelled.more_views.empty()) return DataError("no other view");
    return labelled.more_views[0];
  }
  TermValue Compute(const at::Tensor& logits, const Batch&, const StepClock& clock) override {
    seen = logits.detach().clone();
    const at::Tensor size = logits.square().mean();
    return {size, /*logits=*/{}, {size.detach(), at::tensor(static_cast<double>(clock.step))}};
  }

  at::Tensor seen;
};

struct Fixture {
  explicit Fixture(const std::string& optimizer_config = "sgd { learning_rate: 0.1 }")
      : optimizer(CreateOptimizer(ParseTextOrDie<OptimizerConfig>(optimizer_config), &parameters).value()) {
    source.all().more_views = {source.all().images * 0.5};
    EXPECT_THAT(source.Next(&batch), IsOkAndHolds(true));
  }

  absl::StatusOr<StepResult> Take() { return TrainStep({model, parameters, *optimizer, terms}, options).Take(batch, clock, 0.1); }

  LinearModel model;
  FlatParameters parameters{model};
  std::unique_ptr<Optimizer> optimizer;
  SupervisedTerm supervised{CreateLoss(ParseTextOrDie<LossConfig>("cross_entropy {}")).value()};
  std::vector<LossTerm*> terms = {&supervised};
  TrainStep::Options options;
  FakeBatchSource source{10, 4};
  Batch batch;
  StepClock clock = {/*step=*/7, /*epoch=*/1, /*step_in_epoch=*/7};
};

TEST(TrainStepTest, OneTermIsOneForwardPassOfItsImages) {
  Fixture step;

  ASSERT_THAT(step.Take(), IsOk());

  EXPECT_THAT(step.model.batch_sizes, ElementsAre(4));
}

TEST(TrainStepTest, TheImagesOfAllTermsAreForwardedTogether) {
  Fixture step;
  OtherViewTerm other;
  step.terms = {&step.supervised, &other};
  const at::Tensor weight = step.model.weight.detach().clone();

  const auto result = step.Take();

  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(step.model.batch_sizes, ElementsAre(8));
  const at::Tensor expected = at::linear(step.batch.more_views[0].reshape({4, 4}), weight);
  EXPECT_TRUE(other.seen.allclose(expected, 1e-5, 1e-6)) << "each term gets the rows of its own images";
}

TEST(TrainStepTest, TheLossIsTheSumOfTheTermsAndScalarsComeInTheirOrder) {
  Fixture one, two;
  OtherViewTerm other;
  two.terms = {&two.supervised, &other};

  const auto alone = one.Take();
  const auto both = two.Take();

  ASSERT_THAT(alone, IsOk());
  ASSERT_THAT(both, IsOk());
  const double size = other.seen.square().mean().item<double>();
  EXPECT_NEAR(both->loss, alone->loss + size, 1e-6);
  EXPECT_EQ(both->correct, alone->correct);
  ASSERT_EQ(both->scalars.size(), 2u);
  EXPECT_NEAR(both->scalars[0], size, 1e-6);
  EXPECT_EQ(both->scalars[1], 7);
  EXPECT_THAT(ScalarNames(two.terms), ElementsAre("view_size", "step"));
}

TEST(TrainStepTest, ATermsErrorEndsTheStepBeforeTheWeightsChange) {
  Fixture step;
  OtherViewTerm other;
  step.terms = {&step.supervised, &other};
  step.batch.more_views.clear();
  const at::Tensor weight = step.model.weight.detach().clone();

  EXPECT_THAT(step.Take(), Fails(ExitCode::kData, HasSubstr("no other view")));

  EXPECT_TRUE(step.model.weight.equal(weight));
}

// The bias correction makes the first update of Adam a step of the learning rate.
TEST(TrainStepTest, TheOptimizerLearnsWhichUpdateItIs) {
  Fixture first("adam { learning_rate: 0.1 }"), later("adam { learning_rate: 0.1 }");
  first.clock.step = 0;
  const at::Tensor weight = first.model.weight.detach().clone();

  ASSERT_THAT(first.Take(), IsOk());
  ASSERT_THAT(later.Take(), IsOk());

  const double first_move = (first.model.weight - weight).abs().max().item<double>();
  const double later_move = (later.model.weight - weight).abs().max().item<double>();
  EXPECT_NEAR(first_move, 0.1, 1e-4);
  EXPECT_GT(std::abs(later_move - first_move), 0.01);
}

TEST(TrainStepTest, ClippingShortensTheStepOfEveryOptimizer) {
  for (const std::string optimizer : {"sgd { learning_rate: 0.1 }", "sgd { learning_rate: 0.1 momentum: 0.9 }"}) {
    Fixture step(optimizer);
    step.clock.step = 0;
    step.options.clip_gradient_norm = 0.01;
    const at::Tensor weight = step.model.weight.detach().clone();

    const auto result = step.Take();

    ASSERT_THAT(result, IsOk());
    EXPECT_GT(result->grad_norm, 0.1) << "before clipping";
    EXPECT_NEAR((step.model.weight - weight).norm().item<double>(), 0.1 * 0.01, 1e-6) << optimizer;
  }
}

// Adam's updates do not depend on the scale of the gradients, but its running means do.
TEST(TrainStepTest, ClippingReachesAdamsMeans) {
  Fixture plain("adamw { learning_rate: 0.1 }"), clipped("adamw { learning_rate: 0.1 }");
  clipped.options.clip_gradient_norm = 0.01;

  const auto result = plain.Take();
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(clipped.Take(), IsOk());

  const double factor = 0.01 / (result->grad_norm + 1e-6);
  EXPECT_TRUE(clipped.optimizer->State()[0].tensor.allclose(plain.optimizer->State()[0].tensor * factor, 1e-4, 1e-9));
}

TEST(TrainStepTest, AStepThatIsNotFiniteLeavesTheWeights) {
  Fixture step;
  step.batch.images = step.batch.images.clone();
  step.batch.images[1][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor weight = step.model.weight.detach().clone();

  const auto result = step.Take();

  ASSERT_THAT(result, IsOk());
  EXPECT_FALSE(result->finite());
  EXPECT_TRUE(step.model.weight.equal(weight));
}

// On the CPU, takes the path of a GPU.
TEST(TrainStepTest, OneTransferReadsWhatTheCpuReads) {
  at::manual_seed(5);
  StepTensors tensors;
  tensors.loss = at::randn({});
  tensors.grad_norm = at::randn({}).abs();
  tensors.scalars = {at::randn({}), at::randn({})};
  tensors.logits = at::randn({64, 10});
  tensors.labels = tensors.logits.argmax(1);
  tensors.labels.narrow(0, 0, 20).fill_(-1);  // unlabelled: never correct

  const StepResult cpu = ReadOnCpu(tensors), transferred = ReadInOneTransfer(tensors);

  EXPECT_EQ(transferred.loss, cpu.loss);
  EXPECT_EQ(transferred.grad_norm, cpu.grad_norm);
  EXPECT_EQ(transferred.scalars, cpu.scalars);
  EXPECT_EQ(transferred.correct, cpu.correct);
  EXPECT_EQ(cpu.correct, 44);

  tensors.logits = at::Tensor();
  EXPECT_EQ(ReadInOneTransfer(tensors).correct, 0);
  EXPECT_EQ(ReadOnCpu(tensors).correct, 0);
}

// Two convolutions and a head.
class DeepModel : public Classifier {
 public:
  DeepModel() {
    at::manual_seed(1);
    first_ = register_parameter("first", at::randn({3, 1, 1, 1}));
    second_ = register_parameter("second", at::randn({3, 3, 1, 1}));
    head_ = register_parameter("head", at::randn({2, 12}));
  }

  torch::Tensor forward(const torch::Tensor& images) override {
    const at::Tensor features = at::relu(at::conv2d(at::relu(at::conv2d(images.reshape({-1, 1, 2, 2}), first_)), second_));
    return at::linear(features.flatten(1), head_);
  }

 private:
  at::Tensor first_, second_, head_;
};

// The functions that autograd calls in a step of DeepModel.
std::vector<std::string> BackwardFunctions(const std::vector<PlannedGroup>& plan) {
  static std::vector<std::string>* names;
  std::vector<std::string> called;
  names = &called;
  DeepModel model;
  FlatParameters parameters(model, plan);
  const auto optimizer = CreateOptimizer(ParseTextOrDie<OptimizerConfig>("sgd { learning_rate: 0.1 }"), &parameters).value();
  SupervisedTerm supervised(CreateLoss(ParseTextOrDie<LossConfig>("cross_entropy {}")).value());
  FakeBatchSource source(10, 4);
  Batch batch;
  EXPECT_THAT(source.Next(&batch), IsOkAndHolds(true));
  const auto handle = at::addGlobalCallback(at::RecordFunctionCallback([](const at::RecordFunction& function) {
                                              names->push_back(function.name());
                                              return std::unique_ptr<at::ObserverContext>();
                                            }).scopes({at::RecordScope::BACKWARD_FUNCTION}));
  EXPECT_THAT(TrainStep({model, parameters, *optimizer, {&supervised}}, {}).Take(batch, StepClock(), 0.1), IsOk());
  at::removeCallback(handle);
  return called;
}

// A step with a frozen backbone costs its forward pass and the head alone.
TEST(TrainStepTest, NothingGoesBackThroughWhatIsFrozen) {
  std::vector<PlannedGroup> plan(2);
  plan[0].parameters = {"first", "second"};
  plan[1].parameters = {"head"};
  const auto all = BackwardFunctions(plan);
  plan[0].first_step = kNeverTrains;
  const auto head = BackwardFunctions(plan);

  EXPECT_EQ(std::count(all.begin(), all.end(), "ConvolutionBackward0"), 2);
  EXPECT_EQ(std::count(all.begin(), all.end(), "ReluBackward0"), 2);
  EXPECT_EQ(std::count(head.begin(), head.end(), "ConvolutionBackward0"), 0);
  EXPECT_EQ(std::count(head.begin(), head.end(), "ReluBackward0"), 0);
  EXPECT_EQ(std::count(head.begin(), head.end(), "torch::autograd::AccumulateGrad"), 1);
}

}  // namespace
}  // namespace mica
