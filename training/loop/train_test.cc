#include "training/loop/train.h"

#include <ATen/Context.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/testing/status_matchers.h"
#include "data/loader/fake_batch_source.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Dropout, then one linear layer: four pixels -> two logits.
class TinyModel : public Classifier {
 public:
  explicit TinyModel(double dropout) : dropout_(dropout) {
    at::manual_seed(1);
    weight = register_parameter("weight", at::randn({2, 4}));
  }

  torch::Tensor forward(const torch::Tensor& images) override {
    return at::linear(at::dropout(images.reshape({images.size(0), -1}), dropout_, is_training()), weight);
  }

  void FixBatchNorms(const std::vector<std::string>& layers) override { fixed.push_back(layers); }

  at::Tensor weight;
  std::vector<std::vector<std::string>> fixed;  // by the calls

 private:
  const double dropout_;
};

// Records what the loop reports.
class Recorder : public TrainObserver {
 public:
  absl::Status OnStep(const StepReport& step) override {
    steps.push_back(step);
    return step.step == fail_at_step ? OutputError("no space for the step") : absl::OkStatus();
  }
  absl::Status OnEpoch(const EpochReport& epoch) override {
    epochs.push_back(epoch);
    epochs.back().evaluations = {};  // invalid after the call
    for (const EvaluatedSplit& evaluated : epoch.evaluations) evaluations.push_back(evaluated);
    return epoch.row.epoch == fail_at_epoch ? OutputError("no space for the epoch") : absl::OkStatus();
  }
  absl::Status OnStop(const StopReport& stop) override {
    stops.push_back(stop);
    return absl::OkStatus();
  }
  absl::Status OnNonFinite(const NonFiniteStep& step) override {
    non_finites.push_back(step);
    return fail_at_non_finite ? OutputError("no space for the report") : absl::OkStatus();
  }

  int64_t fail_at_step = 0, fail_at_epoch = 0;
  bool fail_at_non_finite = false;
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  std::vector<EvaluatedSplit> evaluations;  // of all epochs
  std::vector<StopReport> stops;
  std::vector<NonFiniteStep> non_finites;
};

// A loss term over the labelled images: a function of their logits.
class FunctionTerm : public LossTerm {
 public:
  using Function = std::function<TermValue(const at::Tensor& logits, const Batch& batch)>;

  explicit FunctionTerm(Function function) : function_(std::move(function)) {}
  absl::StatusOr<at::Tensor> Images(const Batch& batch, const StepClock&) override { return batch.images; }
  TermValue Compute(const at::Tensor& logits, const Batch& batch, const StepClock&) override { return function_(logits, batch); }

 private:
  const Function function_;
};

// Ten samples of two classes; this share of them is predicted right.
absl::StatusOr<PredictionTable> Accuracy(double accuracy) {
  PredictionTable predictions(2);
  for (int i = 0; i < 10; ++i) {
    const bool right = i < std::lround(10 * accuracy);
    const bool first_class = right == (i % 2 == 0);
    predictions.Add(i, i % 2, first_class ? std::vector<float>{1, 0} : std::vector<float>{0, 1});
  }
  return predictions;
}

// All parts of a run: SGD without momentum over 10 samples in batches of 4, 4 and 2. A test changes
// what it is about.
struct Training {
  explicit Training(double dropout = 0) : model(dropout), initial(model.weight.detach().clone()) { options.base_learning_rate = 0.1; }

  absl::StatusOr<TrainOutcome> Run(TrainState state = {}) {
    OptimizerConfig config;
    config.mutable_sgd()->set_learning_rate(options.base_learning_rate);
    const auto optimizer = CreateOptimizer(config, &parameters).value();
    const TrainParts parts{model,      parameters,       *source,       terms.empty() ? std::vector<LossTerm*>{&supervised} : terms,
                           *optimizer, schedule,         Evaluations(), {&recorder, &second_recorder},
                           stop,       fixed_batch_norms};
    return Train(parts, options, std::move(state));
  }

  std::vector<SplitEvaluation> Evaluations() const {
    std::vector<SplitEvaluation> evaluations;
    if (validate) evaluations.push_back({Split::kValidation, /*selects=*/true, validate});
    if (test) evaluations.push_back({Split::kTest, /*selects=*/false, test});
    return evaluations;
  }

