#include "training/loss/loss_term.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

SupervisedTerm CrossEntropyTerm() {
  LossConfig config;
  config.mutable_cross_entropy();
  return SupervisedTerm(CreateLoss(config).value());
}

Batch FourSamples() {
  Batch batch;
  batch.images = at::rand({4, 1, 2, 2});
  batch.labels = at::tensor({0, 2, 1, 2}, at::kLong);
  return batch;
}

TEST(SupervisedTermTest, WantsTheLabelledImages) {
  const Batch batch = FourSamples();

  const absl::StatusOr<at::Tensor> images = CrossEntropyTerm().Images(batch, StepClock());

  ASSERT_THAT(images, IsOk());
  EXPECT_TRUE(images->is_same(batch.images));
}

TEST(SupervisedTermTest, TargetsReplaceTheLabels) {
  SupervisedTerm term = CrossEntropyTerm();
  Batch batch = FourSamples();
  const at::Tensor logits = at::rand({4, 3});
  const double of_labels = term.Compute(logits, batch, StepClock()).loss.item<double>();

  batch.targets = at::one_hot(batch.labels, 3).to(at::kFloat);
  EXPECT_NEAR(term.Compute(logits, batch, StepClock()).loss.item<double>(), of_labels, 1e-6) << "the same, said otherwise";

  // Half of one class and half of another: the mean of both losses.
  batch.targets = at::tensor({.5, .5, 0.}, at::kFloat).repeat({4, 1});
  const at::Tensor nll = -logits.log_softmax(1);
  const double expected = (0.5 * nll.select(1, 0) + 0.5 * nll.select(1, 1)).mean().item<double>();
  EXPECT_NEAR(term.Compute(logits, batch, StepClock()).loss.item<double>(), expected, 1e-6);
}

TEST(SupervisedTermTest, HandsOutTheLogitsAndTellsNothingElse) {
  SupervisedTerm term = CrossEntropyTerm();
  const at::Tensor logits = at::rand({4, 3});

  const TermValue value = term.Compute(logits, FourSamples(), StepClock());

  EXPECT_TRUE(value.logits.is_same(logits));
  EXPECT_TRUE(value.scalars.empty());
  EXPECT_TRUE(ScalarNames({&term}).empty());
}

}  // namespace
}  // namespace mica
