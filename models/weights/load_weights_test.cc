#include "models/weights/load_weights.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The arrays of a file, with their bytes.
class Arrays {
 public:
  Arrays& Add(const std::string& name, const std::vector<int64_t>& shape, float first = 1) {
    int64_t size = 1;
    for (const int64_t dimension : shape) size *= dimension;
    std::vector<float> values;
    for (int64_t i = 0; i < size; ++i) values.push_back(first + static_cast<float>(i));
    return AddBytes(name, "F32", shape, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }

  // At an odd address, as in a file whose header was not padded.
  Arrays& AddBytes(const std::string& name, const std::string& dtype, const std::vector<int64_t>& shape, const std::string& bytes) {
    bytes_.push_back(" " + bytes);
    arrays_.push_back({name, dtype, shape, absl::string_view(bytes_.back()).substr(1)});
    return *this;
  }

  const std::vector<ArrayView>& all() const { return arrays_; }

 private:
  std::deque<std::string> bytes_;
  std::vector<ArrayView> arrays_;
};

// A small network's weights, all -1: a convolution, a batch norm's count, a head.
std::vector<NamedTensor> Weights() {
  return {{"conv.weight", at::full({2, 3, 1, 2}, -1.0).contiguous(at::MemoryFormat::ChannelsLast)},
          {"fc.weight", at::full({2, 2}, -1.0)},
          {"fc.bias", at::full({2}, -1.0)},
          {"bn.num_batches_tracked", at::full({}, -1, at::kLong)}};
}

Arrays FittingArrays(const std::string& prefix = "") {
  Arrays arrays;
  arrays.Add(prefix + "conv.weight", {2, 3, 1, 2}).Add(prefix + "fc.weight", {2, 2}).Add(prefix + "fc.bias", {2}, 7);
  arrays.AddBytes(prefix + "bn.num_batches_tracked", "I64", {}, std::string("\5\0\0\0\0\0\0\0", 8));
  return arrays;
}

void ExpectUnchanged(const std::vector<NamedTensor>& weights) {
  for (const NamedTensor& weight : weights) EXPECT_TRUE(weight.tensor.eq(-1).all().item<bool>()) << weight.name;
}

std::vector<std::string> Lines(const absl::Status& status) {
  return absl::StrSplit(status.message(), '\n');
}

TEST(LoadWeightsTest, CopiesInPlaceWhateverTheLayout) {
  const std::vector<NamedTensor> weights = Weights();
  const void* const place = weights[0].tensor.const_data_ptr();

  const auto loaded = LoadWeights(FittingArrays().all(), "x", weights);

  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->loaded, 4);
  EXPECT_EQ(weights[0].tensor.const_data_ptr(), place);
  EXPECT_TRUE(weights[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(weights[0].tensor.equal(at::arange(1, 13).to(at::kFloat).reshape({2, 3, 1, 2})));
  EXPECT_TRUE(weights[2].tensor.equal(at::arange(7, 9).to(at::kFloat)));
  EXPECT_EQ(weights[3].tensor.item<int64_t>(), 5);
}

TEST(LoadWeightsTest, LoadsParametersThatNeedAGradient) {
  const std::vector<NamedTensor> weights = {{"w", at::zeros({2}).requires_grad_(true)}};
  EXPECT_THAT(LoadWeights(Arrays().Add("w", {2}).all(), "x", weights), IsOk());
  EXPECT_TRUE(weights[0].tensor.requires_grad());
  EXPECT_EQ(weights[0].tensor[1].item<float>(), 2);
}

TEST(LoadWeightsTest, K6AllDifferencesAreReportedAtOnceAndNothingIsChanged) {
  const std::vector<NamedTensor> weights = Weights();
  Arrays arrays;
  arrays.Add("conv.weight", {2, 3, 2, 1}).Add("fc.wieght", {2, 2}).AddBytes("fc.bias", "F64", {2}, std::string(16, '\0'));
  arrays.Add("aux.weight", {1});

  const auto loaded = LoadWeights(arrays.all(), "/w/x.safetensors", weights);

  ASSERT_THAT(loaded, Fails(ExitCode::kCheckpoint, HasSubstr("")));
  EXPECT_THAT(Lines(loaded.status()),
              ElementsAre("/w/x.safetensors: lacks 2 tensors of the model: fc.weight, bn.num_batches_tracked; \"fc.wieght\" in the file is "
                          "near fc.weight",
                          "/w/x.safetensors: holds 2 tensors that the model lacks: aux.weight, fc.wieght",
                          "/w/x.safetensors: conv.weight is [2,3,2,1] in the file, [2,3,1,2] in the model",
                          "/w/x.safetensors: fc.bias is F64 in the file, F32 in the model"));
  ExpectUnchanged(weights);
}

TEST(LoadWeightsTest, K6ManyNamesAreGroupedByTheirPrefix) {
  std::vector<NamedTensor> weights;
  Arrays arrays;
  for (int i = 0; i < 4; ++i) weights.push_back({absl::StrCat("block_1.", i, ".weight"), at::full({1}, -1.0)});
  for (int i = 0; i < 5; ++i) weights.push_back({absl::StrCat("block_2.", i, ".weight"), at::full({1}, -1.0)});
  weights.push_back({"fc", at::full({1}, -1.0)});
  for (int i = 0; i < 9; ++i) {
    weights.push_back({absl::StrCat("head.", i), at::full({1}, -1.0)});
    arrays.Add(absl::StrCat("head.", i), {2});
  }

  const auto loaded = LoadWeights(arrays.all(), "x", weights);

  ASSERT_THAT(loaded,
              Fails(ExitCode::kCheckpoint, HasSubstr("lacks 10 tensors of the model: block_1.* (4 tensors), block_2.* (5 tensors), fc")));
  EXPECT_THAT(loaded.status().message(), HasSubstr("head.5 is [2] in the file, [1] in the model"));
  EXPECT_THAT(Lines(loaded.status()).back(), "x: 3 more have other shapes: head.6, head.7, head.8");
  ExpectUnchanged(weights);
}

TEST(LoadWeightsTest, K4OtherShapesComeWithTheRemedy) {
  const std::vector<NamedTensor> weights = {{"fc.weight", at::full({10, 512}, -1.0)}};
  LoadWeightsRules rules;
  rules.foreign = true;
  EXPECT_THAT(
      LoadWeights(Arrays().Add("fc.weight", {1000, 512}).all(), "x", weights, rules),
      Fails(ExitCode::kCheckpoint, HasSubstr("x: fc.weight is [1000,512] in the file, [10,512] in the model; to keep the model's fresh "
                                             "values, list the name or its beginning under model.initial_weights.reinitialise")));
  ExpectUnchanged(weights);
}

TEST(LoadWeightsTest, K5EveryOtherTypeIsRefused) {
  const std::vector<NamedTensor> weights = {{"w", at::full({2}, -1.0)}};
  LoadWeightsRules rules;
  rules.foreign = true;
  for (const auto& [dtype, size] :
       std::vector<std::pair<std::string, int>>{{"F64", 16}, {"F16", 4}, {"BF16", 4}, {"I32", 8}, {"BOOL", 2}}) {
    EXPECT_THAT(LoadWeights(Arrays().AddBytes("w", dtype, {2}, std::string(size, '\0')).all(), "x", weights, rules),
                Fails(ExitCode::kCheckpoint, "x: w is " + dtype + " in the file, F32 in the model; convert the file to F32"));
  }
  ExpectUnchanged(weights);
}

TEST(LoadWeightsTest, K11ValuesThatAreNotFiniteAreCounted) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const auto bytes = [](const std::vector<float>& values) {
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  };
  const std::vector<NamedTensor> weights = {{"a", at::full({4}, -1.0)}, {"b", at::full({2}, -1.0)}, {"c", at::full({2}, -1.0)}};
  Arrays arrays;
  arrays.AddBytes("a", "F32", {4}, bytes({nan, nan, 1, nan})).AddBytes("b", "F32", {2}, bytes({-infinity, 1})).Add("c", {2});

  const auto loaded = LoadWeights(arrays.all(), "x", weights);

  ASSERT_THAT(loaded, Fails(ExitCode::kCheckpoint, HasSubstr("")));
  EXPECT_THAT(Lines(loaded.status()), ElementsAre("x: a holds 3 NaN", "x: b holds 1 infinity"));
  ExpectUnchanged(weights);
}

TEST(LoadWeightsTest, ForeignFilesMayHaveTheModulePrefixAndLackCounts) {
  LoadWeightsRules rules;
  rules.foreign = true;
  Arrays arrays;
  arrays.Add("module.conv.weight", {2, 3, 1, 2}).Add("module.fc.weight", {2, 2}).Add("module.fc.bias", {2}, 7);
  const std::vector<NamedTensor> weights = Weights();

  const auto loaded = LoadWeights(arrays.all(), "x", weights, rules);

  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->stripped, ElementsAre("module."));
  EXPECT_EQ(loaded->loaded, 3);
  EXPECT_EQ(weights[2].tensor[0].item<float>(), 7);
  EXPECT_EQ(weights[3].tensor.item<int64_t>(), -1) << "kept";
  EXPECT_THAT(LoadWeights(arrays.all(), "x", Weights()), Fails(ExitCode::kCheckpoint, HasSubstr("lacks 4 tensors")))
      << "strict for our own";
}

