#include "training/observers/checkpoint_observer.h"

#include <ATen/ops/zeros.h>
#include <errno.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <filesystem>
#include <limits>
#include <set>

#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class TwoParameters : public Classifier {
 public:
  TwoParameters() {
    kernel = register_parameter("kernel", at::zeros({2, 3, 2, 2}));
    bias = register_parameter("bias", at::zeros({2}));
    register_buffer("count", at::zeros({}, at::kLong));
  }
  torch::Tensor forward(const torch::Tensor& images) override { return images; }

  at::Tensor kernel, bias;
};

class CheckpointObserverTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    optimizer_config_.mutable_adam()->set_learning_rate(0.1);
  }

  // A new observer with the present settings.
  void Start() {
    optimizer_ = CreateOptimizer(optimizer_config_, &parameters_).value();
    CheckpointReport manifest;
    manifest.set_experiment("the experiment");
    observer_.emplace(config_,
                      CheckpointObserver::Parts{model_, parameters_, *optimizer_,
                                                [this](absl::string_view line) { logged_.push_back(std::string(line)); }},
                      manifest, CheckpointStore(folder_, calls_));
  }

  // The end of an epoch of 10 steps. The weights encode the epoch.
  absl::Status EndEpoch(int64_t epoch, bool is_best = false, bool is_last = false) {
    const torch::NoGradGuard no_gradients;
    model_.kernel.fill_(static_cast<double>(epoch));
    EpochReport report;
    report.row.epoch = epoch;
    report.is_best = is_best;
    report.is_last = is_last;
    if (is_best) best_ = BestSoFar{report.row, 0.5};
    report.state = StateAt(10 * epoch);
    return observer_->OnEpoch(report);
  }

  absl::Status Stop(int64_t step) { return observer_->OnStop({StepReport(), StateAt(step)}); }

  TrainState StateAt(int64_t step) const {
    TrainState state;
    state.step = step;
    state.epoch = (step + 9) / 10;
    state.step_in_epoch = (step + 9) % 10 + 1;
    state.samples_seen = 4 * step;
    state.sums.steps = state.step_in_epoch;
    state.best = best_;
    return state;
  }

  // Makes every open fail for this many saves; one failure ends a save.
  void FailSaves(int saves) {
    for (int nth = 1; nth <= saves; ++nth) calls_.FailNth(FileCall::kOpen, nth, ENOSPC);
  }

  std::string Read(const std::string& name) const { return ReadFile(folder_ + "/" + name).value_or("absent"); }

  std::vector<std::string> Checkpoints() const {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
      if (entry.is_directory()) names.insert(entry.path().filename().string());
    }
    return {names.begin(), names.end()};
  }

  float FirstWeight(const std::string& checkpoint) const {
    return DecodeForTest(Read(checkpoint + "/model.safetensors")).arrays.at("kernel").floats.at(0);
  }

  const std::string folder_ = testing::TempDir() + "checkpoint_observer_test";
  CheckpointConfig config_;
  OptimizerConfig optimizer_config_;
  TwoParameters model_;
  FlatParameters parameters_{model_};
  std::unique_ptr<Optimizer> optimizer_;
  FakeFileCalls calls_;
  std::vector<std::string> logged_;
  std::optional<BestSoFar> best_;
  std::optional<CheckpointObserver> observer_;
};

