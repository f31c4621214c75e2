#include "training/optim/adam_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

constexpr double kLearningRate = 0.01;

AdamScalars Scalars(const OptimizerConfig& config, int64_t step) {
  return config.has_adam() ? ScalarsOfStep(config.adam(), kLearningRate, step) : ScalarsOfStep(config.adamw(), kLearningRate, step);
}

template <typename Number>
struct Arrays {
  std::vector<Number> values, exp_avg, exp_avg_sq;
};

std::vector<float> Normal(int64_t count, std::mt19937* random) {
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& number : numbers) number = normal(*random);
  return numbers;
}

Arrays<float> RandomStart(int64_t count, std::mt19937* random) {
  return {Normal(count, random), std::vector<float>(count), std::vector<float>(count)};
}

void Step(const OptimizerConfig& config, int64_t step, const std::vector<float>& gradients, Arrays<float>* arrays) {
  AdamStep(Scalars(config, step), arrays->values.data(), gradients.data(), arrays->exp_avg.data(), arrays->exp_avg_sq.data(),
           gradients.size());
}

// The papers' algorithms in double precision, line by line.
template <typename Config>
void ReferenceStep(const Config& config, double l2, double decay, int64_t step, const std::vector<float>& gradients,
                   Arrays<double>* arrays) {
  for (size_t i = 0; i < gradients.size(); ++i) {
    double& value = arrays->values[i];
    const double gradient = gradients[i] + l2 * value;
    value -= kLearningRate * decay * value;
    arrays->exp_avg[i] = config.beta1() * arrays->exp_avg[i] + (1 - config.beta1()) * gradient;
    arrays->exp_avg_sq[i] = config.beta2() * arrays->exp_avg_sq[i] + (1 - config.beta2()) * gradient * gradient;
    const double mean = arrays->exp_avg[i] / (1 - std::pow(config.beta1(), step));
    const double square = arrays->exp_avg_sq[i] / (1 - std::pow(config.beta2(), step));
    value -= kLearningRate * mean / (std::sqrt(square) + config.epsilon());
  }
}

void ReferenceStep(const OptimizerConfig& config, int64_t step, const std::vector<float>& gradients, Arrays<double>* arrays) {
  if (config.has_adam()) {
    ReferenceStep(config.adam(), config.adam().weight_decay(), 0, step, gradients, arrays);
  } else {
    ReferenceStep(config.adamw(), 0, config.adamw().weight_decay(), step, gradients, arrays);
  }
}

struct Case {
  std::string name;
  std::string config;
};

const Case kCases[] = {
    {"Adam", "adam {}"},
    {"AdamWeightDecay", "adam { weight_decay: 0.1 }"},
    {"AdamW", "adamw { weight_decay: 0 }"},
    {"AdamWWeightDecay", "adamw { weight_decay: 0.1 }"},
    {"ShortMemoryLargeEpsilon", "adamw { beta1: 0 beta2: 0.5 epsilon: 0.1 }"},
};

class AdamKernelTest : public testing::TestWithParam<Case> {
 protected:
  const OptimizerConfig config_ = ParseTextOrDie<OptimizerConfig>(GetParam().config);
  std::mt19937 random_{7};
};

TEST_P(AdamKernelTest, FollowsTheFormulaForAnyCount) {
  for (const int64_t count : {0, 1, 15, 16, 17, 1000}) {
    Arrays<float> actual = RandomStart(count, &random_);
    Arrays<double> expected = {{actual.values.begin(), actual.values.end()}, std::vector<double>(count), std::vector<double>(count)};

    for (int step = 1; step <= 10; ++step) {
      const std::vector<float> gradients = Normal(count, &random_);
      Step(config_, step, gradients, &actual);
      ReferenceStep(config_, step, gradients, &expected);
    }

    for (int64_t i = 0; i < count; ++i) {
      // Ten roundings of numbers up to 4.
      EXPECT_NEAR(actual.values[i], expected.values[i], 2e-6) << i << " of " << count;
      EXPECT_NEAR(actual.exp_avg[i], expected.exp_avg[i], 1e-6) << i << " of " << count;
      EXPECT_NEAR(actual.exp_avg_sq[i], expected.exp_avg_sq[i], 1e-6 * expected.exp_avg_sq[i]) << i << " of " << count;
    }
  }
}

TEST_P(AdamKernelTest, PartsThatBeginAtMultiplesOf16GiveTheBitsOfTheWhole) {
  constexpr int64_t kCount = 256;
  const std::vector<float> gradients = Normal(kCount, &random_);
  Arrays<float> whole = RandomStart(kCount, &random_);
  Arrays<float> parts = whole;

  for (int step = 1; step <= 3; ++step) {
    Step(config_, step, gradients, &whole);
    for (const auto& [begin, end] : {std::pair(0, 16), std::pair(16, 112), std::pair(112, 256)}) {
      AdamStep(Scalars(config_, step), parts.values.data() + begin, gradients.data() + begin, parts.exp_avg.data() + begin,
               parts.exp_avg_sq.data() + begin, end - begin);
    }
  }

  EXPECT_EQ(parts.values, whole.values);
  EXPECT_EQ(parts.exp_avg, whole.exp_avg);
  EXPECT_EQ(parts.exp_avg_sq, whole.exp_avg_sq);
}