// Whole networks and parts of them may be compiled, and wrapped for several devices before or
// after.
TEST(LoadWeightsTest, PartsOfNamesThatWrappersAddAreIgnoredInAnyOrder) {
  LoadWeightsRules rules;
  rules.foreign = true;
  for (const auto& [prefix, stripped] :
       std::vector<std::pair<std::string, std::vector<std::string>>>{{"_orig_mod.", {"_orig_mod."}},
                                                                     {"module._orig_mod.", {"_orig_mod.", "module."}},
                                                                     {"_orig_mod.module.", {"_orig_mod.", "module."}},
                                                                     {"module._orig_mod.module._orig_mod.", {"_orig_mod.", "module."}},
                                                                     {"module.module.", {"module."}}}) {
    const auto loaded = LoadWeights(FittingArrays(prefix).all(), "x", Weights(), rules);
    ASSERT_THAT(loaded, IsOk()) << prefix;
    EXPECT_EQ(loaded->stripped, stripped) << prefix;
  }
  Arrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc._orig_mod.weight", {2, 2}).Add("fc._orig_mod.bias", {2});
  const auto loaded = LoadWeights(arrays.all(), "x", Weights(), rules);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->loaded, 3);
}

TEST(LoadWeightsTest, WhatWrappersAddStaysWhereNamesWouldCollideOrTheModelHasIt) {
  LoadWeightsRules rules;
  rules.foreign = true;
  EXPECT_THAT(LoadWeights(FittingArrays("").Add("_orig_mod.fc.bias", {2}).all(), "x", Weights(), rules),
              Fails(ExitCode::kCheckpoint, HasSubstr("lacks: _orig_mod.fc.bias")));
  const std::vector<NamedTensor> weights = {{"module.weight", at::full({2}, -1.0)}};
  Arrays arrays;
  arrays.Add("module.weight", {2});
  EXPECT_THAT(LoadWeights(arrays.all(), "x", weights, rules), IsOk());
}

