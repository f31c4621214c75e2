#include "viz/tensorboard/threshold_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/rng.h"

namespace mica {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(ThresholdCountsTest, ACaseByHand) {
  // Thresholds 0, 0.25, 0.5, 0.75, 1.
  const ThresholdCounts counts = CountByThreshold({0.1f, 0.25f, 0.6f, 0.6f, 1.0f, 0.74f}, {0, 1, 1, 0, 1, 0}, 5);
  EXPECT_THAT(counts.true_positives, ElementsAre(3, 3, 2, 1, 1));
  EXPECT_THAT(counts.false_positives, ElementsAre(3, 2, 2, 0, 0));
  EXPECT_THAT(counts.true_negatives, ElementsAre(0, 1, 1, 3, 3));
  EXPECT_THAT(counts.false_negatives, ElementsAre(0, 0, 1, 2, 2));
  EXPECT_EQ(counts.Precision(1), 3.0 / 5);
  EXPECT_EQ(counts.Recall(2), 2.0 / 3);
}

// Each threshold by itself, from the definition.
TEST(ThresholdCountsTest, EqualsTheDefinitionForRandomSamples) {
  Rng rng(/*seed=*/5, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  for (const int thresholds : {2, 3, 127, 201}) {
    std::vector<float> probabilities;
    std::vector<uint8_t> truth;
    for (int i = 0; i < 500; ++i) {
      // Many stand on a threshold or just beside it.
      const float probability = static_cast<float>(rng.UniformBelow(thresholds)) / static_cast<float>(thresholds - 1);
      probabilities.push_back(i % 3 == 0 ? static_cast<float>(rng.Uniform()) : std::nextafter(probability, i % 2 == 0 ? 1.0f : 0.5f));
      truth.push_back(rng.UniformBelow(2));
    }
    const ThresholdCounts counts = CountByThreshold(probabilities, truth, thresholds);
    for (int t = 0; t < thresholds; ++t) {
      int64_t cells[2][2] = {};  // truth, decision
      for (size_t i = 0; i < truth.size(); ++i) ++cells[truth[i]][double{probabilities[i]} * (thresholds - 1) >= t];
      ASSERT_THAT(cells[1], ElementsAre(counts.false_negatives[t], counts.true_positives[t])) << t;
      ASSERT_THAT(cells[0], ElementsAre(counts.true_negatives[t], counts.false_positives[t])) << t;
    }
  }
}

TEST(ThresholdCountsTest, NaNIsNeverPositive) {
  const ThresholdCounts counts = CountByThreshold({NAN, NAN}, {1, 0}, 3);
  EXPECT_THAT(counts.true_positives, Each(0));
  EXPECT_THAT(counts.false_positives, Each(0));
  EXPECT_THAT(counts.true_negatives, Each(1));
  EXPECT_THAT(counts.false_negatives, Each(1));
}

TEST(ThresholdCountsTest, WithoutSamplesAllIsZero) {
  const ThresholdCounts counts = CountByThreshold({}, {});
  EXPECT_EQ(counts.size(), kDefaultThresholds);
  EXPECT_THAT(counts.false_negatives, Each(0));
  EXPECT_EQ(counts.Precision(0), 0);
  EXPECT_EQ(counts.Recall(0), 0);
}

}  // namespace
}  // namespace mica
