#include "models/kernels/batch_norm_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace mica {
namespace {

using Values = std::vector<float>;

Values Random(int64_t count, float mean = 0) {
  static std::mt19937 generator(1);
  std::normal_distribution<float> draw(mean, 2);
  Values values(count);
  for (float& value : values) value = draw(generator);
  return values;
}

struct Size {
  int64_t rows, channels;
};

// Around the width of registers, and the rows that a kernel takes at once.
constexpr Size kSizes[] = {{1, 1}, {2, 5}, {3, 8}, {4, 16}, {7, 33}, {9, 64}, {128, 17}};

struct Processor {
  std::string name;
  const BatchNormKernels* kernels;
};

std::vector<Processor> Processors() {
  std::vector<Processor> processors = {{"Baseline", &kBatchNormKernelsBaseline}};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) processors.push_back({"Avx2", &kBatchNormKernelsAvx2});
  if (__builtin_cpu_supports("avx512f")) processors.push_back({"Avx512", &kBatchNormKernelsAvx512});
  return processors;
}

class BatchNormKernelsTest : public testing::TestWithParam<Processor> {
 protected:
  const BatchNormKernels& kernels() const { return *GetParam().kernels; }
};

INSTANTIATE_TEST_SUITE_P(Processors, BatchNormKernelsTest, testing::ValuesIn(Processors()),
                         [](const auto& info) { return info.param.name; });

TEST_P(BatchNormKernelsTest, MomentsAreThoseOfEachChannel) {
  for (const auto [rows, channels] : kSizes) {
    const Values input = Random(rows * channels, /*mean=*/100);
    Values mean(channels, 7), squares(channels, 7);
    kernels().moments(input.data(), rows, channels, mean.data(), squares.data());
    for (int64_t c = 0; c < channels; ++c) {
      double expected_mean = 0, expected_squares = 0;
      for (int64_t row = 0; row < rows; ++row) expected_mean += input[row * channels + c] / static_cast<double>(rows);
      for (int64_t row = 0; row < rows; ++row) expected_squares += std::pow(input[row * channels + c] - expected_mean, 2);
      EXPECT_NEAR(mean[c], expected_mean, 1e-4);
      EXPECT_NEAR(squares[c], expected_squares, 1e-5 * expected_squares + 1e-6);
    }
  }
}

struct FactorValues {
  explicit FactorValues(int64_t channels) : mean(Random(channels)), scale(Random(channels)), bias(Random(channels)) {}

  BatchNormFactors view() const { return {mean.data(), scale.data(), bias.data()}; }
  double Apply(float value, int64_t c) const { return (static_cast<double>(value) - mean[c]) * scale[c] + bias[c]; }

  Values mean, scale, bias;
};

TEST_P(BatchNormKernelsTest, NormalisesAddsAndCutsOff) {
  for (const auto [rows, channels] : kSizes) {
    const Values input = Random(rows * channels), residual = Random(rows * channels);
    const FactorValues factors(channels);
    for (const bool with_residual : {false, true}) {
      for (const bool relu : {false, true}) {
        Values output(rows * channels);
        kernels().normalise(input.data(), with_residual ? residual.data() : nullptr, rows, channels, factors.view(), relu, output.data());
        for (int64_t i = 0; i < rows * channels; ++i) {
          const double sum = factors.Apply(input[i], i % channels) + (with_residual ? residual[i] : 0);
          EXPECT_NEAR(output[i], relu ? std::max(sum, 0.0) : sum, 1e-5);
        }
      }
    }
  }
}

// The gradient of what the ReLU got, by its definition.
double BeforeRelu(const FactorValues& factors, const Values& input, const Values& output, const Values& grad_output, bool relu,
                  bool has_output, int64_t i) {
  if (!relu) return grad_output[i];
  const double sign = has_output ? output[i] : factors.Apply(input[i], i % static_cast<int64_t>(factors.mean.size()));
  return sign > 0 ? grad_output[i] : 0;
}