// Whoever follows a message, names as it shows them, gets on.
TEST(LoadWeightsTest, TheAdviceOfAMessageLeadsToSuccess) {
  LoadWeightsRules rules;
  rules.foreign = true;
  Arrays arrays;
  arrays.Add("_orig_mod.conv.weight", {2, 3, 1, 2}).Add("_orig_mod.fc.weight", {2, 2});
  for (int i = 0; i < 7; ++i) arrays.Add(absl::StrCat("_orig_mod.aux.", i), {1});
  const auto refused = LoadWeights(arrays.all(), "x", Weights(), rules);
  EXPECT_THAT(refused, Fails(ExitCode::kCheckpoint,
                             AllOf(HasSubstr("lacks 1 tensor of the model: fc.bias; to keep the model's fresh values, list them or their "
                                             "beginnings under model.initial_weights.reinitialise"),
                                   HasSubstr("holds 7 tensors that the model lacks: aux.* (7 tensors) (names without \"_orig_mod.\", "
                                             "which PyTorch adds); to pass over them, list them"))));
  rules.reinitialise = {"fc.bias"};
  for (const char* const written : {"aux.*", "aux", "_orig_mod.aux", "_orig_mod.aux.*"}) {
    rules.ignore = {written};
    EXPECT_THAT(LoadWeights(arrays.all(), "x", Weights(), rules), IsOk()) << written;
  }
}

// Another part of the file has a tensor of the same name.
TEST(LoadWeightsTest, ThePrefixOfAllNamesIsFoundBesideOthers) {
  LoadWeightsRules rules;
  rules.foreign = true;
  Arrays arrays = FittingArrays("net.");
  for (const NamedTensor& weight : Weights()) {
    arrays.Add(absl::StrCat("aux.", weight.name), {1});
    break;
  }
  EXPECT_THAT(LoadWeights(arrays.all(), "x", Weights(), rules), Fails(ExitCode::kCheckpoint, HasSubstr("the file has them with \"net.\"")));
}

