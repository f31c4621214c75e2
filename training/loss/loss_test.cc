#include "training/loss/loss.h"

#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

std::unique_ptr<Loss> CrossEntropyWith(double label_smoothing) {
  LossConfig config;
  config.mutable_cross_entropy()->set_label_smoothing(label_smoothing);
  absl::StatusOr<std::unique_ptr<Loss>> loss = CreateLoss(config);
  EXPECT_THAT(loss, IsOk());
  return *std::move(loss);
}

double LossOf(const Loss& loss, std::vector<double> logits, int64_t label) {
  return loss.Compute(at::tensor(logits, at::kDouble).unsqueeze(0), at::tensor({label}, at::kLong)).item<double>();
}

TEST(CrossEntropyTest, GivesThePublishedValues) {
  const auto loss = CrossEntropyWith(0);

  EXPECT_NEAR(LossOf(*loss, {2, 1, 0}, 0), .4076059644, 1e-10);
  EXPECT_NEAR(LossOf(*loss, {2, 1, 0}, 1), 1.4076059644, 1e-10);
  EXPECT_NEAR(LossOf(*loss, {2, 1, 0}, 2), 2.4076059644, 1e-10);
  EXPECT_NEAR(LossOf(*loss, {-10, 10, -1000}, 0), 20, 1e-8);
}

TEST(CrossEntropyTest, EqualLogitsGiveTheLogarithmOfTheClasses) {
  EXPECT_NEAR(LossOf(*CrossEntropyWith(0), std::vector<double>(10), 3), 2.3025850930, 1e-10);
  EXPECT_NEAR(LossOf(*CrossEntropyWith(0), std::vector<double>(40), 3), 3.6888794541, 1e-10);
}

TEST(CrossEntropyTest, SmoothingMovesTheTarget) {
  EXPECT_NEAR(LossOf(*CrossEntropyWith(0.1), {2, 1, 0}, 0), .5076059644, 1e-10);
}

TEST(CrossEntropyTest, GradientIsSoftmaxMinusOneHot) {
  at::Tensor logits = at::tensor({2.0, 1.0, 0.0}, at::kDouble).unsqueeze(0).requires_grad_(true);

  CrossEntropyWith(0)->Compute(logits, at::tensor({int64_t{0}}, at::kLong)).backward();

  EXPECT_NEAR(logits.grad()[0][0].item<double>(), .6652409558 - 1, 1e-10);
  EXPECT_NEAR(logits.grad()[0][1].item<double>(), .2447284711, 1e-10);
  EXPECT_NEAR(logits.grad()[0][2].item<double>(), .0900305732, 1e-10);
}

// Compares the mean over random batches with sums written out.
TEST(CrossEntropyTest, IsTheMeanOverTheBatch) {
  const at::Tensor logits = at::randn({16, 5}, at::kDouble), labels = at::randint(5, {16}, at::kLong);
  double sum = 0;
  for (int64_t n = 0; n < 16; ++n) {
    double divisor = 0;
    for (int64_t c = 0; c < 5; ++c) divisor += std::exp(logits[n][c].item<double>());
    sum -= std::log(std::exp(logits[n][labels[n].item<int64_t>()].item<double>()) / divisor);
  }

  EXPECT_NEAR(CrossEntropyWith(0)->Compute(logits, labels).item<double>(), sum / 16, 1e-12);
}

TEST(CreateLossTest, UnsetKindSaysWhatThereIs) {
  EXPECT_THAT(CreateLoss(LossConfig()), Fails(ExitCode::kConfig, HasSubstr("cross_entropy")));
}

}  // namespace
}  // namespace mica