TEST_P(BatchNormKernelsTest, SumsGradients) {
  for (const auto [rows, channels] : kSizes) {
    const Values input = Random(rows * channels), grad_output = Random(rows * channels), output = Random(rows * channels);
    const FactorValues factors(channels);
    for (int kind = 0; kind < 8; ++kind) {
      const bool relu = kind & 1, has_output = kind & 2, writes = kind & 4;
      Values gradient(rows * channels), sums(channels, 7), products(channels, 7);
      kernels().gradient_sums(input.data(), grad_output.data(), has_output ? output.data() : nullptr, rows, channels, factors.view(), relu,
                              writes ? gradient.data() : nullptr, sums.data(), products.data());
      std::vector<double> expected_sums(channels, 0), expected_products(channels, 0);
      for (int64_t i = 0; i < rows * channels; ++i) {
        const double expected = BeforeRelu(factors, input, output, grad_output, relu, has_output, i);
        expected_sums[i % channels] += expected;
        expected_products[i % channels] += expected * (static_cast<double>(input[i]) - factors.mean[i % channels]);
        if (writes) {
          EXPECT_EQ(gradient[i], static_cast<float>(expected));
        }
      }
      for (int64_t c = 0; c < channels; ++c) {
        EXPECT_NEAR(sums[c], expected_sums[c], 1e-4);
        EXPECT_NEAR(products[c], expected_products[c], 1e-3);
      }
    }
  }
}

TEST_P(BatchNormKernelsTest, GivesTheInputsGradient) {
  for (const auto [rows, channels] : kSizes) {
    const Values input = Random(rows * channels), gradient = Random(rows * channels);
    const Values offset = Random(channels), slope = Random(channels);
    const FactorValues factors(channels);
    for (const bool relu : {false, true}) {
      Values grad_input(rows * channels);
      kernels().input_gradient(input.data(), gradient.data(), rows, channels, factors.view(), relu, offset.data(), slope.data(),
                               grad_input.data());
      for (int64_t i = 0; i < rows * channels; ++i) {
        const int64_t c = i % channels;
        const double before = BeforeRelu(factors, input, /*output=*/{}, gradient, relu, /*has_output=*/false, i);
        const double expected = (before - offset[c] - (static_cast<double>(input[i]) - factors.mean[c]) * slope[c]) * factors.scale[c];
        EXPECT_NEAR(grad_input[i], expected, 1e-4);
      }
    }
  }
}

TEST_P(BatchNormKernelsTest, NaNPassesTheRelu) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Values input = {nan, -1, 1}, ones = {1, 1, 1};
  const Values zero = {0}, one = {1};
  const BatchNormFactors factors = {zero.data(), one.data(), zero.data()};
  Values output(3), gradient(3), sums(1), products(1);
  kernels().normalise(input.data(), nullptr, 3, 1, factors, /*relu=*/true, output.data());
  kernels().gradient_sums(input.data(), ones.data(), output.data(), 3, 1, factors, /*relu=*/true, gradient.data(), sums.data(),
                          products.data());
  EXPECT_TRUE(std::isnan(output[0]));
  EXPECT_EQ(output[1], 0);
  EXPECT_EQ(gradient, Values({1, 0, 1}));
}

TEST(BatchNormSlicesTest, CoverAllRowsOnce) {
  for (const auto [rows, channels] : {Size{1, 1}, {16, 512}, {17, 512}, {784, 512}, {50000, 3}, {129, 64}, {5, 100000}}) {
    const BatchNormSlices slices(rows, channels);
    int64_t next = 0;
    for (int64_t slice = 0; slice < slices.count; ++slice) {
      EXPECT_EQ(slices.begin(slice), next);
      EXPECT_GT(slices.size(slice), 0);
      next += slices.size(slice);
    }
    EXPECT_EQ(next, rows);
  }
}

// Two channels; the last slice has one row. By hand: channel 0 holds 0, 2, …, 8190 and then 8192.
TEST(BatchNormSlicesTest, MomentsOfSlicesCombineToThoseOfAll) {
  const BatchNormSlices slices(4097, 2);
  ASSERT_EQ(slices.count, 2);
  const Values moments = {4095, 1, /*squares*/ static_cast<float>(4096.0 * (4096.0 * 4096 - 1) / 3), 8, 8192, 3, 0, 0};
  std::vector<double> mean, variance;
  CombineMoments(slices, moments.data(), &mean, &variance);
  EXPECT_NEAR(mean[0], 4096, 1e-9);
  EXPECT_NEAR(variance[0], (4097.0 * 4097 - 1) / 3, 1);
  EXPECT_NEAR(mean[1], (4096.0 + 3) / 4097, 1e-12);
  EXPECT_NEAR(variance[1], (8 + 4.0 * 4096 / 4097) / 4097, 1e-12);
}

TEST(BatchNormSlicesTest, SumsOfSlicesAreAddedUp) {
  const BatchNormSlices slices(4097, 2);
  const Values sums = {1, 2, 3, 4, 10, 20, 30, 40};
  EXPECT_EQ(CombineSums(slices, sums.data()), std::vector<double>({11, 22, 33, 44}));
}

}  // namespace
}  // namespace mica
