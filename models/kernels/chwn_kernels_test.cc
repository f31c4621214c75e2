#include "models/kernels/chwn_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace mica {

std::ostream& operator<<(std::ostream& out, const ChwnConvolution& shape) {
  return out << shape.in_channels << "x" << shape.in_height << "x" << shape.in_width << " to " << shape.out_channels << ", kernel "
             << shape.kernel_size << ", padding " << shape.padding << ", batch " << shape.batch;
}

namespace {

// Small whole numbers: sums of their products are exact in f32, in any order.
std::vector<float> WholeNumbers(int64_t count, int seed) {
  std::mt19937 engine(seed);
  std::vector<float> numbers(count);
  for (float& number : numbers) number = static_cast<float>(static_cast<int>(engine() % 9) - 4);
  return numbers;
}

// Calls visit(in, weight, out), indices into the arrays, for each product in the convolution.
template <typename Visit>
void ForEachProduct(const ChwnConvolution& s, Visit visit) {
  for (int64_t o = 0; o < s.out_channels; ++o) {
    for (int64_t y = 0; y < s.out_height(); ++y) {
      for (int64_t x = 0; x < s.out_width(); ++x) {
        for (int64_t i = 0; i < s.in_channels; ++i) {
          for (int64_t ky = 0; ky < s.kernel_size; ++ky) {
            for (int64_t kx = 0; kx < s.kernel_size; ++kx) {
              const int64_t in_y = y + ky - s.padding, in_x = x + kx - s.padding;
              if (in_y < 0 || in_y >= s.in_height || in_x < 0 || in_x >= s.in_width) continue;
              for (int64_t n = 0; n < s.batch; ++n) {
                visit(((i * s.in_height + in_y) * s.in_width + in_x) * s.batch + n,
                      ((i * s.kernel_size + ky) * s.kernel_size + kx) * s.out_channels + o,
                      ((o * s.out_height() + y) * s.out_width() + x) * s.batch + n);
              }
            }
          }
        }
      }
    }
  }
}

std::vector<const ChwnKernels*> RunnableKernels() {
  std::vector<const ChwnKernels*> kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) kernels.push_back(&kChwnKernelsAvx2);
  if (__builtin_cpu_supports("avx512f")) kernels.push_back(&kChwnKernelsAvx512);
  return kernels;
}

std::vector<ChwnConvolution> Shapes() {
  std::vector<ChwnConvolution> shapes = {
      {32, 1, 28, 28, 10, 3, 1},  // tiny_vgg
      {48, 3, 6, 4, 7, 3, 0},    {16, 2, 5, 9, 3, 5, 2}, {16, 2, 3, 3, 3, 3, 2}, {16, 4, 7, 5, 2, 1, 0}, {16, 1, 9, 8, 5, 7, 6},
      {16, 3, 1, 1, 4, 3, 1},    {16, 2, 2, 1, 2, 2, 1}, {16, 1, 5, 5, 1, 4, 0}, {16, 2, 5, 1, 3, 3, 1},
  };
  // Each tile size.
  for (int64_t channels = 1; channels <= 27; ++channels) shapes.push_back({16, 2, 4, 5, channels, 3, 1});
  return shapes;
}

class ChwnConvolutionTest : public testing::TestWithParam<ChwnConvolution> {
 protected:
  void SetUp() override {
    if (RunnableKernels().empty()) GTEST_SKIP() << "this processor has no AVX2";
  }
};

TEST_P(ChwnConvolutionTest, IsTheSumOfProducts) {
  const ChwnConvolution& shape = GetParam();
  const auto input = WholeNumbers(shape.in_channels * shape.in_height * shape.in_width * shape.batch, 1);
  const auto weight = WholeNumbers(shape.in_channels * shape.kernel_size * shape.kernel_size * shape.out_channels, 2);
  const auto bias = WholeNumbers(shape.out_channels, 3);
  const int64_t plane = shape.out_height() * shape.out_width() * shape.batch;
  std::vector<float> expected(shape.out_channels * plane);
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = bias[i / plane];
  ForEachProduct(shape, [&](int64_t in, int64_t factor, int64_t out) { expected[out] += input[in] * weight[factor]; });

  for (const ChwnKernels* kernels : RunnableKernels()) {
    std::vector<float> output(expected.size(), std::nanf(""));
    const int64_t middle = shape.out_height() / 2;  // split as for two threads
    kernels->convolve(shape, input.data(), weight.data(), bias.data(), output.data(), {0, middle});
    kernels->convolve(shape, input.data(), weight.data(), bias.data(), output.data(), {middle, shape.out_height()});
    EXPECT_EQ(output, expected);
  }
}