  TinyModel model;
  at::Tensor initial;  // weights
  FlatParameters parameters{model};
  FakeBatchSource batches{10, 4};
  BatchSource* source = &batches;
  SupervisedTerm supervised{[] {
    LossConfig config;
    config.mutable_cross_entropy();
    return CreateLoss(config).value();
  }()};
  std::vector<LossTerm*> terms;  // none: the supervised one
  LrSchedule schedule{[](int64_t) { return 1.0; }};
  std::function<absl::StatusOr<PredictionTable>()> validate, test;
  std::function<bool()> stop = [] { return false; };
  std::vector<FixedBatchNorm> fixed_batch_norms;
  Recorder recorder, second_recorder;
  TrainOptions options;
};

template <typename Report, typename Value>
auto Column(const std::vector<Report>& reports, Value value) {
  std::vector<decltype(value(reports[0]))> column;
  for (const Report& report : reports) column.push_back(value(report));
  return column;
}

TEST(TrainTest, TakesEveryStepOfEveryEpoch) {
  Training run;
  run.options.epochs = 2;

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  const auto& steps = run.recorder.steps;
  EXPECT_THAT(Column(steps, [](const StepReport& s) { return s.step; }), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Column(steps, [](const StepReport& s) { return s.epoch; }), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_THAT(Column(steps, [](const StepReport& s) { return s.step_in_epoch; }), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_THAT(Column(steps, [](const StepReport& s) { return s.samples_seen; }), ElementsAre(4, 8, 10, 14, 18, 20));
  EXPECT_EQ(steps[0].epochs, 2);
  EXPECT_EQ(steps[0].total_steps, 6);
  EXPECT_EQ(steps[0].steps_per_epoch, 3);
  EXPECT_GT(steps[0].images_per_second, 0);
  EXPECT_THAT(run.batches.started_epochs(), ElementsAre(1, 2));
  EXPECT_EQ(outcome->state.step, 6);
  EXPECT_EQ(outcome->epochs, 2);
  EXPECT_NE(outcome->reason, StopReason::kStopRequested);
}

TEST(TrainTest, RowsSayWhereTheRunStands) {
  Training run;
  run.options.epochs = 2;

  ASSERT_THAT(run.Run(), IsOk());

  const auto& epochs = run.recorder.epochs;
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.row.epoch; }), ElementsAre(1, 2));
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.row.step; }), ElementsAre(3, 6));
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.last_step.step; }), ElementsAre(3, 6));
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.is_last; }), ElementsAre(false, true));
}

TEST(TrainTest, LearningRatesAreTheBaseRateTimesTheSchedulesFactor) {
  Training run;
  run.options.epochs = 2;
  run.schedule = LrSchedule([](int64_t step) { return 1.0 / static_cast<double>(1 << step); });

  ASSERT_THAT(run.Run(), IsOk());

  EXPECT_THAT(Column(run.recorder.steps, [](const StepReport& s) { return s.learning_rate; }),
              ElementsAre(.1, .05, .025, .0125, .00625, .003125));
  EXPECT_EQ(run.recorder.epochs[0].row.learning_rate, .025);
}

TEST(TrainTest, ASchedulesFactorMayDependOnTheLossesOfTheEpochsBefore) {
  Training run;
  run.options.epochs = 3;
  run.validate = [] { return Accuracy(.5); };
  std::vector<size_t> epochs_known;
  std::vector<EpochLosses> last;
  run.schedule = LrSchedule(LrSchedule::OfLosses([&](int64_t, absl::Span<const EpochLosses> losses) {
    epochs_known.push_back(losses.size());
    last.assign(losses.begin(), losses.end());
    return 1.0;
  }));

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(epochs_known, ElementsAre(0, 0, 0, 1, 1, 1, 2, 2, 2));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(last[i].train, run.recorder.epochs[i].row.train_loss);
    EXPECT_EQ(last[i].validation, run.recorder.epochs[i].row.MetricsOf(Split::kValidation)->Get("loss"));
  }
  EXPECT_EQ(outcome->state.losses.size(), 3u) << "and the last epoch's, for whoever goes on";
}

TEST(TrainTest, LossesAreKeptForSchedulesThatReadThemAlone) {
  Training run;
  const auto outcome = run.Run();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->state.losses, IsEmpty());
}

