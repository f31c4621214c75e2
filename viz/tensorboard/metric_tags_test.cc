#include "viz/tensorboard/metric_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "viz/tensorboard/read_events.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(MetricTagTest, EveryColumnOfMetricsCsv) {
  const std::map<std::string, std::string> tags = {
      {"epoch", "Progress/epoch"},
      {"step", "Progress/step"},
      {"learning_rate", "Optimizer/learning_rate"},
      {"train_loss", "Loss/train"},
      {"train_accuracy", "Accuracy/train"},
      {"val_loss", "Loss/valid"},
      {"val_accuracy", "Accuracy/valid"},
      {"val_balanced_accuracy", "Metrics/valid/balanced_accuracy"},
      {"val_macro_f1", "Metrics/valid/macro_f1"},
      {"val_top5_accuracy", "Metrics/valid/top5_accuracy"},
      {"test_loss", "Loss/test"},
      {"test_accuracy", "Accuracy/test"},
      {"test_ece", "Metrics/test/ece"},
      {"grad_norm", "Optimizer/grad_norm"},
      {"images_per_second", "Speed/images_per_second"},
      {"data_wait_fraction", "Speed/data_wait_fraction"},
      {"train_seconds", "Speed/train_seconds"},
      {"eval_seconds", "Speed/eval_seconds"},
      {"peak_memory_mib", "Memory/peak_memory_mib"},
      {"labelled_loss", "Terms/labelled_loss"},
  };
  for (const auto& [column, tag] : tags) EXPECT_EQ(MetricTag(column), tag);
}

TEST(MetricTagTest, OddColumnsHaveTagsToo) {
  EXPECT_EQ(MetricTag(""), "Terms/");
  EXPECT_EQ(MetricTag("val_"), "Metrics/valid/");
  EXPECT_EQ(MetricTag("Loss/train"), "Terms/Loss/train");
  EXPECT_EQ(MetricTag("valid_loss"), "Terms/valid_loss");
}

// Words that tags and columns are made of, joined at random.
TEST(MetricTagTest, DifferentColumnsHaveDifferentTags) {
  const std::vector<std::string> words = {"train_", "val_",          "test_",     "loss",     "accuracy", "Loss/",         "Metrics/",
                                          "train/", "valid/",        "seconds",   "epoch",    "step",     "learning_rate", "Terms/",
                                          "Speed/", "train_seconds", "grad_norm", "macro_f1", "valid",    "train"};
  std::set<std::string> columns = {""};
  Rng rng(/*seed=*/6, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  for (int i = 0; i < 50'000; ++i) {
    std::string column;
    for (uint64_t left = 1 + rng.UniformBelow(3); left > 0; --left) column += words[rng.UniformBelow(words.size())];
    columns.insert(column);
  }
  for (const std::string name : {"loss", "accuracy", "balanced_accuracy", "macro_precision", "top5_accuracy", "nll", "brier", "ece"}) {
    for (const char* const split : {"train_", "val_", "test_"}) columns.insert(split + name);
  }
  std::set<std::string> tags;
  for (const std::string& column : columns) EXPECT_TRUE(tags.insert(MetricTag(column)).second) << column;
}

class AddMetricsRowTest : public testing::Test {
 protected:
  AddMetricsRowTest() {
    EventFileStart start;
    start.wall_time = 1e9;
    file_ = *EventFile::Create(MakeTestFolder("row"), start);
  }

  // The scalars that were added, and the steps of all.
  std::vector<std::pair<std::string, float>> Scalars() {
    EXPECT_THAT(file_->Flush(), IsOk());
    std::vector<std::pair<std::string, float>> scalars;
    for (const tensorboard::Event& event : ReadEventFile(file_->path())) {
      if (!event.has_summary()) continue;
      steps_.insert(event.step());
      for (const auto& value : event.summary().value()) scalars.emplace_back(value.tag(), value.simple_value());
    }
    return scalars;
  }

  std::unique_ptr<EventFile> file_;
  std::set<int64_t> steps_;
};

TEST_F(AddMetricsRowTest, AddsWhatIsThere) {
  const std::vector<CsvField> row = {{"epoch", "3"},     {"step", "1407"},       {"train_loss", "0.25"}, {"val_loss", ""},
                                     {"val_ece", "inf"}, {"test_loss", "1e-07"}, {"grad_norm", "-2"}};
  ASSERT_THAT(AddMetricsRow(row, "epoch", 1e9, file_.get()), IsOk());
  EXPECT_THAT(Scalars(), ElementsAre(Pair("Progress/step", 1407), Pair("Loss/train", 0.25f), Pair("Metrics/valid/ece", INFINITY),
                                     Pair("Loss/test", 1e-7f), Pair("Optimizer/grad_norm", -2)));
  EXPECT_THAT(steps_, ElementsAre(3));
}

TEST_F(AddMetricsRowTest, OptimizerStepsMayBeTheAxis) {
  ASSERT_THAT(AddMetricsRow({{"epoch", "3"}, {"step", "1407"}}, "step", 1e9, file_.get()), IsOk());
  EXPECT_THAT(Scalars(), ElementsAre(Pair("Progress/epoch", 3)));
  EXPECT_THAT(steps_, ElementsAre(1407));
}

TEST_F(AddMetricsRowTest, NaNIsShown) {
  ASSERT_THAT(AddMetricsRow({{"epoch", "1"}, {"train_loss", "nan"}}, "epoch", 1e9, file_.get()), IsOk());
  EXPECT_TRUE(std::isnan(Scalars()[0].second));
}

TEST_F(AddMetricsRowTest, ARowWithoutNumbersAddsNothing) {
  EXPECT_THAT(AddMetricsRow({{"epoch", "1"}, {"train_loss", "1"}, {"val\n", "x\n"}}, "epoch", 1e9, file_.get()),
              Fails(ExitCode::kData, "column val\\n: \"x\\n\" is no number"));
  EXPECT_THAT(AddMetricsRow({{"epoch", "1.5"}}, "epoch", 1e9, file_.get()), Fails(ExitCode::kData, HasSubstr("\"1.5\" is no number")));
  EXPECT_THAT(AddMetricsRow({{"epoch", ""}}, "epoch", 1e9, file_.get()), Fails(ExitCode::kData, HasSubstr("\"\" is no number")));
  EXPECT_THAT(AddMetricsRow({{"loss", "1"}}, "epoch", 1e9, file_.get()), Fails(ExitCode::kData, "there is no column epoch"));
  EXPECT_THAT(Scalars(), IsEmpty());
}

}  // namespace
}  // namespace mica
