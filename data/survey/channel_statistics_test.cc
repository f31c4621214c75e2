#include "data/survey/channel_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace mica {
namespace {

// Adds a picture with these values, HWC.
void Add(int height, int width, int channels, const std::vector<int>& values, Split split, DatasetIndex* index, PictureSurvey* survey) {
  ImageRecord& record = index->records.emplace_back();
  record.id = static_cast<int64_t>(index->records.size()) - 1;
  record.split = split;
  PictureFacts& facts = survey->facts.emplace_back();
  facts.height_px = height;
  facts.width_px = width;
  facts.channels = static_cast<uint8_t>(channels);
  for (size_t i = 0; i < values.size(); ++i) {
    facts.sums.sum[i % channels] += values[i];
    facts.sums.sum_of_squares[i % channels] += values[i] * values[i];
  }
}

TEST(ChannelStatisticsTest, EveryPixelOfTheSplitCountsOnce) {
  DatasetIndex index;
  PictureSurvey survey;
  std::mt19937 random(1);
  std::vector<double> all[3];
  for (const auto& [height, width] : {std::pair(3, 5), {1, 1}, {10, 2}}) {
    std::vector<int> values;
    for (int i = 0; i < height * width * 3; ++i) {
      values.push_back(static_cast<int>(random() % 256));
      all[i % 3].push_back(values.back() / 255.0);
    }
    Add(height, width, 3, values, Split::kTrain, &index, &survey);
  }
  Add(1, 1, 3, {255, 255, 255}, Split::kTest, &index, &survey);
  const ChannelStatistics found = StatisticsOf(index, survey, Split::kTrain);
  EXPECT_EQ(found.channels, 3);
  for (int channel = 0; channel < 3; ++channel) {
    double mean = 0;
    for (const double value : all[channel]) mean += value / static_cast<double>(all[channel].size());
    double variance = 0;
    for (const double value : all[channel]) variance += (value - mean) * (value - mean) / static_cast<double>(all[channel].size());
    EXPECT_NEAR(found.mean[channel], mean, 1e-12);
    EXPECT_NEAR(found.std[channel], std::sqrt(variance), 1e-12);
  }
}

TEST(ChannelStatisticsTest, GreyIsOneChannelUnlessOthersHaveColours) {
  DatasetIndex index;
  PictureSurvey survey;
  Add(1, 2, 1, {0, 255}, Split::kTrain, &index, &survey);
  ChannelStatistics found = StatisticsOf(index, survey, Split::kTrain);
  EXPECT_EQ(NormalisationText(found), "normalize { mean: [0.50000] std: [0.50000] }");
  Add(1, 2, 3, {255, 0, 51, 255, 0, 51}, Split::kTrain, &index, &survey);
  found = StatisticsOf(index, survey, Split::kTrain);
  EXPECT_EQ(NormalisationText(found), "normalize { mean: [0.75000, 0.25000, 0.35000] std: [0.43301, 0.43301, 0.38406] }");
  EXPECT_EQ(NormalisationText(StatisticsOf(index, survey, Split::kTest)), "");
}

}  // namespace
}  // namespace mica