TEST(TrainTest, BatchNormsAreFixedUntilTheirStep) {
  Training run, without;
  run.options.epochs = without.options.epochs = 3;
  run.fixed_batch_norms = {{"bn1", kNeverTrains}, {"bn2", /*until_step=*/6}};

  ASSERT_THAT(run.Run(), IsOk());
  ASSERT_THAT(without.Run(), IsOk());

  EXPECT_THAT(run.model.fixed, ElementsAre(ElementsAre("bn1", "bn2"), ElementsAre("bn1", "bn2"), ElementsAre("bn1")));
  EXPECT_THAT(without.model.fixed, IsEmpty());
}

TEST(TrainTest, BatchNormsAreFixedAgainByTheRunThatGoesOn) {
  Training first, second;
  first.options.epochs = second.options.epochs = 3;
  first.fixed_batch_norms = second.fixed_batch_norms = {{"bn1", kNeverTrains}, {"bn2", /*until_step=*/6}};
  first.stop = [&] { return first.recorder.steps.size() >= 4; };

  const auto stopped = first.Run();
  ASSERT_THAT(stopped, IsOk());
  ASSERT_EQ(stopped->state.step_in_epoch, 1);
  ASSERT_THAT(second.Run(stopped->state), IsOk());

  EXPECT_THAT(second.model.fixed, ElementsAre(ElementsAre("bn1", "bn2"), ElementsAre("bn1")));
}

// The same run a second time: plain autograd, w -= rate * gradient.
struct NaiveEpoch {
  double loss = 0, accuracy = 0, grad_norm = 0;  // means over samples, over samples, over steps
};

NaiveEpoch TrainNaively(at::Tensor* weight, double learning_rate) {
  NaiveEpoch epoch;
  FakeBatchSource source(10, 4);
  for (Batch batch; source.Next(&batch).value();) {
    at::Tensor leaf = weight->clone().requires_grad_(true);
    const at::Tensor logits = at::linear(batch.images.reshape({batch.size(), 4}), leaf);
    const at::Tensor loss = at::cross_entropy_loss(logits, batch.labels);
    loss.backward();
    epoch.loss += loss.item<double>() * static_cast<double>(batch.size()) / 10;
    epoch.accuracy += logits.argmax(1).eq(batch.labels).sum().item<double>() / 10;
    epoch.grad_norm += std::sqrt(leaf.grad().square().sum().item<double>()) / 3;
    *weight = *weight - learning_rate * leaf.grad();
  }
  return epoch;
}

TEST(TrainTest, RowsAndWeightsEqualANaiveComputation) {
  Training run;
  run.options.epochs = 3;
  run.options.base_learning_rate = 1;
  at::Tensor weight = run.initial.clone();

  ASSERT_THAT(run.Run(), IsOk());

  for (const EpochReport& epoch : run.recorder.epochs) {
    const NaiveEpoch expected = TrainNaively(&weight, 1);
    EXPECT_NEAR(epoch.row.train_loss, expected.loss, 1e-6);
    EXPECT_NEAR(epoch.row.train_accuracy, expected.accuracy, 1e-9);
    EXPECT_NEAR(epoch.row.grad_norm, expected.grad_norm, 1e-6);
  }
  EXPECT_TRUE(run.model.weight.detach().allclose(weight, 1e-5, 1e-6));
  EXPECT_LT(run.recorder.epochs[2].row.train_loss, run.recorder.epochs[0].row.train_loss);
}

TEST(TrainTest, MaxStepsEndsTheRunInsideAnEpochWhichGetsItsRow) {
  Training run;
  int validations = 0;
  run.validate = [&] { return Accuracy(0.1 * ++validations); };
  run.options.epochs = 5;
  run.options.max_steps = 4;

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->state.step, 4);
  EXPECT_EQ(outcome->epochs, 2);
  EXPECT_NE(outcome->reason, StopReason::kStopRequested);
  EXPECT_EQ(outcome->state.best->row.epoch, 2);
  ASSERT_EQ(run.recorder.epochs.size(), 2);
  EXPECT_EQ(run.recorder.epochs[1].row.step, 4);
  EXPECT_EQ(run.recorder.epochs[1].row.train_loss, run.recorder.steps[3].loss);  // of its one batch
  EXPECT_TRUE(run.recorder.epochs[1].is_last);
}

