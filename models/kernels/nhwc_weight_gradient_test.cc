#include "models/kernels/nhwc_weight_gradient.h"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <random>
#include <vector>

namespace mica {

std::ostream& operator<<(std::ostream& out, const NhwcConvolution& shape) {
  return out << shape.in_channels << "x" << shape.in_height << "x" << shape.in_width << " to " << shape.out_channels << ", kernel "
             << shape.kernel_size << ", stride " << shape.stride << ", padding " << shape.padding << ", batch " << shape.batch;
}

namespace {

using Values = std::vector<float>;

// Small whole numbers: sums of their products are exact in f32, in any order.
Values WholeNumbers(int64_t count) {
  static std::mt19937 engine(1);
  Values numbers(count);
  for (float& number : numbers) number = static_cast<float>(static_cast<int>(engine() % 9) - 4);
  return numbers;
}

int64_t WeightSize(const NhwcConvolution& s) {
  return s.out_channels * s.kernel_size * s.kernel_size * s.in_channels;
}

// By the definition.
Values Expected(const NhwcConvolution& s, const Values& input, const Values& grad_output) {
  Values gradient(WeightSize(s), 0);
  const int64_t pixels = s.batch * s.out_height() * s.out_width();
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    const int64_t image = pixel / (s.out_height() * s.out_width()), y = pixel / s.out_width() % s.out_height(), x = pixel % s.out_width();
    for (int64_t place = 0; place < s.kernel_size * s.kernel_size; ++place) {
      const int64_t in_y = y * s.stride + place / s.kernel_size - s.padding, in_x = x * s.stride + place % s.kernel_size - s.padding;
      if (in_y < 0 || in_y >= s.in_height || in_x < 0 || in_x >= s.in_width) continue;
      const float* const values = &input[((image * s.in_height + in_y) * s.in_width + in_x) * s.in_channels];
      for (int64_t o = 0; o < s.out_channels; ++o) {
        float* const sums = &gradient[(o * s.kernel_size * s.kernel_size + place) * s.in_channels];
        for (int64_t c = 0; c < s.in_channels; ++c) sums[c] += values[c] * grad_output[pixel * s.out_channels + o];
      }
    }
  }
  return gradient;
}

Values InParts(const NhwcConvolution& shape, const Values& input, const Values& grad_output, int64_t threads) {
  Values gradient(WeightSize(shape), 0);
  for (const NhwcWeightPart& part : DivideWeight(shape, threads)) {
    // What a part leaves in the scratch memory must not matter.
    Values scratch(ScratchFloats(shape), std::numeric_limits<float>::quiet_NaN());
    AddNhwcWeightGradientAvx2(shape, input.data(), grad_output.data(), part, scratch.data(), gradient.data());
  }
  return gradient;
}

bool Runs() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

class NhwcWeightGradientTest : public testing::TestWithParam<NhwcConvolution> {};

TEST_P(NhwcWeightGradientTest, IsThatOfTheDefinitionInAnyParts) {
  if (!Runs()) GTEST_SKIP() << "this processor has no AVX2; mica takes LibTorch's gradient";
  const NhwcConvolution& s = GetParam();
  const Values input = WholeNumbers(s.batch * s.in_height * s.in_width * s.in_channels);
  const Values grad_output = WholeNumbers(s.batch * s.out_height() * s.out_width() * s.out_channels);
  const Values expected = Expected(s, input, grad_output);
  for (const int64_t threads : {1, 2, 7}) EXPECT_EQ(InParts(s, input, grad_output, threads), expected) << threads << " threads";
}

// batch, in_channels, in_height, in_width, out_channels, kernel_size, stride, padding
INSTANTIATE_TEST_SUITE_P(Shapes, NhwcWeightGradientTest,
                         testing::Values(NhwcConvolution{2, 64, 14, 14, 32, 3, 1, 1}, NhwcConvolution{3, 40, 7, 5, 13, 3, 2, 1},
                                         NhwcConvolution{11, 33, 4, 4, 6, 3, 1, 1}, NhwcConvolution{1, 16, 3, 300, 7, 3, 1, 1},
                                         NhwcConvolution{2, 5, 9, 8, 5, 5, 1, 2}, NhwcConvolution{2, 20, 6, 6, 12, 1, 2, 0},
                                         NhwcConvolution{2, 3, 30, 26, 64, 7, 2, 3}, NhwcConvolution{2, 3, 12, 12, 10, 3, 1, 1},
                                         NhwcConvolution{2, 1, 8, 8, 3, 5, 1, 0}, NhwcConvolution{1, 4, 21, 21, 9, 11, 4, 2},
                                         NhwcConvolution{1, 8, 3, 3, 8, 3, 1, 0}, NhwcConvolution{1, 150, 5, 5, 11, 3, 1, 1},
                                         // The last block has fewer images, or fewer rows.
                                         NhwcConvolution{5, 20, 10, 10, 8, 3, 1, 1}, NhwcConvolution{1, 20, 15, 15, 8, 3, 1, 1}));

TEST(NhwcWeightGradientPartsTest, CoverTheWeightOnce) {
  for (const NhwcConvolution& shape : {NhwcConvolution{1, 64, 9, 9, 64, 3, 1, 1}, {1, 3, 9, 9, 10, 7, 2, 3}, {1, 100, 9, 9, 7, 3, 1, 1}}) {
    for (const int64_t threads : {1, 2, 3, 16, 64}) {
      std::vector<int> covered(shape.in_channels * shape.out_channels, 0);
      for (const NhwcWeightPart& part : DivideWeight(shape, threads)) {
        for (int64_t in = part.in_begin; in < part.in_end; ++in) {
          for (int64_t out = part.out_begin; out < part.out_end; ++out) ++covered[in * shape.out_channels + out];
        }
      }
      EXPECT_EQ(covered, std::vector<int>(covered.size(), 1)) << shape << ", " << threads << " threads";
    }
  }
}

TEST(NhwcWeightGradientPartsTest, EachThreadHasAsMany) {
  const NhwcConvolution shape = {1, 96, 9, 9, 64, 3, 1, 1};
  EXPECT_EQ(DivideWeight(shape, 1).size(), 2);
  EXPECT_EQ(DivideWeight(shape, 2).size(), 2);
  EXPECT_EQ(DivideWeight(shape, 3).size(), 6);
  for (const NhwcWeightPart& part : DivideWeight(shape, 2)) EXPECT_EQ(part.in_end - part.in_begin, 48);
}

}  // namespace
}  // namespace mica
