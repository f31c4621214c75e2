// A run that stops and resumes from its checkpoint equals the run that never stopped, for every
// optimizer: its weights, rows and best epoch are the same to the bit.
#include <ATen/Context.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max.h>
#include <ATen/ops/randn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "data/loader/fake_batch_source.h"
#include "models/weights/load_weights.h"
#include "training/checkpoint/checkpoint_reader.h"
#include "training/loop/train.h"
#include "training/observers/checkpoint_observer.h"
#include "training/observers/checkpoint_state.h"

namespace mica {
namespace {

// Four pixels -> dropout, which draws from torch's generator -> two logits.
class NoisyModel : public Classifier {
 public:
  NoisyModel() {
    at::manual_seed(1);
    weight = register_parameter("weight", at::randn({2, 4}));
    bias = register_parameter("bias", at::randn({2}));
  }

  torch::Tensor forward(const torch::Tensor& images) override {
    return at::linear(at::dropout(images.reshape({images.size(0), -1}), 0.5, is_training()), weight, bias);
  }

  at::Tensor weight, bias;
};

// Tells the largest logit of each step.
class TellingTerm : public SupervisedTerm {
 public:
  using SupervisedTerm::SupervisedTerm;
  std::vector<std::string> ScalarNames() const override { return {"largest_logit"}; }
  TermValue Compute(const at::Tensor& logits, const Batch& labelled, const StepClock& clock) override {
    TermValue value = SupervisedTerm::Compute(logits, labelled, clock);
    value.scalars = {logits.detach().max()};
    return value;
  }
};

class Rows : public TrainObserver {
 public:
  absl::Status OnStep(const StepReport& step) override {
    last_step = step.step;
    return absl::OkStatus();
  }
  absl::Status OnEpoch(const EpochReport& epoch) override {
    rows.push_back(epoch.row);
    return absl::OkStatus();
  }
  std::vector<EpochRow> rows;
  int64_t last_step = 0;
};

constexpr int64_t kStepsPerEpoch = 3;

std::vector<PlannedGroup> GroupsOf(const std::string& optimizer_config) {
  const std::vector<ModelParameter> parameters = {{"weight", 8, true, 0, ""}, {"bias", 2, false, 1, ""}};
  return PlanParameters(ParseTextOrDie<OptimizerConfig>(optimizer_config), parameters, kStepsPerEpoch).value().groups;
}

// One over the number of the step, or as a config says.
LrSchedule ScheduleOf(const std::string& config) {
  if (config.empty()) return LrSchedule([](int64_t step) { return 1.0 / static_cast<double>(1 + step); });
  return CreateLrSchedule(ParseTextOrDie<ScheduleConfig>(config), {/*total_steps=*/12, kStepsPerEpoch}).value();
}

// One process of a run over 10 samples in batches of 4, 4 and 2: four epochs, 12 steps.
struct Process {
  Process(const std::string& optimizer_config, const std::string& checkpoints, const std::string& schedule_config = "")
      : parameters(model, GroupsOf(optimizer_config)),
        optimizer(CreateOptimizer(ParseTextOrDie<OptimizerConfig>(optimizer_config), &parameters).value()),
        schedule(ScheduleOf(schedule_config)),
        checkpoint_observer(CheckpointConfig(), {model, parameters, *optimizer, [](absl::string_view) {}}, CheckpointReport(),
                            CheckpointStore(checkpoints)) {
    batches.RotateByEpoch();
    options.epochs = 4;
    options.seed = 3;
    options.base_learning_rate = schedule_config.empty() ? 0.1 : 3;  // so high that losses rise
    options.clip_gradient_norm = 0.1;
  }

  absl::StatusOr<TrainOutcome> Run(TrainState state, int64_t stop_after_step) {
    const TrainParts parts{model,
                           parameters,
                           batches,
                           {&supervised},
                           *optimizer,
                           schedule,
                           {{Split::kValidation, /*selects=*/true, [this] { return Predict(); }}},
                           {&rows, &checkpoint_observer},
                           [this, stop_after_step] { return rows.last_step >= stop_after_step; }};
    return Train(parts, options, std::move(state));
  }

  // Predictions for all samples, in evaluation mode.
  absl::StatusOr<PredictionTable> Predict() {
    PredictionTable predictions(2);
    const Batch& all = batches.all();
    const at::Tensor logits = at::linear(all.images.reshape({10, 4}), model.weight, model.bias).detach();
    for (int64_t i = 0; i < 10; ++i) {
      predictions.Add(i, static_cast<int>(i % 2), absl::MakeConstSpan(logits.const_data_ptr<float>() + 2 * i, 2));
    }
    return predictions;
  }