TEST(LoadWeightsTest, WhereNoNameFitsTheAdviceIsToRename) {
  LoadWeightsRules rules;
  rules.foreign = true;
  Arrays arrays;
  arrays.Add("0.weight", {1}).Add("0.bias", {1});
  EXPECT_THAT(LoadWeights(arrays.all(), "x", Weights(), rules),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("none is the model's: rename them"), Not(HasSubstr("reinitialise")))));
}

TEST(LoadWeightsTest, AnUnknownPrefixOfAllNamesIsToldWithTheRemedy) {
  LoadWeightsRules rules;
  rules.foreign = true;
  EXPECT_THAT(
      LoadWeights(FittingArrays("net.").all(), "x", Weights(), rules),
      Fails(ExitCode::kCheckpoint, HasSubstr("; the file has them with \"net.\" in front: take that from the names when you convert "
                                             "the file (docs/file_formats.md)")));
}

TEST(LoadWeightsTest, OneNameWithoutTheModulePrefixKeepsItOnAll) {
  LoadWeightsRules rules;
  rules.foreign = true;
  EXPECT_THAT(LoadWeights(FittingArrays("module.").Add("other", {1}).all(), "x", Weights(), rules),
              Fails(ExitCode::kCheckpoint, HasSubstr("module.fc.bias")));
}

TEST(LoadWeightsTest, ReinitialisedAndIgnoredPartsMayDiffer) {
  LoadWeightsRules rules;
  rules.foreign = true;
  rules.reinitialise = {"fc"};
  rules.ignore = {"aux", "extra.bias"};
  Arrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc.weight", {1000, 2}).Add("fc.other", {1});
  arrays.Add("aux.1.weight", {1}).Add("aux.2.weight", {1}).Add("extra.bias", {1});
  const std::vector<NamedTensor> weights = Weights();

  const auto loaded = LoadWeights(arrays.all(), "x", weights, rules);

  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->loaded, 1);
  EXPECT_EQ(loaded->reinitialised, 2);
  EXPECT_EQ(loaded->ignored, 3);
  EXPECT_EQ(weights[0].tensor[0][0][0][0].item<float>(), 1);
  EXPECT_TRUE(weights[1].tensor.eq(-1).all().item<bool>()) << "the head keeps its values";
}

TEST(LoadWeightsTest, APrefixCoversWholeParts) {
  LoadWeightsRules rules;
  rules.foreign = true;
  rules.reinitialise = {"f"};
  EXPECT_THAT(LoadWeights(FittingArrays().all(), "x", Weights(), rules),
              Fails(ExitCode::kConfig, HasSubstr("\"f\" names no weight of the model")));
  rules.reinitialise = {"fc"};
  EXPECT_THAT(LoadWeights(FittingArrays().all(), "x", Weights(), rules), IsOk());
}

TEST(LoadWeightsTest, APrefixThatCoversNothingIsAConfigError) {
  LoadWeightsRules rules;
  rules.foreign = true;
  rules.reinitialise = {"cnov"};
  rules.ignore = {"fc.bais"};
  const std::vector<NamedTensor> weights = Weights();

  const auto loaded = LoadWeights(FittingArrays().all(), "/w/x", weights, rules);

  ASSERT_THAT(loaded, Fails(ExitCode::kConfig, HasSubstr("")));
  EXPECT_THAT(Lines(loaded.status()),
              ElementsAre(AllOf(StartsWith("model.initial_weights.reinitialise: \"cnov\" names no weight of the model; there are "),
                                EndsWith("; did you mean \"conv\"?")),
                          AllOf(StartsWith("model.initial_weights.ignore: \"fc.bais\" names no tensor of /w/x; there are "),
                                EndsWith("; did you mean \"fc.bias\"?"))));
  ExpectUnchanged(weights);
}

LoadWeightsRules Colours(ColourChange change) {
  LoadWeightsRules rules;
  rules.foreign = true;
  rules.first_convolution = "conv.weight";
  rules.colour_change = change;
  return rules;
}

// What a convolution's weight [2,CHANNELS,1,2] of the model becomes by a file with `file_channels`.
absl::StatusOr<std::vector<float>> Convolution(int64_t channels, int64_t file_channels, const LoadWeightsRules& rules) {
  const at::Tensor weight = at::full({2, channels, 1, 2}, -1.0);
  const auto loaded = LoadWeights(Arrays().Add("conv.weight", {2, file_channels, 1, 2}).all(), "x", {{"conv.weight", weight}}, rules);
  if (!loaded.ok()) return loaded.status();
  EXPECT_EQ(loaded->colours_changed, channels != file_channels);
  return std::vector<float>(weight.const_data_ptr<float>(), weight.const_data_ptr<float>() + weight.numel());
}