TEST(TrainTest, MaxStepsBeyondTheEpochsChangesNothing) {
  Training run;
  run.options.max_steps = 100;

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->state.step, 3);
  EXPECT_EQ(run.recorder.steps[0].total_steps, 3);
}

// T2.10: patience 5 means 5, not 6.
TEST(TrainTest, EndsAfterPatienceEpochsWithoutANewBest) {
  Training run;
  run.options.epochs = 20;
  run.options.patience_epochs = 5;
  int epoch = 0;
  run.validate = [&] { return Accuracy(++epoch == 3 ? .75 : .5); };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kNoImprovement);
  EXPECT_EQ(outcome->epochs, 8);
  EXPECT_EQ(outcome->state.best->row.epoch, 3);
  EXPECT_TRUE(run.recorder.stops.empty());
  EXPECT_TRUE(run.recorder.epochs.back().is_last);
  EXPECT_FALSE(run.recorder.epochs[6].is_last);
}

TEST(TrainTest, PatienceThatLastsToTheEndStopsNothingEarly) {
  Training run;
  run.options.epochs = 3;
  run.options.patience_epochs = 3;
  run.validate = [] { return Accuracy(.5); };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kEpochsDone);
  EXPECT_EQ(outcome->epochs, 3);
}

TEST(TrainTest, AStopRequestEndsTheRunAfterTheStepWithoutARow) {
  Training run;
  run.options.epochs = 3;
  run.validate = [] { return Accuracy(.5); };
  run.stop = [&] { return run.recorder.steps.size() >= 5; };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kStopRequested);
  EXPECT_EQ(outcome->state.step, 5);
  EXPECT_EQ(outcome->epochs, 1);
  EXPECT_EQ(run.recorder.steps.size(), 5);
  EXPECT_EQ(run.recorder.epochs.size(), 1);
  ASSERT_EQ(run.recorder.stops.size(), 1);
  EXPECT_EQ(run.recorder.stops[0].last_step.step, 5);
  EXPECT_EQ(run.recorder.stops[0].state.step_in_epoch, 2);
  EXPECT_EQ(outcome->state.best->row.epoch, 1);
}

// The stop comes with the last step of an epoch. The epoch is evaluated, has its row and can be the
// best.
TEST(TrainTest, AStopRequestAtTheEndOfAnEpochKeepsTheEpoch) {
  Training run;
  run.options.epochs = 3;
  run.validate = [] { return Accuracy(.5); };
  run.stop = [&] { return run.recorder.steps.size() >= 3; };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kStopRequested);
  EXPECT_EQ(outcome->state.step, 3);
  EXPECT_EQ(outcome->epochs, 1);
  EXPECT_EQ(run.recorder.epochs.size(), 1);
  EXPECT_EQ(run.recorder.stops.size(), 1);
  ASSERT_TRUE(outcome->state.best.has_value());
  EXPECT_EQ(outcome->state.best->row.epoch, 1);
}

TEST(TrainTest, AStopRequestDuringEvaluationCostsNoFurtherStep) {
  Training run;
  run.options.epochs = 3;
  bool stop = false;
  run.validate = [&] {
    stop = true;
    return Accuracy(.5);
  };
  run.stop = [&] { return stop; };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kStopRequested);
  EXPECT_EQ(outcome->state.step, 3);
  EXPECT_EQ(run.recorder.epochs.size(), 1);
}

TEST(TrainTest, AStopRequestAtTheLastStepFinishesTheRun) {
  Training run;
  run.stop = [&] { return run.recorder.steps.size() >= 3; };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_NE(outcome->reason, StopReason::kStopRequested);
  EXPECT_EQ(run.recorder.epochs.size(), 1);
  EXPECT_THAT(run.recorder.stops, IsEmpty());
}