  NoisyModel model;
  FlatParameters parameters;
  std::unique_ptr<Optimizer> optimizer;
  TellingTerm supervised{CreateLoss(ParseTextOrDie<LossConfig>("cross_entropy {}")).value()};
  LrSchedule schedule;
  FakeBatchSource batches{10, 4};
  CheckpointObserver checkpoint_observer;
  Rows rows;
  TrainOptions options;
};

struct Case {
  std::string optimizer;
  std::string schedule = {};
  int64_t stop_after_step = 7;
};

// Each arm with its defaults, and some arms with more settings; parts that train at other rates or
// begin in the third epoch, at step 6; schedules that remember losses.
std::vector<Case> Cases() {
  std::vector<Case> cases = {{"sgd { learning_rate: 0.1 momentum: 0.9 dampening: 0.1 weight_decay: 0.1 }"},
                             {"sgd { learning_rate: 0.1 momentum: 0.9 nesterov: true }"},
                             {"adam { learning_rate: 0.1 weight_decay: 0.1 }"},
                             {"adamw { learning_rate: 0.1 } layer_decay: 0.5 decay_norms_and_biases: false"},
                             {"adam { learning_rate: 0.1 }", "decay_on_rise { gamma: 0.5 }"},
                             {"adam { learning_rate: 0.1 }", "plateau { patience_epochs: 0 watch: TRAIN_LOSS }"},
                             {"adam { learning_rate: 0.1 }", "plateau { patience_epochs: 0 } warmup { steps: 2 }"}};
  const std::string late = " group { name: 'head' pattern: 'bias' } group { name: 'body' rest: true freeze { epochs: 2 } }";
  for (const int64_t stop_after_step : {4, 7}) {
    cases.push_back({"adam { learning_rate: 0.1 }" + late, "", stop_after_step});
    cases.push_back({"sgd { learning_rate: 0.1 momentum: 0.9 dampening: 0.1 }" + late, "", stop_after_step});
  }
  const auto* kind = OptimizerConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) cases.push_back({absl::StrCat(kind->field(i)->name(), " { learning_rate: 0.1 }")});
  return cases;
}

void ExpectSameRow(const EpochRow& resumed, const EpochRow& whole) {
  EXPECT_EQ(resumed.epoch, whole.epoch);
  EXPECT_EQ(resumed.step, whole.step);
  EXPECT_EQ(resumed.learning_rate, whole.learning_rate);
  EXPECT_EQ(resumed.train_loss, whole.train_loss);
  EXPECT_EQ(resumed.train_accuracy, whole.train_accuracy);
  EXPECT_EQ(resumed.grad_norm, whole.grad_norm);
  ASSERT_EQ(resumed.scalars.size(), 1u);
  EXPECT_EQ(resumed.scalars[0].value, whole.scalars[0].value);
  EXPECT_EQ(resumed.MetricsOf(Split::kValidation)->Get("loss"), whole.MetricsOf(Split::kValidation)->Get("loss"));
}

class ResumeTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_); }

  // What a new process reads from the latest checkpoint.
  absl::StatusOr<TrainState> Load(Process* process) const {
    const absl::StatusOr<FoundCheckpoint> found = FindCheckpoint(folder_, "latest");
    if (!found.ok()) return found.status();
    const Checkpoint& checkpoint = found->checkpoint;
    EXPECT_THAT(LoadWeights(checkpoint.model().arrays, checkpoint.model().path, WeightsOf(process->model)), IsOk());
    if (const auto stored = checkpoint.files.find(kOptimizerFile); stored != checkpoint.files.end()) {
      EXPECT_THAT(LoadWeights(stored->second.arrays, stored->second.path, process->optimizer->State()), IsOk());
    }
    return ReadTrainState(checkpoint.manifest);
  }

  const std::string folder_ = testing::TempDir() + "resume_contract_test";
};

class ResumeContractTest : public ResumeTest, public testing::WithParamInterface<Case> {};

TEST_P(ResumeContractTest, SomeStepsAndTheRestAreTwelveSteps) {
  const auto& [optimizer, schedule, stop_after_step] = GetParam();
  const auto epochs = static_cast<size_t>(stop_after_step / kStepsPerEpoch);  // of the first process
  Process whole(optimizer, folder_ + "/unused", schedule);
  const auto expected = whole.Run(TrainState(), /*stop_after_step=*/100);
  ASSERT_THAT(expected, IsOk());
  ASSERT_EQ(expected->state.step, 12);

  Process first(optimizer, folder_, schedule);
  const auto stopped = first.Run(TrainState(), stop_after_step);
  ASSERT_THAT(stopped, IsOk());
  EXPECT_EQ(stopped->reason, StopReason::kStopRequested);
  EXPECT_EQ(stopped->state.step_in_epoch, 1) << "in the middle of an epoch";
  EXPECT_EQ(stopped->epochs, epochs);

  Process second(optimizer, folder_, schedule);
  const absl::StatusOr<TrainState> state = Load(&second);
  ASSERT_THAT(state, IsOk());
  const auto finished = second.Run(*state, /*stop_after_step=*/100);

  ASSERT_THAT(finished, IsOk());
  EXPECT_EQ(finished->reason, StopReason::kEpochsDone);
  EXPECT_EQ(finished->epochs, 4);
  EXPECT_EQ(finished->state.samples_seen, expected->state.samples_seen);
  EXPECT_TRUE(second.parameters.values().equal(whole.parameters.values()));
  const auto own = second.optimizer->State(), other = whole.optimizer->State();
  ASSERT_EQ(own.size(), other.size());
  for (size_t i = 0; i < own.size(); ++i) EXPECT_TRUE(own[i].tensor.equal(other[i].tensor)) << own[i].name;
  ASSERT_EQ(first.rows.rows.size(), epochs);
  ASSERT_EQ(second.rows.rows.size(), 4 - epochs);
  for (size_t i = 0; i < 4; ++i) ExpectSameRow(i < epochs ? first.rows.rows[i] : second.rows.rows[i - epochs], whole.rows.rows[i]);
  EXPECT_THAT(FindCheckpoint(folder_, "best"), IsOk()) << "whichever process saved it";
  EXPECT_EQ(finished->state.best->value, expected->state.best->value);
  ExpectSameRow(finished->state.best->row, expected->state.best->row);
}

