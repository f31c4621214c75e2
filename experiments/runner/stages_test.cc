#include "experiments/runner/stages.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "data/index/index_builder.h"
#include "eval/evaluator/evaluator.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// An experiment over a small data set of 3 classes, with 20 training and 10 test samples each;
// `more` is merged into it.
Experiment MakeExperiment(const std::string& more = "", IdxDatasetSize size = {}) {
  const std::string folder = MakeTestFolder("stages_test");
  WriteIdxDataset(folder, size);
  Experiment experiment, overrides;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      device: CPU
      loader { batch_size: 8 }
      model { linear {} }
      loss { cross_entropy {} }
      optimizer { sgd { learning_rate: 0.1 } }
      schedule { constant {} }
      trainer { epochs: 2 cpu_threads: 1 })",
                                                            &experiment));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(more, &overrides)) << more;
  experiment.MergeFrom(overrides);
  experiment.mutable_dataset()->mutable_idx()->set_folder(folder);
  if (size.test_per_class == 0) {
    experiment.mutable_dataset()->mutable_idx()->set_test_images("");
    experiment.mutable_dataset()->mutable_idx()->set_test_labels("");
  }
  return experiment;
}

// Stages and the index that they borrow.
struct Built {
  std::unique_ptr<DatasetIndex> index;
  Stages stages;

  Stages* operator->() { return &stages; }
  const Stages* operator->() const { return &stages; }
};

absl::StatusOr<Built> Build(const Experiment& experiment) {
  absl::StatusOr<DatasetIndex> index = BuildDatasetIndex(experiment.dataset());
  if (!index.ok()) return index.status();
  Built built;
  built.index = std::make_unique<DatasetIndex>(*std::move(index));
  absl::StatusOr<Stages> stages = BuildStages(experiment, *built.index);
  if (!stages.ok()) return stages.status();
  built.stages = *std::move(stages);
  return built;
}

absl::StatusOr<TrainOutcome> TrainAll(Stages& s) {
  const TrainParts parts{*s.model.classifier,
                         *s.model.parameters,
                         *s.train_batches,
                         s.loss_terms(),
                         *s.optimizer,
                         *s.schedule,
                         {},
                         {},
                         [] { return false; },
                         s.parameter_plan.fixed_batch_norms};
  return Train(parts, s.train_options);
}

// Each arm of each choice, as a fragment with the arm's required fields. Models are tried by their own
// contract test.
std::vector<std::string> AllArms() {
  std::vector<std::string> fragments;
  for (const char* stage : {"loss", "optimizer", "schedule"}) {
    const auto* message = Experiment::descriptor()->FindFieldByName(stage)->message_type();
    const auto* kind = message->FindOneofByName("kind");
    for (int i = 0; i < kind->field_count(); ++i) {
      const std::string arm = kind->field(i)->name();
      const auto* config = kind->field(i)->message_type();
      const std::string fields = std::string(config->FindFieldByName("learning_rate") ? "learning_rate: 0.1 " : "") +
                                 (config->FindFieldByName("gamma") ? "gamma: 0.5 " : "") +
                                 (config->FindFieldByName("watch") ? "watch: TRAIN_LOSS " : "") +
                                 (config->FindFieldByName("every_steps") ? "every_steps: 3 " : "");
      fragments.push_back(std::string(stage) + " { " + arm + " { " + fields + "} }");
    }
  }
  return fragments;
}

class StagesArmTest : public testing::TestWithParam<std::string> {};

TEST_P(StagesArmTest, IsBuiltAndTakesAStep) {
  auto built = Build(MakeExperiment(GetParam()));
  ASSERT_THAT(built, IsOk());
  Stages& s = built->stages;
  s.train_options.max_steps = 2;

  const auto outcome = TrainAll(s);

  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->state.step, 2);
  const auto predictions = Evaluate(*s.model.classifier, *s.test_batches, built->index->classes.size(), s.model.device);
  ASSERT_THAT(predictions, IsOk());
  EXPECT_EQ(predictions->size(), 30);
  EXPECT_EQ(predictions->num_classes(), 3);
}