TEST_P(AdamKernelTest, AlignmentDoesNotMatterAndTheNeighboursStay) {
  constexpr int64_t kCount = 32;
  const std::vector<float> gradients = Normal(kCount, &random_);
  Arrays<float> aligned = RandomStart(kCount, &random_);
  const auto shifted = [](std::vector<float> numbers) {
    numbers.insert(numbers.begin(), 42);
    numbers.push_back(42);
    return numbers;
  };
  Arrays<float> unaligned = {shifted(aligned.values), shifted(aligned.exp_avg), shifted(aligned.exp_avg_sq)};

  Step(config_, 1, gradients, &aligned);
  AdamStep(Scalars(config_, 1), unaligned.values.data() + 1, shifted(gradients).data() + 1, unaligned.exp_avg.data() + 1,
           unaligned.exp_avg_sq.data() + 1, kCount);

  EXPECT_EQ(unaligned.values, shifted(aligned.values));
  EXPECT_EQ(unaligned.exp_avg, shifted(aligned.exp_avg));
  EXPECT_EQ(unaligned.exp_avg_sq, shifted(aligned.exp_avg_sq));
}

INSTANTIATE_TEST_SUITE_P(Kinds, AdamKernelTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

TEST_P(AdamKernelTest, AFactorCountsAsScaledGradients) {
  constexpr int64_t kCount = 33;
  const std::vector<float> gradients = Normal(kCount, &random_);
  std::vector<float> halves = gradients;
  for (float& gradient : halves) gradient *= 0.5f;
  Arrays<float> scaled = RandomStart(kCount, &random_);
  Arrays<float> plain = scaled;

  Step(config_, 1, halves, &plain);
  AdamScalars scalars = Scalars(config_, 1);
  scalars.gradient_factor = 0.5f;  // a power of two: it rounds nothing
  AdamStep(scalars, scaled.values.data(), gradients.data(), scaled.exp_avg.data(), scaled.exp_avg_sq.data(), kCount);

  for (int64_t i = 0; i < kCount; ++i) EXPECT_NEAR(scaled.values[i], plain.values[i], 1e-6) << i;
}

// 17 values: the vector body and the single value after it.
TEST(AdamKernelExtremesTest, GradientsWhoseSquareOverflowsLeaveTheValuesAsTheyAre) {
  const auto config = ParseTextOrDie<OptimizerConfig>("adam {}");
  for (const float huge : {1e30f, -1e30f, std::numeric_limits<float>::max()}) {
    Arrays<float> arrays = {std::vector<float>(17, 3), std::vector<float>(17), std::vector<float>(17)};
    for (int step = 1; step <= 3; ++step) Step(config, step, std::vector<float>(17, huge), &arrays);
    EXPECT_EQ(arrays.values, std::vector<float>(17, 3)) << huge;
    EXPECT_EQ(arrays.exp_avg_sq, std::vector<float>(17, std::numeric_limits<float>::infinity())) << huge;
  }
}

TEST(AdamKernelExtremesTest, GradientsWhoseSquareVanishesAreDividedByEpsilonAlone) {
  const auto config = ParseTextOrDie<OptimizerConfig>("adam {}");
  Arrays<float> arrays = {std::vector<float>(17), std::vector<float>(17), std::vector<float>(17)};
  Step(config, 1, std::vector<float>(17, 1e-30f), &arrays);
  for (const float value : arrays.values) EXPECT_NEAR(value, -kLearningRate * 1e-30 / 1e-8, 1e-30);
}

TEST(AdamKernelExtremesTest, ZerosStayZero) {  // the gaps of FlatParameters
  for (const Case& kind : kCases) {
    Arrays<float> arrays = {std::vector<float>(17), std::vector<float>(17), std::vector<float>(17)};
    Step(ParseTextOrDie<OptimizerConfig>(kind.config), 1, std::vector<float>(17), &arrays);
    EXPECT_EQ(arrays.values, std::vector<float>(17)) << kind.name;
  }
}

TEST(AdamScalarsTest, AreThoseOfTheFormula) {
  const AdamScalars adam = ScalarsOfStep(ParseTextOrDie<AdamConfig>("weight_decay: 0.5"), 0.1, /*step=*/1);
  EXPECT_FLOAT_EQ(adam.decay, 1);
  EXPECT_FLOAT_EQ(adam.l2, 0.5);
  EXPECT_FLOAT_EQ(adam.one_minus_beta2, 1e-3);
  EXPECT_FLOAT_EQ(adam.step_size, 1);
  EXPECT_FLOAT_EQ(adam.inverse_sqrt_bias_correction2, 31.6227766);

  const AdamScalars adamw = ScalarsOfStep(ParseTextOrDie<AdamWConfig>("weight_decay: 0.5"), 0.1, /*step=*/1'000'000'000);
  EXPECT_FLOAT_EQ(adamw.decay, 0.95);
  EXPECT_FLOAT_EQ(adamw.l2, 0);
  EXPECT_FLOAT_EQ(adamw.step_size, 0.1);
  EXPECT_FLOAT_EQ(adamw.inverse_sqrt_bias_correction2, 1);
}

}  // namespace
}  // namespace mica