INSTANTIATE_TEST_SUITE_P(EveryOptimizer, ResumeContractTest, testing::ValuesIn(Cases()), [](const auto& info) {
  const std::string& optimizer = info.param.optimizer;
  return absl::StrCat(optimizer.substr(0, optimizer.find(' ')), "_", info.index);
});

// Else the cases above would show nothing of them.
TEST_F(ResumeTest, LossesChangeTheRateOfTheseRuns) {
  for (const Case& with_losses : Cases()) {
    if (with_losses.schedule.empty()) continue;
    Process whole(with_losses.optimizer, folder_ + "/unused", with_losses.schedule);
    ASSERT_THAT(whole.Run(TrainState(), 100), IsOk());
    EXPECT_LT(whole.rows.rows.back().learning_rate, whole.options.base_learning_rate) << with_losses.schedule;
    std::filesystem::remove_all(folder_);
  }
}

TEST_F(ResumeTest, AFrozenGroupMovesFromItsFirstStepOn) {
  const std::string late =
      "adam { learning_rate: 0.1 } group { name: 'a' pattern: 'bias' } group { name: 'b' rest: true freeze { epochs: 2 } }";
  for (const int64_t steps : {6, 7}) {
    Process process(late, folder_ + "/unused");
    const at::Tensor weight = process.model.weight.detach().clone(), bias = process.model.bias.detach().clone();
    ASSERT_THAT(process.Run(TrainState(), steps), IsOk());
    EXPECT_EQ(process.model.weight.equal(weight), steps == 6);
    EXPECT_FALSE(process.model.bias.equal(bias));
    std::filesystem::remove_all(folder_);
  }
}

// After a stop at the end of an epoch, no step of that epoch runs again.
TEST_F(ResumeTest, AStopAtTheEndOfAnEpochGoesOnWithTheNext) {
  const std::string config = "adamw { learning_rate: 0.1 }";
  Process whole(config, folder_ + "/unused"), first(config, folder_), second(config, folder_);
  ASSERT_THAT(whole.Run(TrainState(), 100), IsOk());
  ASSERT_THAT(first.Run(TrainState(), 6), IsOk());
  const absl::StatusOr<TrainState> state = Load(&second);
  ASSERT_THAT(state, IsOk());

  ASSERT_THAT(second.Run(*state, 100), IsOk());

  EXPECT_THAT(second.batches.started_epochs(), testing::ElementsAre(3, 4));
  EXPECT_TRUE(second.parameters.values().equal(whole.parameters.values()));
}

// The second half is worse: the best checkpoint of the first process stays.
TEST_F(ResumeTest, TheBestOfAnEarlierProcessIsKept) {
  const std::string config = "sgd { learning_rate: 0.1 }";
  Process first(config, folder_), second(config, folder_);
  ASSERT_THAT(first.Run(TrainState(), 7), IsOk());
  absl::StatusOr<TrainState> state = Load(&second);
  ASSERT_THAT(state, IsOk());
  ASSERT_TRUE(state->best.has_value());
  state->best->value = 2;  // no epoch can reach that

  ASSERT_THAT(second.Run(*state, 100), IsOk());

  const auto best = FindCheckpoint(folder_, "best");
  ASSERT_THAT(best, IsOk());
  EXPECT_EQ(best->checkpoint.manifest.step(), state->best->row.step);
}

TEST_F(ResumeTest, AFinishedRunTakesNoStep) {
  Process first("adam { learning_rate: 0.1 }", folder_), second("adam { learning_rate: 0.1 }", folder_);
  ASSERT_THAT(first.Run(TrainState(), 100), IsOk());
  const absl::StatusOr<TrainState> state = Load(&second);
  ASSERT_THAT(state, IsOk());

  const auto outcome = second.Run(*state, 100);

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->reason, StopReason::kEpochsDone);
  EXPECT_EQ(outcome->epochs, 4);
  EXPECT_EQ(second.rows.rows.size(), 0);
}

}  // namespace
}  // namespace mica
