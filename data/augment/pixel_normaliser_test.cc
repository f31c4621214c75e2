#include "data/augment/pixel_normaliser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

constexpr std::array<float, 3> kImageNetMean = {0.485f, 0.456f, 0.406f}, kImageNetStd = {0.229f, 0.224f, 0.225f};

std::vector<NormaliseKernel> AllNormaliseKernels() {
  std::vector<NormaliseKernel> all = {nullptr};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(NormaliseAvx2);
  if (__builtin_cpu_supports("avx512f")) all.push_back(NormaliseAvx512);
  return all;
}

std::vector<float> Normalised(const PixelNormaliser& normaliser, const std::vector<uint8_t>& values, int channels) {
  std::vector<float> result(values.size() + 1, 77);
  normaliser.Normalise(values.data(), values.size() / channels, result.data());
  EXPECT_EQ(result.back(), 77) << "written behind the end";
  result.pop_back();
  return result;
}

std::vector<uint8_t> Values(int64_t count) {
  std::vector<uint8_t> values(count);
  for (int64_t i = 0; i < count; ++i) values[i] = static_cast<uint8_t>(i / 3 * 7 + i);
  return values;
}

// torch: (torch.tensor([0, 128, 255]) / 255 - mean) / std
TEST(PixelNormaliserTest, NormalisesEachChannelAsTorchvision) {
  const PixelNormaliser normaliser(3, kImageNetMean, kImageNetStd);
  EXPECT_THAT(Normalised(normaliser, {0, 128, 255}, 3), ElementsAre(FloatEq(-2.1179039f), FloatEq(0.2051822f), FloatEq(2.64f)));
}

TEST(PixelNormaliserTest, DividesBy255WithoutStatistics) {
  for (const NormaliseKernel kernel : AllNormaliseKernels()) {
    const PixelNormaliser normaliser(1, {0, 0, 0}, {1, 1, 1}, kernel);
    const std::vector<uint8_t> values = Values(256 * 3);
    const std::vector<float> results = Normalised(normaliser, values, 1);
    for (size_t i = 0; i < values.size(); ++i) ASSERT_EQ(results[i], static_cast<float>(values[i]) / 255.0f);
  }
}

// Of any length, also with statistics that make a kernel's division inexact.
TEST(PixelNormaliserTest, EqualsDivisionBitForBit) {
  std::mt19937 engine(1);
  std::uniform_real_distribution<float> any(-1, 1);
  for (int round = 0; round < 300; ++round) {
    const int channels = round % 2 == 0 ? 3 : 1;
    const std::array<float, 3> mean = {any(engine), any(engine), any(engine)};
    const std::array<float, 3> std = {std::exp(5 * any(engine)), std::nextafter(1.0f, 0.0f), any(engine) + 1.5f};
    const std::vector<uint8_t> values = Values(channels * (round * 3 + 1));
    for (const NormaliseKernel kernel : AllNormaliseKernels()) {
      const std::vector<float> results = Normalised(PixelNormaliser(channels, mean, std, kernel), values, channels);
      for (size_t i = 0; i < values.size(); ++i) {
        const float expected = (static_cast<float>(values[i]) / 255.0f - mean[i % channels]) / std[i % channels];
        ASSERT_EQ(std::memcmp(&results[i], &expected, sizeof(expected)), 0) << results[i] << ", expected " << expected;
      }
    }
  }
}

}  // namespace
}  // namespace mica