INSTANTIATE_TEST_SUITE_P(AllArms, StagesArmTest, testing::ValuesIn(AllArms()), [](const auto& info) {
  std::string name;
  for (const char c : info.param.substr(0, info.param.find('{', info.param.find('{') + 1))) {
    if (isalnum(c)) name.push_back(c);
  }
  return name;
});

// Two terabytes, found before the first weight exists.
TEST(StagesTest, BatchesThatFitNoMemoryAreRefused) {
  const std::string model = R"(
      loader { batch_size: 600 }
      model { sequential { layer { conv2d { out_channels: 3500 kernel_size_px: 1 padding_px: 255 } } layer { relu {} }
                           layer { global_average_pool {} } layer { linear {} } } })";
  EXPECT_THAT(
      Build(MakeExperiment(model, {/*train_per_class=*/200})).status(),
      Fails(ExitCode::kConfig, AllOf(HasSubstr("model.sequential needs at least 2099.1 GiB of memory to train on batches of 600 images "
                                               "(loader.batch_size)"),
                                     HasSubstr("; this process may have "))));
}

TEST(StagesTest, SplitsWithoutSamplesHaveNoSource) {
  const auto with_test = Build(MakeExperiment());
  const auto with_validation = Build(MakeExperiment("dataset { validation_fraction: 0.25 }", {20, /*test_per_class=*/0}));

  ASSERT_THAT(with_test, IsOk());
  EXPECT_EQ((*with_test)->validation_batches, nullptr);
  EXPECT_EQ((*with_test)->test_batches->samples_per_epoch(), 30);
  ASSERT_THAT(with_validation, IsOk());
  EXPECT_EQ((*with_validation)->test_batches, nullptr);
  EXPECT_EQ((*with_validation)->validation_batches->samples_per_epoch() + (*with_validation)->train_batches->samples_per_epoch(), 60);
}

