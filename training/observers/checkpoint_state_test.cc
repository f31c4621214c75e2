#include "training/observers/checkpoint_state.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mica {
namespace {

TrainState FullState() {
  TrainState state;
  state.step = 13;
  state.epoch = 2;
  state.step_in_epoch = 3;
  state.samples_seen = 52;
  state.sums.loss = 0.1 + 0.2;  // no short decimal
  state.sums.grad_norm = 1e-300;
  state.sums.scalars = {0.25, 1.0 / 3};
  state.sums.correct = 7;
  state.sums.samples = 12;
  state.sums.steps = 3;
  EpochRow row;
  row.epoch = 1;
  row.step = 10;
  row.learning_rate = 0.05;
  row.train_loss = 2.0 / 3;
  row.train_accuracy = 0.5;
  row.scalars = {{"mask_fraction", 0.75}};
  row.evaluations = {{Split::kValidation, MetricSet{{{"accuracy", 0.9}, {"loss", 0.4}}}}, {Split::kTest, MetricSet{{{"accuracy", 0.8}}}}};
  row.grad_norm = 1.5;
  state.best = {row, 0.9};
  state.losses = {{2.0 / 3, 0.4}, {0.25, std::numeric_limits<double>::quiet_NaN()}};
  return state;
}

// A manifest that was printed and parsed, like a file.
CheckpointReport Manifest(const TrainState& state) {
  CheckpointReport manifest, read;
  WriteTrainState(state, &manifest);
  std::string text;
  google::protobuf::TextFormat::PrintToString(manifest, &text);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &read));
  return read;
}

TEST(CheckpointStateTest, ReadsBackToTheBit) {
  const TrainState state = ReadTrainState(Manifest(FullState()));

  EXPECT_EQ(state.step, 13);
  EXPECT_EQ(state.epoch, 2);
  EXPECT_EQ(state.step_in_epoch, 3);
  EXPECT_EQ(state.samples_seen, 52);
  EXPECT_EQ(state.sums.loss, 0.1 + 0.2);
  EXPECT_EQ(state.sums.grad_norm, 1e-300);
  EXPECT_EQ(state.sums.scalars, (std::vector<double>{0.25, 1.0 / 3}));
  EXPECT_EQ(state.sums.correct, 7);
  EXPECT_EQ(state.sums.samples, 12);
  EXPECT_EQ(state.sums.steps, 3);
  EXPECT_EQ(state.best->value, 0.9);
  EXPECT_EQ(state.best->row.epoch, 1);
  EXPECT_EQ(state.best->row.train_loss, 2.0 / 3);
  EXPECT_EQ(state.best->row.scalars.at(0).name, "mask_fraction");
  EXPECT_EQ(state.best->row.MetricsOf(Split::kValidation)->Get("loss"), 0.4);
  EXPECT_EQ(state.best->row.MetricsOf(Split::kTest)->Get("accuracy"), 0.8);
  EXPECT_EQ(state.best->row.grad_norm, 1.5);
  ASSERT_EQ(state.losses.size(), 2u);
  EXPECT_EQ(state.losses[0].train, 2.0 / 3);
  EXPECT_EQ(state.losses[0].validation, 0.4);
  EXPECT_TRUE(std::isnan(state.losses[1].validation)) << "not evaluated";
}

// Writing the read state again must give the same manifest, so no field is forgotten.
TEST(CheckpointStateTest, EveryFieldMakesTheWayThereAndBack) {
  const CheckpointReport first = Manifest(FullState());

  EXPECT_EQ(Manifest(ReadTrainState(first)).SerializeAsString(), first.SerializeAsString());
}

TEST(CheckpointStateTest, WithoutABestEpochThereIsNone) {
  TrainState state = FullState();
  state.best.reset();

  EXPECT_FALSE(ReadTrainState(Manifest(state)).best.has_value());
}

TEST(CheckpointStateTest, AnOlderManifestHasNoSums) {
  CheckpointReport manifest;
  manifest.set_format_version(1);
  manifest.set_step(13);
  manifest.set_best_metric(0.9);

  const TrainState state = ReadTrainState(manifest);

  EXPECT_EQ(state.step, 13);
  EXPECT_EQ(state.sums.steps, 0);
  EXPECT_FALSE(state.best.has_value());
  EXPECT_TRUE(state.losses.empty());
}

// The observer writes its manifest again and again.
TEST(CheckpointStateTest, LossesAreReplacedNotAdded) {
  CheckpointReport manifest;
  WriteTrainState(FullState(), &manifest);
  WriteTrainState(FullState(), &manifest);

  EXPECT_EQ(manifest.losses_size(), 2);
}

}  // namespace
}  // namespace mica
