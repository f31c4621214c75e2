#include "training/observers/json_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "training/observers/example_reports.h"

namespace mica {
namespace {

using testing::SizeIs;

class JsonProgressTest : public testing::Test {
 protected:
  ~JsonProgressTest() override { std::fclose(file_); }

  std::vector<nlohmann::json> Lines() {
    std::string text(std::ftell(file_), '\0');
    std::rewind(file_);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file_), text.size());
    std::istringstream stream(text);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  FILE* const file_ = std::tmpfile();
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  JsonProgress progress_{file_, [this] { return now_; }};
};

TEST_F(JsonProgressTest, StepsComeOnceASecond) {
  ASSERT_THAT(progress_.OnStep(ExampleStep(11)), IsOk());
  now_ += std::chrono::milliseconds(999);
  ASSERT_THAT(progress_.OnStep(ExampleStep(12)), IsOk());
  now_ += std::chrono::milliseconds(1);
  ASSERT_THAT(progress_.OnStep(ExampleStep(13)), IsOk());

  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0], nlohmann::json::parse(R"({"event":"step","epoch":2,"epochs":3,"step":11,"total_steps":30,"samples_seen":44,
      "learning_rate":0.05,"loss":0.625,"accuracy":0.5,"images_per_second":100.0})"));
  EXPECT_EQ(lines[1]["step"], 13);
}

TEST_F(JsonProgressTest, AnEpochHasTheMetricsOfItsEvaluations) {
  EpochReport epoch = ExampleEpoch();
  epoch.row.evaluations = {{Split::kValidation, ExampleMetrics(0.25, 0.875)}};
  epoch.row.scalars = {{"unsupervised_loss", 2}};
  epoch.is_best = true;

  ASSERT_THAT(progress_.OnEpoch(epoch), IsOk());

  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0]["event"], "epoch");
  EXPECT_EQ(lines[0]["train_loss"], 0.5);
  EXPECT_EQ(lines[0]["val_loss"], 0.25);
  EXPECT_EQ(lines[0]["val_macro_f1"], 0.875);
  EXPECT_EQ(lines[0]["unsupervised_loss"], 2);
  EXPECT_EQ(lines[0]["best"], true);
  EXPECT_FALSE(lines[0].contains("test_loss"));
}

TEST_F(JsonProgressTest, WhatIsNotFiniteIsNull) {
  StepReport step = ExampleStep(12);
  step.loss = std::numeric_limits<double>::quiet_NaN();
  step.grad_norm = std::numeric_limits<double>::infinity();

  ASSERT_THAT(progress_.OnNonFinite({step, {7}}), IsOk());
  ASSERT_THAT(progress_.OnStop({ExampleStep(15), TrainState()}), IsOk());

  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_TRUE(lines[0]["loss"].is_null());
  EXPECT_TRUE(lines[0]["grad_norm"].is_null());
  EXPECT_EQ(lines[1]["event"], "stopped");
  EXPECT_EQ(lines[1]["step"], 15);
}

}  // namespace
}  // namespace mica