TEST(StagesTest, SettingsReachTheirStage) {
  const auto stages = Build(MakeExperiment(R"(
      seed: 7
      loader { batch_size: 16 drop_last: true }
      optimizer { adamw { learning_rate: 0.02 } }
      trainer { epochs: 5 max_steps: 9 clip_gradient_norm: 2 }
      evaluation { batch_size: 10 select_by: VAL_LOSS })"));

  ASSERT_THAT(stages, IsOk());
  const TrainOptions& options = (*stages)->train_options;
  EXPECT_EQ(options.epochs, 5);
  EXPECT_EQ(options.max_steps, 9);
  EXPECT_EQ(options.seed, 7);
  EXPECT_EQ(options.base_learning_rate, 0.02);
  EXPECT_EQ(options.clip_gradient_norm, 2);
  EXPECT_EQ(options.select_by, EvaluationConfig::VAL_LOSS);
  EXPECT_EQ((*stages)->train_batches->batches_per_epoch(), 3);  // 60 / 16, without the rest
  EXPECT_EQ((*stages)->test_batches->batches_per_epoch(), 3);
  EXPECT_EQ((*stages)->optimizer->State().size(), 8);  // two means of each of four parameters
}

std::vector<int64_t> FirstIds(const Stages& stages) {
  EXPECT_THAT(stages.train_batches->StartEpoch(1, 0), IsOk());
  Batch batch;
  EXPECT_THAT(stages.train_batches->Next(&batch), IsOkAndHolds(true));
  return {batch.ids.const_data_ptr<int64_t>(), batch.ids.const_data_ptr<int64_t>() + batch.size()};
}

// They are needed first after the last epoch.
TEST(StagesTest, ViewsOfAnotherSizeAreRefusedBeforeTraining) {
  const auto built =
      Build(MakeExperiment("evaluation { test_time_augmentation { views: 2 transforms { random_resized_crop { size_px: 6 } } } }"));
  EXPECT_THAT(built, Fails(ExitCode::kConfig, HasSubstr("evaluation.test_time_augmentation.transforms makes pictures of 6x6 pixels, but "
                                                        "eval_transforms of 8x8")));
  EXPECT_EQ(FieldsOf(built.status()), std::vector<std::string>{"evaluation.test_time_augmentation"});
}

TEST(StagesTest, TheSeedDecidesWeightsAndOrder) {
  const auto a = Build(MakeExperiment("seed: 7")), b = Build(MakeExperiment("seed: 7")), c = Build(MakeExperiment("seed: 8"));
  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  ASSERT_THAT(c, IsOk());

  EXPECT_TRUE((*a)->model.parameters->values().equal((*b)->model.parameters->values()));
  EXPECT_FALSE((*a)->model.parameters->values().equal((*c)->model.parameters->values()));
  EXPECT_EQ(FirstIds(a->stages), FirstIds(b->stages));
  EXPECT_NE(FirstIds(a->stages), FirstIds(c->stages));
}

// F43: fewer samples than a batch.
TEST(StagesTest, F43ATrainingSplitWithoutAFullBatchIsRefusedWithDropLast) {
  EXPECT_THAT(Build(MakeExperiment("loader { batch_size: 64 drop_last: true }")),
              Fails(ExitCode::kData, AllOf(HasSubstr("60 samples"), HasSubstr("batch_size is 64"), HasSubstr("drop_last: false"))));
  EXPECT_EQ(FieldsOf(Build(MakeExperiment("loader { batch_size: 64 drop_last: true }")).status()),
            std::vector<std::string>{"loader.drop_last"});
  EXPECT_THAT(Build(MakeExperiment("loader { batch_size: 16 drop_last: true class_balanced { samples_per_epoch: 10 } }")),
              Fails(ExitCode::kData, HasSubstr("samples_per_epoch is less than a batch, loader.batch_size is 16")));
  EXPECT_THAT(Build(MakeExperiment("loader { batch_size: 64 }")), IsOk());
  EXPECT_THAT(Build(MakeExperiment("loader { batch_size: 60 drop_last: true }")), IsOk());
}

// F43, T12: LibTorch would throw in the middle of the first epoch.
TEST(StagesTest, F43ABatchOfOneSampleIsRefusedBeforeABatchNormOfSingleValues) {
  const std::string flat = "model { sequential { layer { flatten {} } layer { batch_norm {} } layer { linear {} } } } ";
  const std::string last_of_one = "loader { batch_size: 59 } ";  // of 60
  EXPECT_THAT(Build(MakeExperiment(flat + last_of_one)),
              Fails(ExitCode::kData,
                    "model.sequential.layer[1].batch_norm gets 64 values a sample, so it needs training batches of 2 samples or more; "
                    "loader.batch_size is 59 and leaves a last batch of 1 of the 60 samples; write loader { drop_last: true } or another "
                    "batch_size"));
  EXPECT_THAT(Build(MakeExperiment(flat + "loader { batch_size: 1 drop_last: true }")),
              Fails(ExitCode::kData, HasSubstr("loader.batch_size is 1; raise it")));

  EXPECT_THAT(Build(MakeExperiment(flat + "loader { batch_size: 59 drop_last: true }")), IsOk());
  EXPECT_THAT(Build(MakeExperiment(flat + last_of_one + "trainer { max_steps: 1 }")), IsOk());
  EXPECT_THAT(Build(MakeExperiment(last_of_one)), IsOk());
  EXPECT_THAT(
      Build(MakeExperiment("model { sequential { layer { batch_norm {} } layer { flatten {} } layer { linear {} } } } " + last_of_one)),
      IsOk());
}

// What the check above allows can train.
TEST(StagesTest, F43ABatchNormOverPixelsTrainsOnABatchOfOneSample) {
  auto built = Build(MakeExperiment(
      "model { sequential { layer { batch_norm {} } layer { flatten {} } layer { linear {} } } } loader { batch_size: 59 }"));
  ASSERT_THAT(built, IsOk());

  EXPECT_THAT(TrainAll(built->stages), IsOk());
}

TEST(StagesTest, PicturesTooSmallForTheModelAreAConfigError) {
  IdxDatasetSize size;
  size.height_px = size.width_px = 3;

  EXPECT_THAT(Build(MakeExperiment("model { tiny_vgg {} }", size)),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("tiny_vgg"), HasSubstr("3x3"))));
}

TEST(StagesTest, AWarmupLongerThanTheRunIsAConfigError) {
  EXPECT_THAT(Build(MakeExperiment("schedule { constant {} warmup { steps: 500 } }")),
              // 2 epochs x 8
              Fails(ExitCode::kConfig, AllOf(HasSubstr("schedule.warmup.steps"), HasSubstr("500"), HasSubstr("16"))));
  EXPECT_THAT(Build(MakeExperiment("schedule { constant {} warmup { steps: 10 } } trainer { max_steps: 10 }")),
              Fails(ExitCode::kConfig, HasSubstr("schedule.warmup.steps")));
}

