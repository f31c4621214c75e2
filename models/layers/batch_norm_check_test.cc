#include "models/layers/batch_norm_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::HasSubstr;

absl::Status Check(const std::string& layers, const TrainingBatches& batches, const std::set<std::string>& fixed = {}) {
  const auto config = ParseTextOrDie<BlockConfig>(layers);
  return CheckBatchNorms(InferLayers(config.layer(), "model.sequential", {/*channels=*/1, 8, 8}, /*num_classes=*/3).value(), fixed,
                         batches);
}

constexpr char kOfSingleValues[] = "layer { flatten {} } layer { batch_norm {} } layer { linear {} }";
constexpr char kOfPixels[] = "layer { batch_norm {} } layer { flatten {} } layer { linear {} }";
constexpr TrainingBatches kLastOfOne = {/*batch_size=*/59, /*samples=*/60, /*drop_last=*/false, /*reaches_last_batch=*/true};

// T12
TEST(BatchNormCheckTest, ALastBatchOfOneSampleIsRefused) {
  EXPECT_THAT(Check(kOfSingleValues, kLastOfOne),
              Fails(ExitCode::kData,
                    "model.sequential.layer[1].batch_norm gets 64 values a sample, so it needs training batches of 2 samples or more; "
                    "loader.batch_size is 59 and leaves a last batch of 1 of the 60 samples; write loader { drop_last: true } or another "
                    "batch_size"));
}

TEST(BatchNormCheckTest, BatchesOfOneSampleAreRefused) {
  EXPECT_THAT(Check(kOfSingleValues, {/*batch_size=*/1, /*samples=*/60, /*drop_last=*/true, /*reaches_last_batch=*/true}),
              Fails(ExitCode::kData, HasSubstr("loader.batch_size is 1; raise it")));
}

TEST(BatchNormCheckTest, OneSampleAloneCannotBeHelpedByTheBatchSize) {
  EXPECT_THAT(Check(kOfSingleValues, {/*batch_size=*/8, /*samples=*/1, /*drop_last=*/false, /*reaches_last_batch=*/true}),
              Fails(ExitCode::kData, HasSubstr("the training split has a single sample; add some")));
}

TEST(BatchNormCheckTest, WhatNeverComesIsAllowed) {
  TrainingBatches dropped = kLastOfOne, short_run = kLastOfOne;
  dropped.drop_last = true;
  short_run.reaches_last_batch = false;

  EXPECT_THAT(Check(kOfSingleValues, dropped), IsOk());
  EXPECT_THAT(Check(kOfSingleValues, kLastOfOne, /*fixed=*/{"1"}), IsOk());
  EXPECT_FALSE(Check(kOfSingleValues, kLastOfOne, /*fixed=*/{"0"}).ok());
  EXPECT_THAT(Check(kOfSingleValues, short_run), IsOk());
}

TEST(BatchNormCheckTest, ManyValuesASampleHaveASpread) {
  EXPECT_THAT(Check(kOfPixels, kLastOfOne), IsOk());
}

}  // namespace
}  // namespace mica
