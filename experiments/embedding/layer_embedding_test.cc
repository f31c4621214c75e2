#include "experiments/embedding/layer_embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/rng.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Row i is near a corner of its own for each of three classes, i % 3.
std::vector<float> Clusters(int64_t count, int64_t columns) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    Rng rng(1, RngStream::kShuffle, /*epoch=*/1, i);
    for (int64_t c = 0; c < columns; ++c) values.push_back(static_cast<float>((c % 3 == i % 3 ? 5 : 0) + rng.Uniform()));
  }
  return values;
}

std::vector<int64_t> ClusterLabels(int64_t count) {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < count; ++i) labels.push_back(i % 3);
  return labels;
}

EmbeddingOptions With(EmbeddingMethod method, double perplexity = 30) {
  EmbeddingOptions options;
  options.method = method;
  options.perplexity = perplexity;
  return options;
}

TEST(LayerEmbeddingTest, ClustersStayTogetherByBothMethods) {
  for (const int64_t columns : {4, 80}) {
    const std::vector<float> values = Clusters(90, columns);
    for (const EmbeddingMethod method : {EmbeddingMethod::kTsne, EmbeddingMethod::kPca}) {
      const auto embedding = EmbedFeatures({values, columns}, ClusterLabels(90), With(method));
      ASSERT_THAT(embedding, IsOk());
      EXPECT_EQ(embedding->points.size(), 90);
      EXPECT_EQ(embedding->purity, 1);
      EXPECT_EQ(embedding->layer_purity, 1);
      EXPECT_GT(*embedding->trustworthiness, 0.8);
      EXPECT_GT(*embedding->continuity, 0.8);
      EXPECT_EQ(embedding->neighbours, 12);
      EXPECT_EQ(embedding->columns, columns == 4 ? 4 : 50);
      EXPECT_EQ(embedding->reduced_share.has_value(), columns == 80);
      EXPECT_EQ(embedding->divergence.has_value(), method == EmbeddingMethod::kTsne);
      EXPECT_THAT(embedding->warnings, method == EmbeddingMethod::kTsne ? ElementsAre(HasSubstr("perplexity 29.67 instead of 30"))
                                                                        : testing::Matcher<std::vector<std::string>>(IsEmpty()));
    }
  }
}

// Along x the rows differ by 4, along y by 2: x and y are the numbers themselves, less their means.
TEST(LayerEmbeddingTest, PcaIsTheRowsTurned) {
  const auto embedding = EmbedFeatures({{-2, 0, 2, 0, 0, 1, 0, -1}, 2}, {0, 0, 1, 1}, With(EmbeddingMethod::kPca));
  ASSERT_THAT(embedding, IsOk());
  EXPECT_THAT(embedding->points.x, testing::Pointwise(testing::FloatNear(1e-6), std::vector<float>{-2, 2, 0, 0}));
  EXPECT_THAT(embedding->points.y, testing::Pointwise(testing::FloatNear(1e-6), std::vector<float>{0, 0, 1, -1}));
  EXPECT_NEAR(*embedding->plane_share, 1, 1e-9);
}

TEST(LayerEmbeddingTest, OneSampleIsAPoint) {
  for (const EmbeddingMethod method : {EmbeddingMethod::kTsne, EmbeddingMethod::kPca}) {
    const auto embedding = EmbedFeatures({{3, 4, 5}, 3}, {0}, With(method, 1));
    ASSERT_THAT(embedding, IsOk());
    EXPECT_THAT(embedding->points.x, ElementsAre(0));
    EXPECT_FALSE(embedding->trustworthiness.has_value());
    EXPECT_FALSE(embedding->purity.has_value());
    EXPECT_THAT(embedding->warnings, ElementsAre("one sample makes no map"));
  }
}

TEST(LayerEmbeddingTest, EqualRowsAreToldOf) {
  const std::vector<float> values(60 * 100, 0.25f);
  for (const EmbeddingMethod method : {EmbeddingMethod::kTsne, EmbeddingMethod::kPca}) {
    const auto embedding = EmbedFeatures({values, 100}, ClusterLabels(60), With(method, 5));
    ASSERT_THAT(embedding, IsOk());
    EXPECT_THAT(embedding->warnings, ElementsAre("all samples have the same outputs in this layer, so the map means nothing"));
    for (const float x : embedding->points.x) EXPECT_TRUE(std::isfinite(x));
  }
}

TEST(LayerEmbeddingTest, WithoutLabelsThereIsNoPurity) {
  const std::vector<float> values = Clusters(90, 4);
  const auto embedding = EmbedFeatures({values, 4}, std::vector<int64_t>(90, -1), With(EmbeddingMethod::kPca));
  ASSERT_THAT(embedding, IsOk());
  EXPECT_TRUE(embedding->trustworthiness.has_value());
  EXPECT_FALSE(embedding->purity.has_value());
}

TEST(LayerEmbeddingTest, BadNumbersAndOptionsAreErrors) {
  std::vector<float> values = Clusters(9, 4);
  EXPECT_THAT(EmbedFeatures({values, 4}, ClusterLabels(9), With(EmbeddingMethod::kTsne, 0.5)),
              Fails(ExitCode::kFlag, HasSubstr("perplexity is 0.5; it must be at least 1")));
  values[9] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(EmbedFeatures({values, 4}, ClusterLabels(9), With(EmbeddingMethod::kPca)),
              Fails(ExitCode::kData, HasSubstr("row 2 holds nan")));
}

}  // namespace
}  // namespace mica
