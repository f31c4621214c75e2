#include "eval/evaluator/evaluator.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <atomic>
#include <stdexcept>

#include "base/testing/status_matchers.h"
#include "data/loader/fake_batch_source.h"

namespace mica {
namespace {

using testing::HasSubstr;

// Four pixels -> batch norm -> dropout -> two logits: the layers that behave differently in
// training.
class NoisyModel : public Classifier {
 public:
  NoisyModel() {
    at::manual_seed(3);
    weight_ = register_parameter("weight", at::randn({2, 4}));
    running_mean_ = register_buffer("running_mean", at::rand({4}));
    running_var_ = register_buffer("running_var", at::ones({4}));
  }

  torch::Tensor forward(const torch::Tensor& images) override {
    gradients_wanted_ = at::GradMode::is_enabled();
    if (++calls_ == throw_at_call_) throw std::runtime_error("a broken layer");
    const at::Tensor pixels = images.reshape({images.size(0), -1});
    const at::Tensor normed =
        at::batch_norm(pixels, {}, {}, running_mean_, running_var_, is_training(), 0.1, 1e-5, /*cudnn_enabled=*/false);
    return at::linear(at::dropout(normed, 0.5, is_training()), weight_);
  }

  // The same computed by hand: running statistics, no dropout.
  at::Tensor Expected(const Batch& batch) const {
    const torch::NoGradGuard no_gradients;
    const at::Tensor pixels = batch.images.reshape({batch.size(), -1});
    return ((pixels - running_mean_) / (running_var_ + 1e-5).sqrt()).matmul(weight_.t());
  }

  at::Tensor running_mean() const { return running_mean_; }
  at::Tensor weight() const { return weight_; }
  bool gradients_wanted() const { return gradients_wanted_; }
  void ThrowAtCall(int call) { throw_at_call_ = call; }

 private:
  at::Tensor weight_, running_mean_, running_var_;
  std::atomic<int> calls_ = 0;
  int throw_at_call_ = 0;
  std::atomic<bool> gradients_wanted_ = true;
};

TEST(EvaluatorTest, EverySampleGetsTheLogitsOfEvaluationMode) {
  NoisyModel model;
  FakeBatchSource source(10, 4);
  const Batch all = FakeBatchSource(10, 10).all();

  const auto predictions = Evaluate(model, source, /*num_classes=*/2, c10::kCPU);

  ASSERT_THAT(predictions, IsOk());
  ASSERT_EQ(predictions->size(), 10);
  const at::Tensor expected = model.Expected(all);
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(predictions->record_id(i), FakeBatchSource::kFirstId + i);
    EXPECT_EQ(predictions->label(i), i % 2);
    for (int64_t c = 0; c < 2; ++c) EXPECT_NEAR(predictions->logits(i)[c], expected[i][c].item<float>(), 1e-5) << i;
  }
}

TEST(EvaluatorTest, AgainGivesTheSameToTheBitAndForOtherBatchSizesTheSamePredictions) {
  NoisyModel model;
  FakeBatchSource source(10, 4), singles(10, 1);

  const auto first = Evaluate(model, source, 2, c10::kCPU);
  const auto second = Evaluate(model, source, 2, c10::kCPU);
  const auto other = Evaluate(model, singles, 2, c10::kCPU);

  ASSERT_THAT(second, IsOk());
  ASSERT_THAT(other, IsOk());
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(first->logits(i), second->logits(i));
    EXPECT_NEAR(first->logits(i)[0], other->logits(i)[0], 1e-5);
  }
}

// Batches are divided among threads; each image goes through once, at its place.
TEST(EvaluatorTest, ThreadsDoNotChangeABit) {
  const int threads = at::get_num_threads();
  NoisyModel model;
  FakeBatchSource source(300, 200);
  at::set_num_threads(1);
  const auto one = Evaluate(model, source, 2, c10::kCPU);
  at::set_num_threads(4);
  const auto four = Evaluate(model, source, 2, c10::kCPU);
  at::set_num_threads(threads);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(four, IsOk());
  ASSERT_EQ(four->size(), 300);
  const at::Tensor expected = model.Expected(FakeBatchSource(300, 300).all());
  for (int64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(four->record_id(i), FakeBatchSource::kFirstId + i);
    EXPECT_EQ(one->logits(i), four->logits(i));
    EXPECT_NEAR(four->logits(i)[1], expected[i][1].item<float>(), 1e-4) << i;
  }
}