TEST(TrainTest, ValidationSelectsTheBestEpochAndItsWeightsAreKept) {
  Training run;
  run.options.epochs = 4;
  std::vector<double> accuracies = {.5, .9, .9, .2};
  std::vector<at::Tensor> weights;  // at the end of each epoch
  run.validate = [&] {
    weights.push_back(run.model.weight.detach().clone());
    return Accuracy(accuracies[weights.size() - 1]);
  };
  run.test = [] { return Accuracy(.1); };

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->state.best->row.epoch, 2);
  ASSERT_EQ(outcome->best_weights.size(), 1);
  EXPECT_TRUE(outcome->best_weights[0].tensor.equal(weights[1]));
  EXPECT_FALSE(run.model.weight.equal(weights[1]));  // a copy: training went on
  const auto& epochs = run.recorder.epochs;
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.is_best; }), ElementsAre(true, true, false, false));
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.state.best->row.epoch; }), ElementsAre(1, 2, 2, 2));
  EXPECT_THAT(Column(epochs, [](const EpochReport& e) { return e.state.best->value; }), ElementsAre(.5, .9, .9, .9));
  EXPECT_EQ(epochs[3].row.MetricsOf(Split::kValidation)->Get("accuracy"), .2);
  EXPECT_EQ(epochs[3].row.MetricsOf(Split::kTest)->Get("accuracy"), .1);
}

TEST(TrainTest, WithoutValidationNothingIsSelected) {
  Training run;
  run.test = [] { return Accuracy(1); };  // never selects

  const auto outcome = run.Run();

  ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcome->state.best.has_value());
  EXPECT_THAT(outcome->best_weights, IsEmpty());
  EXPECT_FALSE(run.recorder.epochs[0].is_best);
  EXPECT_FALSE(run.recorder.epochs[0].state.best.has_value());
}

TEST(TrainTest, F27ANanLossStopsBeforeTheWeightsChange) {
  Training run;
  run.batches.Poison(105);  // in the second batch
  at::Tensor after_first;
  run.stop = [&] {
    after_first = run.model.weight.detach().clone();
    return false;
  };

  EXPECT_THAT(run.Run(), Fails(ExitCode::kNonFinite, AllOf(HasSubstr("step 2 (epoch 1)"), HasSubstr("learning rate 0.1"))));

  EXPECT_TRUE(run.model.weight.equal(after_first));
  EXPECT_FALSE(run.model.weight.equal(run.initial));
  EXPECT_EQ(run.recorder.steps.size(), 1);
  EXPECT_THAT(run.recorder.epochs, IsEmpty());
  ASSERT_EQ(run.recorder.non_finites.size(), 1);
  EXPECT_EQ(run.recorder.non_finites[0].step.step, 2);
  EXPECT_TRUE(std::isnan(run.recorder.non_finites[0].step.loss));
  EXPECT_THAT(run.recorder.non_finites[0].record_ids, ElementsAre(104, 105, 106, 107));
}

// The report's own failure follows the NaN in the message and hides neither the NaN nor its exit
// code.
TEST(TrainTest, F27AReportThatCannotBeWrittenDoesNotHideTheNan) {
  Training run;
  run.batches.Poison(105);
  run.recorder.fail_at_non_finite = true;

  EXPECT_THAT(run.Run(), Fails(ExitCode::kNonFinite, AllOf(HasSubstr("step 2 (epoch 1)"), HasSubstr("no space for the report"))));

  EXPECT_EQ(run.second_recorder.non_finites.size(), 1) << "told all the same";
}

TEST(TrainTest, F27ANanGradientUnderAFiniteLossStopsToo) {
  Training run;
  FunctionTerm root_of_zero([&](const at::Tensor&, const Batch&) -> TermValue { return {(run.model.weight * 0).sqrt().sum(), {}, {}}; });
  run.terms = {&root_of_zero};

  EXPECT_THAT(run.Run(), Fails(ExitCode::kNonFinite, HasSubstr("loss 0, gradient norm nan")));

  EXPECT_TRUE(run.model.weight.equal(run.initial));
}

TEST(TrainTest, ClippingShortensTheStepAndReportsTheNormBefore) {
  Training run;
  run.options.max_steps = 1;
  run.options.clip_gradient_norm = 0.01;

  ASSERT_THAT(run.Run(), IsOk());

  // Learning rate times norm.
  EXPECT_NEAR((run.model.weight - run.initial).norm().item<double>(), 0.1 * 0.01, 1e-6);
  EXPECT_GT(run.recorder.steps[0].grad_norm, 0.1);
}