// Two convolutions with names, and a head.
const char kNamedModel[] =
    "model { sequential { layer { name: 'conv1' conv2d { out_channels: 4 kernel_size_px: 3 } } layer { name: 'bn1' batch_norm {} } "
    "layer { name: 'conv2' conv2d { out_channels: 4 kernel_size_px: 3 } } layer { flatten {} } layer { name: 'fc' linear {} } } } ";

TEST(StagesTest, GroupsOfTheOptimizerReachTheParameters) {
  auto built = Build(MakeExperiment(std::string(kNamedModel) + R"(
      optimizer {
        adam { learning_rate: 0.1 }
        group { name: "stem" pattern: ["conv1", "bn1"] freeze {} }
        group { name: "later" pattern: "conv2" freeze { epochs: 1 } }
        group { name: "head" rest: true learning_rate_factor: 10 weight_decay: 0.5 }
      })"));
  ASSERT_THAT(built, IsOk());
  Stages& s = built->stages;
  ASSERT_EQ(s.model.parameters->groups().size(), 2u);
  EXPECT_EQ(s.model.parameters->groups()[0].name, "head");
  EXPECT_EQ(s.model.parameters->groups()[0].learning_rate_factor, 10);
  EXPECT_EQ(s.model.parameters->groups()[0].weight_decay, 0.5);
  EXPECT_EQ(s.model.parameters->groups()[1].first_step, 8) << "60 samples in batches of 8";
  EXPECT_EQ(s.optimizer->State().size(), 8) << "two means of each of four parameters";
  ASSERT_EQ(s.parameter_plan.fixed_batch_norms.size(), 1u);
  EXPECT_EQ(s.parameter_plan.fixed_batch_norms[0].layer, "bn1");
  const auto weight = [&](const std::string& name) { return s.model.classifier->named_parameters()[name].detach().clone(); };
  const at::Tensor conv1 = weight("conv1.weight"), conv2 = weight("conv2.weight"), fc = weight("fc.weight");

  s.train_options.max_steps = 8;
  ASSERT_THAT(TrainAll(s), IsOk());
  EXPECT_TRUE(weight("conv1.weight").equal(conv1));
  EXPECT_EQ(s.model.classifier->named_buffers()["bn1.running_mean"].abs().max().item<float>(), 0) << "as it begins";
  EXPECT_TRUE(weight("conv2.weight").equal(conv2)) << "not before the second epoch";
  EXPECT_FALSE(weight("fc.weight").equal(fc));

  s.train_options.max_steps = 9;
  ASSERT_THAT(TrainAll(s), IsOk());
  EXPECT_TRUE(weight("conv1.weight").equal(conv1));
  EXPECT_FALSE(weight("conv2.weight").equal(conv2));
}

TEST(StagesTest, AGroupThatFitsNoParameterIsAConfigErrorWithItsField) {
  const auto built = Build(MakeExperiment(std::string(kNamedModel) + "optimizer { group { name: 'a' pattern: ['*', 'cnov1'] } }"));
  EXPECT_THAT(built, Fails(ExitCode::kConfig, HasSubstr("optimizer.group[0].pattern[1]: \"cnov1\" covers no parameter of the model; there "
                                                        "are conv1, bn1, conv2, fc; did you mean \"conv1\"?")));
  EXPECT_EQ(FieldsOf(built.status()), std::vector<std::string>{"optimizer.group[0].pattern[1]"});
}

TEST(StagesTest, APlateauOfTheValidationLossNeedsValidationSamples) {
  EXPECT_THAT(Build(MakeExperiment("schedule { plateau {} }")),
              Fails(ExitCode::kConfig, HasSubstr("schedule.plateau.watch: is VAL_LOSS, but the validation split has no labelled sample")));
  EXPECT_THAT(Build(MakeExperiment("schedule { plateau { watch: TRAIN_LOSS } }")), IsOk());
}

}  // namespace
}  // namespace mica