TEST(LoadWeightsTest, TheFirstConvolutionsColoursBecomeGreyAndTheOtherWayAround) {
  // The file holds 1, 2, 3 … in order.
  EXPECT_THAT(Convolution(1, 3, Colours(ColourChange::kSumOfRgb)), IsOkAndHolds(std::vector<float>{9, 12, 27, 30}));
  EXPECT_THAT(Convolution(1, 3, Colours(ColourChange::kMeanOfRgb)), IsOkAndHolds(std::vector<float>{3, 4, 9, 10}));
  const float third = 1.0f / 3, more = 2.0f / 3, most = 4.0f / 3;
  EXPECT_THAT(Convolution(3, 1, Colours(ColourChange::kRepeatGrey)),
              IsOkAndHolds(std::vector<float>{third, more, third, more, third, more, 1, most, 1, most, 1, most}));
}

TEST(LoadWeightsTest, EqualChannelsStayAsTheyAreWhateverTheRule) {
  for (const ColourChange change : {ColourChange::kNone, ColourChange::kSumOfRgb, ColourChange::kRepeatGrey}) {
    EXPECT_THAT(Convolution(1, 1, Colours(change)), IsOkAndHolds(std::vector<float>{1, 2, 3, 4}));
    EXPECT_THAT(Convolution(3, 3, Colours(change)), IsOkAndHolds(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  }
}

TEST(LoadWeightsTest, OtherChannelsComeWithTheRuleThatConvertsThem) {
  EXPECT_THAT(Convolution(1, 3, Colours(ColourChange::kNone)),
              Fails(ExitCode::kCheckpoint, HasSubstr("conv.weight is [2,3,1,2] in the file, [2,1,1,2] in the model; to convert it for the "
                                                     "pictures, write model.initial_weights.first_convolution: SUM_OF_RGB")));
  EXPECT_THAT(Convolution(3, 1, Colours(ColourChange::kMeanOfRgb)),
              Fails(ExitCode::kCheckpoint, HasSubstr("write model.initial_weights.first_convolution: REPEAT_GREY")));
  EXPECT_THAT(Convolution(2, 3, Colours(ColourChange::kSumOfRgb)), Fails(ExitCode::kCheckpoint, Not(HasSubstr("first_convolution"))));
  LoadWeightsRules other = Colours(ColourChange::kSumOfRgb);
  other.first_convolution = "stem.weight";  // the weight is another convolution's
  EXPECT_THAT(Convolution(1, 3, other), Fails(ExitCode::kCheckpoint, Not(HasSubstr("first_convolution"))));
}

TEST(LoadWeightsTest, AColourRuleWithoutAWeightForItIsAConfigError) {
  LoadWeightsRules rules = Colours(ColourChange::kSumOfRgb);
  rules.reinitialise = {"conv"};
  EXPECT_THAT(Convolution(1, 3, rules),
              Fails(ExitCode::kConfig, HasSubstr("model.initial_weights.first_convolution: the file's conv.weight")));
  rules = Colours(ColourChange::kSumOfRgb);
  rules.first_convolution = "";
  EXPECT_THAT(Convolution(1, 3, rules),
              Fails(ExitCode::kConfig, HasSubstr("model.initial_weights.first_convolution: the model has no convolution")));
}

// As the config says it, though names are compared without what PyTorch's wrappers added.
TEST(LoadWeightsTest, APatternIsShownAsItWasWritten) {
  LoadWeightsRules rules;
  rules.foreign = true;
  rules.ignore = {"_orig_mod.bogus"};
  EXPECT_THAT(LoadWeights(FittingArrays("_orig_mod.").all(), "x", Weights(), rules),
              Fails(ExitCode::kConfig, HasSubstr("model.initial_weights.ignore: \"_orig_mod.bogus\" names no tensor of x")));
}

TEST(LoadWeightsTest, NamesOfAnyKindMakeShortMessages) {
  Arrays arrays = FittingArrays();
  arrays.Add(std::string(1000000, 'n'), {1}).Add("line\nfeed", {1});
  const auto loaded = LoadWeights(arrays.all(), "x", Weights());
  ASSERT_THAT(loaded, Fails(ExitCode::kCheckpoint, HasSubstr("line\\nfeed")));
  EXPECT_LT(loaded.status().message().size(), 300);
  EXPECT_THAT(std::string(loaded.status().message()), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace mica
