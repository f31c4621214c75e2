#include "models/weights/load_weights.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "models/weights/test_arrays.h"

namespace mica {
namespace {

using testing::HasSubstr;

// A small network's weights, all -1: a convolution, a batch norm's count, a head.
std::vector<NamedTensor> Weights() {
  return {{"conv.weight", at::full({2, 3, 1, 2}, -1.0).contiguous(at::MemoryFormat::ChannelsLast)},
          {"fc.weight", at::full({2, 2}, -1.0)},
          {"fc.bias", at::full({2}, -1.0)},
          {"bn.num_batches_tracked", at::full({}, -1, at::kLong)}};
}

TestArrays FittingArrays() {
  TestArrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc.weight", {2, 2}).Add("fc.bias", {2}, 7);
  arrays.AddBytes("bn.num_batches_tracked", "I64", {}, std::string("\5\0\0\0\0\0\0\0", 8));
  return arrays;
}

TEST(LoadWeightsTest, CopiesInPlaceWhateverTheLayout) {
  const std::vector<NamedTensor> weights = Weights();
  const void* const place = weights[0].tensor.const_data_ptr();

  const auto loaded = LoadWeights(FittingArrays().all(), "x", weights);

  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->Count(WeightFate::kMatched), 4);
  EXPECT_EQ(weights[0].tensor.const_data_ptr(), place);
  EXPECT_TRUE(weights[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(weights[0].tensor.equal(at::arange(1, 13).to(at::kFloat).reshape({2, 3, 1, 2})));
  EXPECT_TRUE(weights[2].tensor.equal(at::arange(7, 9).to(at::kFloat)));
  EXPECT_EQ(weights[3].tensor.item<int64_t>(), 5);
}

TEST(LoadWeightsTest, LoadsParametersThatNeedAGradient) {
  const std::vector<NamedTensor> weights = {{"w", at::zeros({2}).requires_grad_(true)}};
  EXPECT_THAT(LoadWeights(TestArrays().Add("w", {2}).all(), "x", weights), IsOk());
  EXPECT_TRUE(weights[0].tensor.requires_grad());
  EXPECT_EQ(weights[0].tensor[1].item<float>(), 2);
}

TEST(LoadWeightsTest, WhereAnythingDoesNotFitNothingIsChanged) {
  const std::vector<NamedTensor> weights = Weights();
  TestArrays arrays = FittingArrays();
  arrays.Add("aux.weight", {1});
  EXPECT_THAT(LoadWeights(arrays.all(), "x", weights), Fails(ExitCode::kCheckpoint, HasSubstr("aux.weight")));
  for (const NamedTensor& weight : weights) EXPECT_TRUE(weight.tensor.eq(-1).all().item<bool>()) << weight.name;
}

TEST(LoadWeightsTest, ReinitialisedWeightsKeepTheirValues) {
  const std::vector<NamedTensor> weights = Weights();
  MatchRules rules;
  rules.reinitialise = {"fc"};
  EXPECT_THAT(LoadWeights(FittingArrays().all(), "x", weights, rules), IsOk());
  EXPECT_EQ(weights[0].tensor[0][0][0][0].item<float>(), 1);
  EXPECT_TRUE(weights[1].tensor.eq(-1).all().item<bool>());
}

// Bytes of 1.5 and -2 in each type.
TEST(LoadWeightsTest, NumbersOfOtherSizesAreConverted) {
  MatchRules rules;
  rules.convert_types = true;
  for (const auto& [dtype, bytes] :
       std::vector<std::pair<std::string, std::string>>{{"F16", {"\x00\x3E\x00\xC0", 4}},
                                                        {"BF16", {"\xC0\x3F\x00\xC0", 4}},
                                                        {"F64", {"\0\0\0\0\0\0\xF8\x3F\0\0\0\0\0\0\x00\xC0", 16}}}) {
    const std::vector<NamedTensor> weights = {{"w", at::zeros({2})}};
    ASSERT_THAT(LoadWeights(TestArrays().AddBytes("w", dtype, {2}, bytes).all(), "x", weights, rules), IsOk()) << dtype;
    EXPECT_TRUE(weights[0].tensor.equal(at::tensor({1.5f, -2.0f}))) << dtype;
  }
}

// What a convolution's weight [2,CHANNELS,1,2] of the model becomes by a file with `file_channels`.
absl::StatusOr<std::vector<float>> Convolution(int64_t channels, int64_t file_channels, ColourChange change) {
  MatchRules rules;
  rules.first_convolution = "conv.weight";
  rules.colour_change = change;
  const at::Tensor weight = at::full({2, channels, 1, 2}, -1.0);
  const auto loaded = LoadWeights(TestArrays().Add("conv.weight", {2, file_channels, 1, 2}).all(), "x", {{"conv.weight", weight}}, rules);
  if (!loaded.ok()) return loaded.status();
  return std::vector<float>(weight.const_data_ptr<float>(), weight.const_data_ptr<float>() + weight.numel());
}

TEST(LoadWeightsTest, TheFirstConvolutionsColoursBecomeGreyAndTheOtherWayAround) {
  // The file holds 1, 2, 3 … in order.
  EXPECT_THAT(Convolution(1, 3, ColourChange::kSumOfRgb), IsOkAndHolds(std::vector<float>{9, 12, 27, 30}));
  EXPECT_THAT(Convolution(1, 3, ColourChange::kMeanOfRgb), IsOkAndHolds(std::vector<float>{3, 4, 9, 10}));
  const float third = 1.0f / 3, more = 2.0f / 3, most = 4.0f / 3;
  EXPECT_THAT(Convolution(3, 1, ColourChange::kRepeatGrey),
              IsOkAndHolds(std::vector<float>{third, more, third, more, third, more, 1, most, 1, most, 1, most}));
}

TEST(LoadWeightsTest, EqualChannelsStayAsTheyAreWhateverTheRule) {
  for (const ColourChange change : {ColourChange::kNone, ColourChange::kSumOfRgb, ColourChange::kRepeatGrey}) {
    EXPECT_THAT(Convolution(1, 1, change), IsOkAndHolds(std::vector<float>{1, 2, 3, 4}));
    EXPECT_THAT(Convolution(3, 3, change), IsOkAndHolds(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  }
}

}  // namespace
}  // namespace mica