TEST_P(ChwnConvolutionTest, WeightGradientIsTheSumOfProducts) {
  const ChwnConvolution& shape = GetParam();
  const auto input = WholeNumbers(shape.in_channels * shape.in_height * shape.in_width * shape.batch, 1);
  const auto grad_output = WholeNumbers(shape.out_channels * shape.out_height() * shape.out_width() * shape.batch, 2);
  const int64_t count = shape.in_channels * shape.kernel_size * shape.kernel_size * shape.out_channels;
  std::vector<float> expected(count, 5.f * kChwnLanes);
  ForEachProduct(shape, [&](int64_t in, int64_t factor, int64_t out) { expected[factor] += input[in] * grad_output[out]; });

  for (const ChwnKernels* kernels : RunnableKernels()) {
    std::vector<float> sums(count * kChwnLanes, 5);  // the kernel adds to these
    const int64_t middle = shape.out_height() / 2;
    kernels->add_weight_gradient(shape, input.data(), grad_output.data(), sums.data(), {middle, shape.out_height()});
    kernels->add_weight_gradient(shape, input.data(), grad_output.data(), sums.data(), {0, middle});
    std::vector<float> gradient(count);
    for (size_t i = 0; i < sums.size(); ++i) gradient[i / kChwnLanes] += sums[i];
    EXPECT_EQ(gradient, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, ChwnConvolutionTest, testing::ValuesIn(Shapes()));

// A channel of 2x4 pixels has two windows; 3x5 leaves a row and a column over.
TEST(ChwnMaxPoolTest, TakesTheLargestAndItsPlace) {
  const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
  const std::vector<std::vector<float>> windows = {{1, 2, 3, 4},
                                                   {4, 3, 2, 1},
                                                   {2, 7, 7, 2},
                                                   {-3, -2, -1, -4},
                                                   {nan, 1, 2, 3},
                                                   {1, nan, nan, 9},
                                                   {-infinity, -infinity, -infinity, -infinity}};
  const std::vector<int32_t> winners = {3, 0, 1, 2, 0, 2, 0};  // of NaNs the last, as in PyTorch
  for (const int64_t width : {4, 5}) {
    const ChwnMaxPool shape{16, 1, width == 4 ? 2 : 3, width, 2};
    std::vector<float> input(shape.in_height * width * 16, 100);
    const auto pixel = [&](int64_t y, int64_t x, int64_t n) { return (y * width + x) * 16 + n; };
    for (int64_t n = 0; n < 16; ++n) {
      for (int64_t i = 0; i < 8; ++i) input[pixel(i % 4 / 2, i / 4 * 2 + i % 2, n)] = windows[(n + i / 4) % windows.size()][i % 4];
    }
    for (const ChwnKernels* kernels : RunnableKernels()) {
      std::vector<float> output(32), grad_input(input.size(), -1), grad_output(32);
      std::vector<int32_t> winner(32);
      for (size_t i = 0; i < 32; ++i) grad_output[i] = static_cast<float>(i + 1);
      kernels->max_pool(shape, input.data(), output.data(), winner.data(), {0, 1});
      kernels->max_pool_gradient(shape, grad_output.data(), winner.data(), grad_input.data(), {0, 1});
      if (width == 5) {  // pixels outside all windows stay as they were
        for (int64_t n = 0; n < 16; ++n) EXPECT_EQ(grad_input[pixel(0, 4, n)] + grad_input[pixel(2, 1, n)], -2);
      }
      for (int64_t i = 0; i < 32; ++i) {
        const size_t window = (i % 16 + i / 16) % windows.size();
        EXPECT_EQ(winner[i], winners[window]) << "window " << window;
        const float largest = windows[window][winners[window]];
        EXPECT_TRUE(output[i] == largest || (std::isnan(output[i]) && std::isnan(largest))) << output[i] << " of window " << window;
        for (int32_t place = 0; place < 4; ++place) {
          EXPECT_EQ(grad_input[pixel(place / 2, i / 16 * 2 + place % 2, i % 16)], place == winners[window] ? grad_output[i] : 0);
        }
      }
    }
  }
}

TEST(ChwnKernelsTest, TheFastestOfTheProcessorIsFound) {
  const auto runnable = RunnableKernels();
  EXPECT_EQ(FindChwnKernels(), runnable.empty() ? nullptr : runnable.back());
}

}  // namespace
}  // namespace mica