TEST_F(CheckpointObserverTest, KeepsTheLatestAndTheBest) {
  Start();
  ASSERT_THAT(EndEpoch(1, /*is_best=*/true), IsOk());
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010"));
  ASSERT_THAT(EndEpoch(2, /*is_best=*/true), IsOk());
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020"));
  ASSERT_THAT(EndEpoch(3), IsOk());
  ASSERT_THAT(EndEpoch(4), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020", "step-000000040"));
  EXPECT_EQ(Read("latest"), "step-000000040\n");
  EXPECT_EQ(Read("best"), "step-000000020\n");
  EXPECT_EQ(FirstWeight("step-000000020"), 2);
  EXPECT_THAT(logged_, IsEmpty());
}

TEST_F(CheckpointObserverTest, WithoutValidationThereIsNoBest) {
  Start();
  for (const int64_t epoch : {1, 2, 3}) ASSERT_THAT(EndEpoch(epoch), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000030"));
  EXPECT_EQ(Read("best"), "absent");
}

TEST_F(CheckpointObserverTest, KeepAllKeepsAll) {
  config_.set_keep_all(true);
  Start();
  for (const int64_t epoch : {1, 2, 3}) ASSERT_THAT(EndEpoch(epoch, /*is_best=*/epoch == 2), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010", "step-000000020", "step-000000030"));
  EXPECT_EQ(Read("best"), "step-000000020\n");
}

// T2.10.
TEST_F(CheckpointObserverTest, BestOnlyLeavesTheBestAloneWhenTheRunHasFinished) {
  config_.set_best_only(true);
  Start();
  for (const int64_t epoch : {1, 2}) ASSERT_THAT(EndEpoch(epoch, /*is_best=*/epoch == 1), IsOk());
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010", "step-000000020"));

  ASSERT_THAT(EndEpoch(3, /*is_best=*/false, /*is_last=*/true), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010"));
  EXPECT_EQ(Read("latest"), "step-000000010\n");
  EXPECT_EQ(Read("best"), "step-000000010\n");
}

TEST_F(CheckpointObserverTest, BestOnlyWithoutABestKeepsTheLatest) {
  config_.set_best_only(true);
  Start();
  for (const int64_t epoch : {1, 2}) ASSERT_THAT(EndEpoch(epoch, /*is_best=*/false, /*is_last=*/epoch == 2), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020"));
}

TEST_F(CheckpointObserverTest, BetweenDueEpochsOnlyTheBestAndTheLastAreSaved) {
  config_.set_every_epochs(3);
  config_.set_keep_all(true);
  Start();
  for (const int64_t epoch : {1, 2, 3, 4, 5, 6, 7}) ASSERT_THAT(EndEpoch(epoch, /*is_best=*/epoch == 2, /*is_last=*/epoch == 7), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020", "step-000000030", "step-000000060", "step-000000070"));
}

TEST_F(CheckpointObserverTest, AStopIsSavedWhereverItComes) {
  config_.set_every_epochs(5);
  Start();
  ASSERT_THAT(EndEpoch(1, /*is_best=*/true), IsOk());

  ASSERT_THAT(Stop(13), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010", "step-000000013"));
  EXPECT_EQ(Read("latest"), "step-000000013\n");
  EXPECT_EQ(Read("best"), "step-000000010\n");
}

TEST_F(CheckpointObserverTest, TheManifestSaysWhereTheRunStands) {
  Start();
  ASSERT_THAT(EndEpoch(1, /*is_best=*/true), IsOk());
  ASSERT_THAT(Stop(13), IsOk());

  CheckpointReport manifest;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Read("step-000000013/manifest.textproto"), &manifest));
  EXPECT_EQ(manifest.experiment(), "the experiment");
  EXPECT_EQ(manifest.step(), 13);
  EXPECT_EQ(manifest.epoch(), 2);
  EXPECT_EQ(manifest.step_in_epoch(), 3);
  EXPECT_EQ(manifest.samples_seen(), 52);
  EXPECT_EQ(manifest.best_epoch(), 1);
  EXPECT_EQ(manifest.best_metric(), 0.5);
  EXPECT_EQ(manifest.best_row().epoch(), 1);
  EXPECT_EQ(manifest.running_sums().steps(), 3);
  ASSERT_EQ(manifest.group_size(), 1);
  EXPECT_THAT(manifest.group(0).parameter(), ElementsAre("kernel", "bias"));
}

TEST_F(CheckpointObserverTest, OptimizerStateIsSavedByParameter) {
  Start();
  const torch::NoGradGuard no_gradients;
  model_.bias.mutable_grad().fill_(2.0);  // the gradient of `kernel` stays 0
  optimizer_->Step({/*learning_rate=*/0.1});

  ASSERT_THAT(EndEpoch(1), IsOk());

  const DecodedSafetensors state = DecodeForTest(Read("step-000000010/optimizer.safetensors"));
  EXPECT_THAT(state.names, ElementsAre("exp_avg.bias", "exp_avg.kernel", "exp_avg_sq.bias", "exp_avg_sq.kernel"));
  EXPECT_THAT(state.arrays.at("exp_avg.kernel").shape, ElementsAre(2, 3, 2, 2));
  EXPECT_THAT(state.arrays.at("exp_avg.kernel").floats, AllOf(SizeIs(24), Each(0.0f)));
  // (1 - beta1) g
  EXPECT_THAT(state.arrays.at("exp_avg.bias").floats, AllOf(SizeIs(2), Each(testing::FloatNear(0.2, 1e-6))));
}

TEST_F(CheckpointObserverTest, AnOptimizerWithoutStateWritesNone) {
  optimizer_config_.mutable_sgd()->set_learning_rate(0.1);
  Start();

  ASSERT_THAT(EndEpoch(1), IsOk());

  EXPECT_EQ(Read("step-000000010/optimizer.safetensors"), "absent");
  EXPECT_EQ(FirstWeight("step-000000010"), 1);
}

TEST_F(CheckpointObserverTest, F13AFailureInBetweenIsSurvivedAndReported) {
  Start();
  ASSERT_THAT(EndEpoch(1), IsOk());
  FailSaves(1);

  ASSERT_THAT(EndEpoch(2), IsOk());

  EXPECT_EQ(Read("latest"), "step-000000010\n");
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010"));
  EXPECT_THAT(logged_, ElementsAre(AllOf(HasSubstr("step 20 failed (1 of at most 3"), HasSubstr("No space left"))));
  ASSERT_THAT(EndEpoch(3), IsOk());
  EXPECT_EQ(Read("latest"), "step-000000030\n");
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000030"));
}

TEST_F(CheckpointObserverTest, F13FailuresInARowEndTheRun) {
  Start();
  ASSERT_THAT(EndEpoch(1), IsOk());
  FailSaves(3);

  EXPECT_THAT(EndEpoch(2), IsOk());
  EXPECT_THAT(EndEpoch(3), IsOk());
  EXPECT_THAT(EndEpoch(4), Fails(ExitCode::kOutput, HasSubstr("step-000000040.tmp/model.safetensors")));

  EXPECT_EQ(Read("latest"), "step-000000010\n");
  EXPECT_EQ(FirstWeight("step-000000010"), 1);
}

TEST_F(CheckpointObserverTest, ASaveThatSucceedsStartsTheCountAnew) {
  config_.set_max_failed_saves(2);
  Start();
  for (const int64_t epoch : {1, 2, 3, 4, 5, 6}) {
    if (epoch % 2 == 1) FailSaves(1);
    EXPECT_THAT(EndEpoch(epoch), IsOk()) << epoch;
  }
  EXPECT_THAT(logged_, SizeIs(3));
}

TEST_F(CheckpointObserverTest, TheLastSaveMustNotBeLost) {
  Start();
  FailSaves(1);
  EXPECT_THAT(EndEpoch(1, /*is_best=*/false, /*is_last=*/true), Fails(ExitCode::kOutput, HasSubstr("No space left")));

  FailSaves(1);
  EXPECT_THAT(Stop(13), Fails(ExitCode::kOutput, HasSubstr("No space left")));
}

TEST_F(CheckpointObserverTest, F27WeightsThatAreNotFiniteEndTheRunAtOnce) {
  Start();
  ASSERT_THAT(EndEpoch(1), IsOk());

  EXPECT_THAT(EndEpoch(2), IsOk());
  {
    const torch::NoGradGuard no_gradients;
    model_.bias.fill_(std::numeric_limits<double>::infinity());
  }
  EXPECT_THAT(EndEpoch(3), Fails(ExitCode::kNonFinite, HasSubstr("bias")));

  EXPECT_EQ(Read("latest"), "step-000000020\n");
}

TEST_F(CheckpointObserverTest, ABestEpochThatCouldNotBeSavedIsSavedLater) {
  Start();
  ASSERT_THAT(EndEpoch(1, /*is_best=*/true), IsOk());
  FailSaves(1);
  ASSERT_THAT(EndEpoch(2, /*is_best=*/true), IsOk());
  EXPECT_EQ(Read("best"), "step-000000010\n");

  ASSERT_THAT(EndEpoch(3), IsOk());

  EXPECT_EQ(Read("best"), "step-000000020\n");
  EXPECT_EQ(Read("latest"), "step-000000030\n");
  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020", "step-000000030"));
  EXPECT_EQ(FirstWeight("step-000000020"), 2);  // the weights of that epoch
  EXPECT_EQ(FirstWeight("step-000000030"), 3);
}

// Each fsync and each rename of a best checkpoint fails once. `latest` and `best` must name whole
// checkpoints both then and after the next save.
TEST_F(CheckpointObserverTest, PointersNeverDangle) {
  optimizer_config_.mutable_sgd()->set_learning_rate(0.1);  // without state: fewer files
  for (const FileCall call : {FileCall::kFsync, FileCall::kRename}) {
    for (int nth = 1;; ++nth) {
      std::filesystem::remove_all(folder_);
      calls_ = FakeFileCalls();
      best_.reset();
      Start();
      ASSERT_THAT(EndEpoch(1, /*is_best=*/true), IsOk());
      const int before = calls_.count(call);
      calls_.FailNth(call, nth, EIO);
      ASSERT_THAT(EndEpoch(2, /*is_best=*/true), IsOk());
      if (calls_.count(call) - before < nth) break;
      for (const char* pointer : {"latest", "best"}) {
        const std::string name = Read(pointer);
        EXPECT_THAT(Checkpoints(), testing::Contains(name.substr(0, name.size() - 1))) << pointer << " after failure " << nth;
      }

      ASSERT_THAT(EndEpoch(3), IsOk());

      EXPECT_EQ(Read("best"), "step-000000020\n") << static_cast<int>(call) << " " << nth;
      EXPECT_EQ(Read("latest"), "step-000000030\n");
      EXPECT_THAT(Checkpoints(), ElementsAre("step-000000020", "step-000000030"));
      EXPECT_EQ(FirstWeight("step-000000020"), 2);
    }
  }
}

TEST_F(CheckpointObserverTest, OldCheckpointsThatCannotBeRemovedAreNoFailedSave) {
  config_.set_max_failed_saves(1);
  Start();
  ASSERT_THAT(EndEpoch(1), IsOk());
  // The renames: the checkpoint's, that of `latest`, the old checkpoint's.
  calls_.FailNth(FileCall::kRename, 3, EIO);

  EXPECT_THAT(EndEpoch(2, /*is_best=*/false, /*is_last=*/true), IsOk());

  EXPECT_THAT(Checkpoints(), ElementsAre("step-000000010", "step-000000020"));
  EXPECT_THAT(logged_, ElementsAre(HasSubstr("old checkpoints stay: ")));
}

}  // namespace
}  // namespace mica