TEST(TrainTest, ClippingLeavesShorterGradientsAlone) {
  Training clipped, plain;
  clipped.options.clip_gradient_norm = 1e6;

  ASSERT_THAT(clipped.Run(), IsOk());
  ASSERT_THAT(plain.Run(), IsOk());

  EXPECT_TRUE(clipped.model.weight.equal(plain.model.weight));
}

TEST(TrainTest, AnObserversErrorEndsTheRun) {
  Training run;
  run.recorder.fail_at_step = 2;

  EXPECT_THAT(run.Run(), Fails(ExitCode::kOutput, "no space for the step"));

  EXPECT_EQ(run.recorder.steps.size(), 2);
  EXPECT_EQ(run.second_recorder.steps.size(), 1);  // observers after it are not called
}

TEST(TrainTest, AnObserversErrorAfterAnEpochEndsTheRun) {
  Training run;
  run.options.epochs = 3;
  run.recorder.fail_at_epoch = 2;

  EXPECT_THAT(run.Run(), Fails(ExitCode::kOutput, "no space for the epoch"));

  EXPECT_EQ(run.recorder.steps.size(), 6);
}

TEST(TrainTest, AFailedEvaluationEndsTheRun) {
  for (auto member : {&Training::validate, &Training::test}) {
    Training run;
    run.*member = []() -> absl::StatusOr<PredictionTable> { return DataError("the data is gone"); };

    EXPECT_THAT(run.Run(), Fails(ExitCode::kData, "the data is gone"));

    EXPECT_THAT(run.recorder.epochs, IsEmpty());
  }
}

TEST(TrainTest, AnExceptionBecomesAStatusThatNamesTheStep) {
  Training run;
  FunctionTerm broken([](const at::Tensor&, const Batch&) -> TermValue { throw std::runtime_error("a broken term"); });
  run.terms = {&run.supervised, &broken};

  EXPECT_THAT(run.Run(), Fails(ExitCode::kInternal, HasSubstr("training step 1: a broken term")));
}

class BrokenSource : public FakeBatchSource {
 public:
  using FakeBatchSource::FakeBatchSource;
  absl::StatusOr<bool> Next(Batch*) override { throw std::bad_alloc(); }
};

TEST(TrainTest, AnExceptionOfTheSourceBecomesAStatusToo) {
  Training run;
  BrokenSource source(10, 4);
  run.source = &source;

  EXPECT_THAT(run.Run(), Fails(ExitCode::kConfig, HasSubstr("batch of step 1: out of memory")));
}

TEST(TrainTest, ASourceThatCannotDeliverSaysWhat) {
  Training run;
  run.batches.FailAtBatch(1, DataError("/data/cats/1.jpg: cut off"));

  EXPECT_THAT(run.Run(), Fails(ExitCode::kData, "/data/cats/1.jpg: cut off"));

  EXPECT_EQ(run.recorder.steps.size(), 1);
}

class ShortSource : public FakeBatchSource {
 public:
  using FakeBatchSource::FakeBatchSource;
  int64_t batches_per_epoch() const override { return FakeBatchSource::batches_per_epoch() + 1; }
};

TEST(TrainTest, ASourceThatEndsEarlyIsNoticed) {
  Training run;
  ShortSource source(10, 4);
  run.source = &source;

  EXPECT_THAT(run.Run(), Fails(ExitCode::kInternal, HasSubstr("epoch 1 ended after 3 of 4 batches")));
}

TEST(TrainTest, ObserversSeeThePredictions) {
  Training run;
  run.validate = [] { return Accuracy(.5); };
  run.test = [] { return Accuracy(.9); };

  ASSERT_THAT(run.Run(), IsOk());

  const auto& evaluations = run.recorder.evaluations;
  ASSERT_EQ(evaluations.size(), 2u);
  EXPECT_EQ(evaluations[0].split, Split::kValidation);
  EXPECT_EQ(evaluations[1].split, Split::kTest);
  EXPECT_EQ(evaluations[1].predictions.size(), 10);
}