TEST(EvaluatorTest, AnExceptionInAThreadBecomesAStatus) {
  NoisyModel model;
  model.ThrowAtCall(3);
  FakeBatchSource source(300, 300);
  EXPECT_THAT(Evaluate(model, source, 2, c10::kCPU), Fails(ExitCode::kInternal, HasSubstr("evaluating: a broken layer")));
}

TEST(EvaluatorTest, TheModelStaysAsItWas) {
  for (const bool training : {true, false}) {
    NoisyModel model;
    model.train(training);
    const at::Tensor mean = model.running_mean().clone();
    FakeBatchSource source(10, 4);

    ASSERT_THAT(Evaluate(model, source, 2, c10::kCPU), IsOk());

    EXPECT_EQ(model.is_training(), training);
    EXPECT_TRUE(model.running_mean().equal(mean));
  }
}

TEST(EvaluatorTest, NoGradientsAreKept) {
  NoisyModel model;
  FakeBatchSource source(4, 4);

  ASSERT_THAT(Evaluate(model, source, 2, c10::kCPU), IsOk());

  EXPECT_FALSE(model.gradients_wanted());
  EXPECT_FALSE(model.weight().grad().defined());
  EXPECT_TRUE(at::GradMode::is_enabled());  // restored
}

TEST(EvaluatorTest, AnExceptionBecomesAStatusAndTheModeComesBack) {
  NoisyModel model;
  model.train();
  model.ThrowAtCall(2);
  FakeBatchSource source(10, 4);

  EXPECT_THAT(Evaluate(model, source, 2, c10::kCPU), Fails(ExitCode::kInternal, HasSubstr("evaluating: a broken layer")));

  EXPECT_TRUE(model.is_training());
  EXPECT_TRUE(at::GradMode::is_enabled());
}

TEST(EvaluatorTest, ASourcesErrorIsHandedOn) {
  NoisyModel model;
  model.train();
  FakeBatchSource source(10, 4);
  source.FailAtBatch(1, DataError("/data/cats/1.jpg: cut off"));

  EXPECT_THAT(Evaluate(model, source, 2, c10::kCPU), Fails(ExitCode::kData, "/data/cats/1.jpg: cut off"));

  EXPECT_TRUE(model.is_training());
}

// The second view is twice the first.
class TwoViews : public BatchSource {
 public:
  explicit TwoViews(FakeBatchSource& source) : source_(source) {}

  absl::Status StartEpoch(int64_t epoch, int64_t first_batch) override { return source_.StartEpoch(epoch, first_batch); }
  absl::StatusOr<bool> Next(Batch* batch) override {
    absl::StatusOr<bool> there_is_one = source_.Next(batch);
    if (there_is_one.ok() && *there_is_one) batch->more_views = {batch->images * 2};
    return there_is_one;
  }
  ImageShape image_shape() const override { return source_.image_shape(); }
  int64_t samples_per_epoch() const override { return source_.samples_per_epoch(); }
  int64_t batches_per_epoch() const override { return source_.batches_per_epoch(); }

 private:
  FakeBatchSource& source_;
};

TEST(EvaluatorTest, ViewsAreMergedByTheMeanOfTheirProbabilities) {
  NoisyModel model;
  FakeBatchSource source(10, 4);
  TwoViews both(source);

  const auto views = EvaluateViews(model, both, 2, c10::kCPU);
  const auto merged = Evaluate(model, both, 2, c10::kCPU);

  ASSERT_THAT(views, IsOk());
  ASSERT_THAT(merged, IsOk());
  ASSERT_EQ(views->size(), 2);
  const auto first = Evaluate(model, source, 2, c10::kCPU);
  Batch doubled = FakeBatchSource(10, 10).all();
  doubled.images = doubled.images * 2;
  const at::Tensor second = model.Expected(doubled);
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(merged->record_id(i), FakeBatchSource::kFirstId + i);
    EXPECT_EQ((*views)[0].logits(i), first->logits(i));
    EXPECT_NEAR((*views)[1].logits(i)[1], second[i][1].item<float>(), 1e-4);
    const double mean = ((*views)[0].Probabilities(i)[0] + (*views)[1].Probabilities(i)[0]) / 2;
    EXPECT_NEAR(merged->Probabilities(i)[0], mean, 1e-6);
  }
}

TEST(EvaluatorTest, ASourceWithoutSamplesGivesAnEmptyTable) {
  NoisyModel model;
  FakeBatchSource source(0, 4);

  const auto predictions = Evaluate(model, source, 2, c10::kCPU);

  ASSERT_THAT(predictions, IsOk());
  EXPECT_EQ(predictions->size(), 0);
}

}  // namespace
}  // namespace mica
