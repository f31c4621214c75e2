#include "experiments/runner/memory_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int64_t kMib = int64_t{1} << 20;

// 1 MiB of weights, 4 KiB of inputs and 4 KiB of outputs for each image.
constexpr char kModel[] = R"(
    model { sequential { layer { flatten {} } layer { linear { out_features: 1024 bias: false } }
                         layer { linear { bias: false } } } })";

class MemoryCheckTest : public testing::Test {
 protected:
  absl::Status CheckTraining(const std::string& optimizer, const LargestBatches& batches, int64_t machine_bytes) {
    const auto experiment = ParseTextOrDie<Experiment>(absl::StrCat(kModel, "optimizer { ", optimizer, " }"));
    return CheckTrainingMemory(experiment, InferModel(experiment.model(), {1, 16, 16}, /*num_classes=*/1).value(), batches, machine_bytes);
  }
};

TEST_F(MemoryCheckTest, OptimizersNeedTheirState) {
  EXPECT_THAT(CheckTraining("sgd {}", {1, 1}, kMib * 21 / 10), IsOk());
  EXPECT_THAT(CheckTraining("sgd { momentum: 0.9 }", {1, 1}, kMib * 21 / 10),
              Fails(ExitCode::kConfig,
                    HasSubstr("model.sequential needs at least 3.0 MiB of memory to train on batches of 1 image (loader.batch_size)")));
  EXPECT_THAT(CheckTraining("adamw {}", {1, 1}, kMib * 31 / 10), Fails(ExitCode::kConfig, HasSubstr("at least 4.0 MiB")));
  EXPECT_THAT(CheckTraining("adam {}", {1, 1}, kMib * 41 / 10), IsOk());
}

TEST_F(MemoryCheckTest, EvaluationNeedsItsBatches) {
  EXPECT_THAT(CheckTraining("sgd {}", {1, 1000}, kMib * 3),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("to evaluate batches of 1000 images (evaluation.batch_size)"),
                                             HasSubstr("the largest batch that may fit is "))));
}

TEST_F(MemoryCheckTest, APassNeedsItsImages) {
  const auto experiment = ParseTextOrDie<Experiment>(kModel);
  const InferredModel model = InferModel(experiment.model(), {1, 16, 16}, /*num_classes=*/1).value();
  EXPECT_THAT(CheckPassMemory(experiment, model, "--time_batch", 100, kMib * 2), IsOk());
  EXPECT_THAT(CheckPassMemory(experiment, model, "--time_batch", 1000, kMib * 2),
              Fails(ExitCode::kConfig, HasSubstr("to compute batches of 1000 images (--time_batch)")));
}

TEST_F(MemoryCheckTest, FrozenPartsNeedLess) {
  const std::string frozen = "adamw {} group { freeze {} }";
  EXPECT_THAT(CheckTraining(frozen, {1, 1}, kMib * 11 / 10), IsOk());
  EXPECT_FALSE(CheckTraining(frozen, {1, 1}, kMib).ok());
}

TEST_F(MemoryCheckTest, WeightsAreBuiltBeforeAnythingElse) {
  const auto experiment = ParseTextOrDie<Experiment>(kModel);
  const InferredModel model = InferModel(experiment.model(), {1, 16, 16}, /*num_classes=*/1).value();
  EXPECT_THAT(CheckWeightsMemory(experiment, model, kMib * 11 / 10), IsOk());
  EXPECT_THAT(CheckWeightsMemory(experiment, model, kMib), Fails(ExitCode::kConfig, HasSubstr("of memory to build")));
  EXPECT_THAT(CheckWeightsMemory(experiment, model, std::nullopt), IsOk());
}

}  // namespace
}  // namespace mica