TEST(TrainDeathTest, NothingSelectsOnTheTestSplit) {
  Training run;
  const auto optimizer = CreateOptimizer(
                             [] {
                               OptimizerConfig config;
                               config.mutable_sgd()->set_learning_rate(1);
                               return config;
                             }(),
                             &run.parameters)
                             .value();
  const TrainParts parts{run.model,
                         run.parameters,
                         run.batches,
                         {&run.supervised},
                         *optimizer,
                         run.schedule,
                         {{Split::kTest, /*selects=*/true, [] { return Accuracy(1); }}},
                         {},
                         run.stop};

  EXPECT_DEATH(Train(parts, run.options).IgnoreError(), "nothing is ever selected on the test split");
}

TEST(TrainTest, WhatTermsTellIsInTheRowAsMeanOverTheSteps) {
  class Counting : public SupervisedTerm {
   public:
    using SupervisedTerm::SupervisedTerm;
    std::vector<std::string> ScalarNames() const override { return {"step"}; }
    TermValue Compute(const at::Tensor& logits, const Batch& batch, const StepClock& clock) override {
      TermValue value = SupervisedTerm::Compute(logits, batch, clock);
      value.scalars = {at::full({}, static_cast<double>(clock.step))};
      return value;
    }
  };
  Training run;
  LossConfig config;
  config.mutable_cross_entropy();
  Counting counting(CreateLoss(config).value());
  run.terms = {&counting};
  run.options.epochs = 2;

  ASSERT_THAT(run.Run(), IsOk());

  const auto& epochs = run.recorder.epochs;
  ASSERT_EQ(epochs[1].row.scalars.size(), 1u);
  EXPECT_EQ(epochs[0].row.scalars[0].name, "step");
  EXPECT_EQ(epochs[0].row.scalars[0].value, 1);  // of 0, 1, 2
  EXPECT_EQ(epochs[1].row.scalars[0].value, 4);
}

TEST(TrainTest, LossTermsAddUp) {
  Training one, two;
  one.options.base_learning_rate = 0.2;
  FunctionTerm twin([&](const at::Tensor& logits, const Batch& batch) -> TermValue {
    return {two.supervised.Compute(logits, batch, StepClock()).loss, {}, {}};  // no labelled logits
  });
  two.terms = {&two.supervised, &twin};

  ASSERT_THAT(one.Run(), IsOk());
  ASSERT_THAT(two.Run(), IsOk());

  // Twice the gradient at half the rate.
  EXPECT_TRUE(two.model.weight.allclose(one.model.weight, 1e-5, 1e-6));
  EXPECT_NEAR(two.recorder.steps[0].loss, 2 * one.recorder.steps[0].loss, 1e-6);
  EXPECT_EQ(two.recorder.epochs[0].row.train_accuracy, one.recorder.epochs[0].row.train_accuracy);
}

TEST(TrainTest, EqualSeedsGiveEqualWeightsToTheBit) {
  const auto weights = [](uint64_t seed, bool disturb) {
    Training run(/*dropout=*/0.5);
    run.options.seed = seed;
    run.options.epochs = 3;
    // Another user of torch's generator.
    if (disturb) run.stop = [] { return at::randn({3}).isnan().any().item<bool>(); };
    EXPECT_THAT(run.Run(), IsOk());
    return run.model.weight.detach().clone();
  };

  EXPECT_TRUE(weights(7, false).equal(weights(7, false)));
  EXPECT_TRUE(weights(7, false).equal(weights(7, true)));
  EXPECT_FALSE(weights(7, false).equal(weights(8, false)));
}

TEST(TrainTest, TrainsInTrainingMode) {
  Training run;
  run.model.eval();
  std::vector<bool> modes;
  FunctionTerm term([&](const at::Tensor& logits, const Batch& batch) {
    modes.push_back(run.model.is_training());
    return run.supervised.Compute(logits, batch, StepClock());
  });
  run.terms = {&term};

  ASSERT_THAT(run.Run(), IsOk());

  EXPECT_THAT(modes, ElementsAre(true, true, true));
}

TEST(TrainTest, LearnsWhatCanBeLearnt) {
  Training run;
  run.options.epochs = 60;
  run.options.base_learning_rate = 1;

  ASSERT_THAT(run.Run(), IsOk());

  EXPECT_EQ(run.recorder.epochs.back().row.train_accuracy, 1);
  EXPECT_LT(run.recorder.epochs.back().row.train_loss, 0.2);
}

}  // namespace
}  // namespace mica
