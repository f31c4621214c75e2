#include "models/weights/weight_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "models/weights/test_arrays.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

ModelWeight F32(const std::string& name, const std::vector<int64_t>& shape) {
  return {name, shape, "F32"};
}

// A small network: a convolution, a batch norm's count, a head.
std::vector<ModelWeight> Weights() {
  return {F32("conv.weight", {2, 3, 1, 2}), {"bn.num_batches_tracked", {}, "I64"}, F32("fc.weight", {2, 2}), F32("fc.bias", {2})};
}

TestArrays FittingArrays(const std::string& prefix = "") {
  TestArrays arrays;
  arrays.Add(prefix + "conv.weight", {2, 3, 1, 2}).Add(prefix + "fc.weight", {2, 2}).Add(prefix + "fc.bias", {2}, 7);
  arrays.AddBytes(prefix + "bn.num_batches_tracked", "I64", {}, std::string("\5\0\0\0\0\0\0\0", 8));
  return arrays;
}

MatchRules Foreign() {
  MatchRules rules;
  rules.foreign = true;
  return rules;
}

std::vector<std::string> Lines(const absl::Status& status) {
  return absl::StrSplit(status.message(), '\n');
}

// "NAME FATE" of each row.
std::vector<std::string> Fates(const WeightReport& report) {
  const std::vector<std::string> lines = absl::StrSplit(WeightReportCsv(report), '\n', absl::SkipEmpty());
  std::vector<std::string> fates;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], ',');
    fates.push_back(absl::StrCat(fields[0], " ", fields[1]));
  }
  return fates;
}

TEST(WeightMatchTest, EveryWeightGetsTheArrayOfItsName) {
  const auto match = MatchWeights(FittingArrays().all(), "x", Weights(), {});
  ASSERT_THAT(match, IsOk());
  std::vector<size_t> arrays;
  for (size_t i = 0; i < match->fits.size(); ++i) {
    EXPECT_EQ(match->fits[i].weight, i);
    arrays.push_back(match->fits[i].array);
  }
  EXPECT_THAT(arrays, ElementsAre(0, 3, 1, 2));
  EXPECT_EQ(match->report.Count(WeightFate::kMatched), 4);
  EXPECT_THAT(match->report.renamings, IsEmpty());
}

TEST(WeightMatchTest, K6AllDifferencesAreReportedAtOnce) {
  TestArrays arrays;
  arrays.Add("conv.weight", {2, 3, 2, 1}).Add("fc.wieght", {2, 2}).AddBytes("fc.bias", "F64", {2}, std::string(16, '\0'));
  arrays.Add("aux.weight", {1});

  const auto match = MatchWeights(arrays.all(), "/w/x.safetensors", Weights(), {});

  ASSERT_THAT(match, Fails(ExitCode::kCheckpoint, HasSubstr("")));
  EXPECT_THAT(Lines(match.status()),
              ElementsAre("/w/x.safetensors: lacks 2 tensors of the model: bn.num_batches_tracked, fc.weight; \"fc.wieght\" in the file is "
                          "near fc.weight",
                          "/w/x.safetensors: holds 2 tensors that the model lacks: aux.weight, fc.wieght",
                          "/w/x.safetensors: conv.weight is [2,3,2,1] in the file, [2,3,1,2] in the model",
                          "/w/x.safetensors: fc.bias is F64 in the file, F32 in the model"));
}

TEST(WeightMatchTest, K6ManyNamesAreGroupedByTheirPrefix) {
  std::vector<ModelWeight> weights;
  TestArrays arrays;
  for (int i = 0; i < 4; ++i) weights.push_back(F32(absl::StrCat("block_1.", i, ".weight"), {1}));
  for (int i = 0; i < 5; ++i) weights.push_back(F32(absl::StrCat("block_2.", i, ".weight"), {1}));
  for (int i = 0; i < 9; ++i) {
    weights.push_back(F32(absl::StrCat("head.", i), {1}));
    arrays.Add(absl::StrCat("head.", i), {2});
  }
  weights.push_back(F32("fc", {1}));

  const auto match = MatchWeights(arrays.all(), "x", weights, {});

  ASSERT_THAT(match,
              Fails(ExitCode::kCheckpoint, HasSubstr("lacks 10 tensors of the model: block_1.* (4 tensors), block_2.* (5 tensors), fc")));
  EXPECT_THAT(match.status().message(), HasSubstr("head.5 is [2] in the file, [1] in the model"));
  EXPECT_THAT(Lines(match.status()).back(), "x: 3 more have other shapes: head.6, head.7, head.8");
}

TEST(WeightMatchTest, K4OtherShapesComeWithTheRemedy) {
  EXPECT_THAT(MatchWeights(TestArrays().Add("conv.weight", {64, 512}).Add("fc.weight", {1}).all(), "x",
                           {F32("conv.weight", {10, 256}), F32("fc.weight", {1})}, Foreign()),
              Fails(ExitCode::kCheckpoint,
                    "x: conv.weight is [64,512] in the file, [10,256] in the model; to keep the model's fresh values, list "
                    "the name or its beginning under model.initial_weights.reinitialise"));
}

// The one thing that everybody meets who fine-tunes.
TEST(WeightMatchTest, AClassifierOfAnotherSizeIsNamedWithTheFieldThatMendsIt) {
  const std::vector<ModelWeight> weights = {F32("conv.weight", {1}), F32("fc.weight", {10, 512}), F32("fc.bias", {10})};
  TestArrays arrays;
  arrays.Add("conv.weight", {1}).Add("fc.weight", {1000, 512}).Add("fc.bias", {1000});
  MatchRules rules = Foreign();
  EXPECT_THAT(
      MatchWeights(arrays.all(), "x", weights, rules),
      Fails(ExitCode::kCheckpoint,
            "x: fc.weight is [1000,512] in the file, [10,512] in the model: a classifier of 1000 classes where the data has 10; for a "
            "new one write model.initial_weights.reinitialise: \"fc\""));
  rules.reinitialise = {"fc"};
  EXPECT_THAT(MatchWeights(arrays.all(), "x", weights, rules), IsOk());
}

TEST(WeightMatchTest, ATransposedWeightIsCalledThat) {
  const std::vector<ModelWeight> weights = {F32("conv.weight", {8, 4, 3, 2}), F32("hidden.weight", {6, 8}), F32("fc.weight", {2, 6})};
  TestArrays arrays;
  arrays.Add("conv.weight", {3, 2, 4, 8}).Add("hidden.weight", {8, 6}).Add("fc.weight", {2, 6});
  EXPECT_THAT(
      MatchWeights(arrays.all(), "x", weights, Foreign()),
      Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("hidden.weight is [8,6] in the file, [6,8] in the model, transposed: inputs x outputs"),
                                         HasSubstr("conv.weight is [3,2,4,8] in the file, [8,4,3,2] in the model, transposed: height"))));
}

TEST(WeightMatchTest, K5EveryOtherTypeIsRefused) {
  for (const auto& [dtype, size] : std::vector<std::pair<std::string, int>>{{"F64", 16}, {"F16", 4}, {"BF16", 4}}) {
    EXPECT_THAT(MatchWeights(TestArrays().AddBytes("w", dtype, {2}, std::string(size, '\0')).all(), "x", {F32("w", {2})}, Foreign()),
                Fails(ExitCode::kCheckpoint,
                      "x: w is " + dtype + " in the file, F32 in the model; write model.initial_weights.convert_types: true to take them"));
  }
  for (const auto& [dtype, size] : std::vector<std::pair<std::string, int>>{{"I32", 8}, {"BOOL", 2}, {"F8_E4M3", 2}}) {
    MatchRules rules = Foreign();
    rules.convert_types = true;
    EXPECT_THAT(MatchWeights(TestArrays().AddBytes("w", dtype, {2}, std::string(size, '\0')).all(), "x", {F32("w", {2})}, rules),
                Fails(ExitCode::kCheckpoint,
                      "x: w is " + dtype + " in the file, F32 in the model; write it as the model has it when you make the file"));
  }
}

TEST(WeightMatchTest, ConvertedAndRecolouredWeightsAreAdapted) {
  MatchRules rules = Foreign();
  rules.convert_types = true;
  rules.first_convolution = "w";
  rules.colour_change = ColourChange::kSumOfRgb;
  const auto match = MatchWeights(TestArrays().AddBytes("w", "F16", {2, 3}, std::string(12, '\0')).all(), "x", {F32("w", {2, 1})}, rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(WeightReportCsv(match->report),
            "name,fate,shape,file_name,file_dtype,file_shape,adaptation\n"
            "w,adapted,2x1,w,F16,2x3,\"F16 to F32, the sum of its colours\"\n");
}

// timm and torchvision differ in them.
TEST(WeightMatchTest, SidesOfOneDoNotMatterInForeignFiles) {
  TestArrays arrays;
  arrays.Add("scale", {3}).Add("fc.weight", {2, 3, 1, 1});
  const std::vector<ModelWeight> weights = {F32("scale", {3, 1, 1}), F32("fc.weight", {2, 3})};
  const auto match = MatchWeights(arrays.all(), "x", weights, Foreign());
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(Fates(match->report), ElementsAre("scale adapted", "fc.weight adapted"));
  EXPECT_EQ(match->report.rows[0].adaptation, "sides of 1");
  EXPECT_THAT(MatchWeights(arrays.all(), "x", weights, {}), Fails(ExitCode::kCheckpoint, HasSubstr("scale is [3] in the file, [3,1,1]")));
}

// TensorFlow's 1x1 convolution, height x width x inputs x outputs: the same numbers in another order.
TEST(WeightMatchTest, SidesOfOneInFrontDoMatter) {
  EXPECT_THAT(MatchWeights(TestArrays().Add("conv.weight", {1, 1, 4, 4}).Add("fc", {1}).all(), "x",
                           {F32("conv.weight", {4, 4, 1, 1}), F32("fc", {1})}, Foreign()),
              Fails(ExitCode::kCheckpoint, HasSubstr("conv.weight is [1,1,4,4] in the file, [4,4,1,1] in the model, transposed: height")));
}

TEST(WeightMatchTest, K11ValuesThatAreNotFiniteAreCounted) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const auto bytes = [](const std::vector<float>& values) {
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  };
  TestArrays arrays;
  arrays.AddBytes("a", "F32", {4}, bytes({nan, nan, 1, nan})).AddBytes("b", "F32", {2}, bytes({-infinity, 1})).Add("c", {2});

  const auto match = MatchWeights(arrays.all(), "x", {F32("a", {4}), F32("b", {2}), F32("c", {2})}, {});

  ASSERT_THAT(match, Fails(ExitCode::kCheckpoint, HasSubstr("")));
  EXPECT_THAT(Lines(match.status()), ElementsAre("x: a holds 3 NaN", "x: b holds 1 infinity"));
}

TEST(WeightMatchTest, ForeignFilesMayHaveTheModulePrefixAndLackCounts) {
  TestArrays arrays;
  arrays.Add("module.conv.weight", {2, 3, 1, 2}).Add("module.fc.weight", {2, 2}).Add("module.fc.bias", {2}, 7);

  const auto match = MatchWeights(arrays.all(), "x", Weights(), Foreign());

  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->report.renamings, ElementsAre("without \"module.\""));
  EXPECT_THAT(Fates(match->report),
              ElementsAre("conv.weight matched", "bn.num_batches_tracked missing", "fc.weight matched", "fc.bias matched"));
  EXPECT_EQ(match->report.rows[0].file_name, "module.conv.weight");
  EXPECT_THAT(MatchWeights(arrays.all(), "x", Weights(), {}), Fails(ExitCode::kCheckpoint, HasSubstr("lacks 4 tensors")))
      << "strict for our own";
}

// Whoever follows a message, names as it shows them, gets on.
TEST(WeightMatchTest, TheAdviceOfAMessageLeadsToSuccess) {
  MatchRules rules = Foreign();
  TestArrays arrays;
  arrays.Add("_orig_mod.conv.weight", {2, 3, 1, 2}).Add("_orig_mod.fc.weight", {2, 2});
  for (int i = 0; i < 7; ++i) arrays.Add(absl::StrCat("_orig_mod.aux.", i), {1});
  const auto refused = MatchWeights(arrays.all(), "x", Weights(), rules);
  EXPECT_THAT(refused, Fails(ExitCode::kCheckpoint,
                             AllOf(HasSubstr("lacks 1 tensor of the model: fc.bias; to keep the model's fresh values, list them or their "
                                             "beginnings under model.initial_weights.reinitialise"),
                                   HasSubstr("holds 7 tensors that the model lacks: aux.* (7 tensors) (names without \"_orig_mod.\", "
                                             "which PyTorch adds); to pass over them, list them or their beginnings under "
                                             "model.initial_weights.allow_unexpected"))));
  rules.reinitialise = {"fc.bias"};
  for (const char* const written : {"aux.*", "aux", "_orig_mod.aux", "_orig_mod.aux.*", "*"}) {
    rules.allow_unexpected = {written};
    EXPECT_THAT(MatchWeights(arrays.all(), "x", Weights(), rules), IsOk()) << written;
  }
}

// Another part of the file has a tensor of the same name.
TEST(WeightMatchTest, ThePrefixOfAllNamesIsFoundBesideOthers) {
  TestArrays arrays = FittingArrays("net.");
  arrays.Add("aux.conv.weight", {1});
  EXPECT_THAT(MatchWeights(arrays.all(), "x", Weights(), Foreign()),
              Fails(ExitCode::kCheckpoint, HasSubstr("the file has them with \"net.\"")));
}

TEST(WeightMatchTest, AnUnknownPrefixOfAllNamesIsToldWithTheRemedy) {
  MatchRules rules = Foreign();
  EXPECT_THAT(
      MatchWeights(FittingArrays("net.").all(), "x", Weights(), rules),
      Fails(ExitCode::kCheckpoint,
            HasSubstr("; the file has them with \"net.\" in front: write rename { from: \"^net\\\\.\" } in model.initial_weights")));
  rules.rename = {{"^net\\.", ""}};
  EXPECT_THAT(MatchWeights(FittingArrays("net.").all(), "x", Weights(), rules), IsOk());
}

TEST(WeightMatchTest, WhereNoNameFitsTheAdviceIsToRename) {
  TestArrays arrays;
  arrays.Add("0.weight", {1}).Add("0.bias", {1});
  EXPECT_THAT(MatchWeights(arrays.all(), "x", Weights(), Foreign()),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("none is the model's: rename them"), Not(HasSubstr("reinitialise")))));
}

TEST(WeightMatchTest, RulesRenameWhatWrappersLeft) {
  MatchRules rules = Foreign();
  rules.rename = {{"^conv\\.", "features.0."}, {"^fc\\.", "head."}};
  const std::vector<ModelWeight> weights = {F32("features.0.weight", {1}), F32("head.bias", {2})};
  const auto match = MatchWeights(TestArrays().Add("module.conv.weight", {1}).Add("module.fc.bias", {2}).all(), "x", weights, rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->report.renamings, ElementsAre("without \"module.\"", "as model.initial_weights.rename says"));
  EXPECT_EQ(match->report.rows[1].file_name, "module.fc.bias");
}

TEST(WeightMatchTest, ARuleThatChangesNoNameIsAConfigError) {
  MatchRules rules = Foreign();
  rules.rename = {{"^fc\\.bias$", "fc.bias"}, {"^convolution", "conv"}};
  EXPECT_THAT(MatchWeights(FittingArrays().all(), "/w/x", Weights(), rules),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("model.initial_weights.rename[0].from: \"^fc\\\\.bias$\" changes no name of /w/x"),
                                             HasSubstr("model.initial_weights.rename[1].from: \"^convolution\" changes no name of /w/x; "
                                                       "there are conv.weight, fc.weight, fc.bias, bn.num_batches_tracked"))));
}

TEST(WeightMatchTest, TwoTensorsOfOneNameAreNamed) {
  MatchRules rules = Foreign();
  rules.rename = {{"^extra\\.", "fc."}};
  EXPECT_THAT(MatchWeights(FittingArrays().Add("extra.bias", {2}).all(), "x", Weights(), rules),
              Fails(ExitCode::kCheckpoint, "x: \"fc.bias\" and \"extra.bias\" both become \"fc.bias\""));
}

const NamingTable kTable = {"somebody's net", {{"^stem", "conv"}, {"^head", "fc"}}};
const NamingTable kOtherTable = {"another net", {{"^head\\.weight", "fc.weight"}}};

TEST(WeightMatchTest, TheTableThatFitsBestIsUsed) {
  MatchRules rules = Foreign();
  rules.tables = {kOtherTable, kTable};
  TestArrays arrays;
  arrays.Add("stem.weight", {2, 3, 1, 2}).Add("head.weight", {2, 2}).Add("head.bias", {2}, 7);
  const auto match = MatchWeights(arrays.all(), "x", Weights(), rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->report.renamings, ElementsAre("from somebody's net"));
  EXPECT_EQ(match->report.rows[2].file_name, "head.weight");
}

// Names of somebody else's network may be the model's by chance; their shapes are not.
TEST(WeightMatchTest, NoTableIsUsedWhereTheNamesFitAsWellWithoutOne) {
  MatchRules rules = Foreign();
  rules.tables = {kTable};
  const auto match = MatchWeights(FittingArrays().all(), "x", Weights(), rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->report.renamings, IsEmpty());
}

// A prefix in front of somebody else's names.
TEST(WeightMatchTest, ATableFollowsTheRules) {
  MatchRules rules = Foreign();
  rules.tables = {kTable};
  rules.rename = {{"^model\\.", ""}};
  TestArrays arrays;
  arrays.Add("model.stem.weight", {2, 3, 1, 2}).Add("model.head.weight", {2, 2}).Add("model.head.bias", {2});
  const auto match = MatchWeights(arrays.all(), "x", Weights(), rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->report.renamings, ElementsAre("as model.initial_weights.rename says", "from somebody's net"));
}

TEST(WeightMatchTest, ManyEqualNamesMakeAShortMessage) {
  MatchRules rules = Foreign();
  rules.rename = {{".*", "x"}};
  TestArrays arrays;
  for (int i = 0; i < 100; ++i) arrays.Add(absl::StrCat("a", i), {1});
  const auto match = MatchWeights(arrays.all(), "x", Weights(), rules);
  ASSERT_THAT(match, Fails(ExitCode::kCheckpoint, HasSubstr("x: 93 more names stand there twice")));
}

// As averages over steps leave them.
TEST(WeightMatchTest, CountsOfOtherTypesDoNotMatter) {
  TestArrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc.weight", {2, 2}).Add("fc.bias", {2}).Add("bn.num_batches_tracked", {});
  const auto match = MatchWeights(arrays.all(), "x", Weights(), Foreign());
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->report.Count(WeightFate::kMissing), 1);
  EXPECT_THAT(MatchWeights(arrays.all(), "x", Weights(), {}),
              Fails(ExitCode::kCheckpoint, HasSubstr("is F32 in the file, I64 in the model")))
      << "strict for our own";
}

TEST(WeightMatchTest, OneNameWithoutTheModulePrefixKeepsItOnAll) {
  EXPECT_THAT(MatchWeights(FittingArrays("module.").Add("other", {1}).all(), "x", Weights(), Foreign()),
              Fails(ExitCode::kCheckpoint, HasSubstr("module.fc.bias")));
}

TEST(WeightMatchTest, ReinitialisedAndUnexpectedPartsMayDiffer) {
  MatchRules rules = Foreign();
  rules.reinitialise = {"fc"};
  rules.allow_unexpected = {"aux", "extra.bias"};
  TestArrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc.weight", {1000, 2}).Add("fc.other", {1});
  arrays.Add("aux.1.weight", {1}).Add("extra.bias", {1});

  const auto match = MatchWeights(arrays.all(), "x", Weights(), rules);

  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(Fates(match->report),
              ElementsAre("conv.weight matched", "bn.num_batches_tracked missing", "fc.weight reinitialised", "fc.bias reinitialised",
                          "fc.other unexpected", "aux.1.weight unexpected", "extra.bias unexpected"));
  EXPECT_EQ(match->fits.size(), 1);
}

TEST(WeightMatchTest, WhatMayBeMissingIsTakenWhereItIsThere) {
  MatchRules rules = Foreign();
  rules.allow_missing = {"fc"};
  TestArrays arrays;
  arrays.Add("conv.weight", {2, 3, 1, 2}).Add("fc.weight", {2, 2});
  const auto match = MatchWeights(arrays.all(), "x", Weights(), rules);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(Fates(match->report),
              ElementsAre("conv.weight matched", "bn.num_batches_tracked missing", "fc.weight matched", "fc.bias missing"));
}

TEST(WeightMatchTest, APatternThatCoversNothingIsAConfigError) {
  MatchRules rules = Foreign();
  rules.reinitialise = {"cnov"};
  rules.allow_missing = {"f"};  // whole parts only
  rules.allow_unexpected = {"fc.bais"};

  const auto match = MatchWeights(FittingArrays().all(), "/w/x", Weights(), rules);

  ASSERT_THAT(match, Fails(ExitCode::kConfig, HasSubstr("")));
  EXPECT_THAT(Lines(match.status()),
              ElementsAre(AllOf(StartsWith("model.initial_weights.reinitialise: \"cnov\" names no weight of the model; there are "),
                                EndsWith("; did you mean \"conv\"?")),
                          StartsWith("model.initial_weights.allow_missing: \"f\" names no weight of the model; there are "),
                          AllOf(StartsWith("model.initial_weights.allow_unexpected: \"fc.bais\" names no tensor of /w/x; there are "),
                                EndsWith("; did you mean \"fc.bias\"?"))));
}

MatchRules Colours(ColourChange change) {
  MatchRules rules = Foreign();
  rules.first_convolution = "conv.weight";
  rules.colour_change = change;
  return rules;
}

absl::Status Convolution(int64_t channels, int64_t file_channels, const MatchRules& rules) {
  return MatchWeights(TestArrays().Add("conv.weight", {2, file_channels, 1, 2}).all(), "x",
                      {F32("conv.weight", {2, channels, 1, 2}), {"num_batches_tracked", {}, "I64"}}, rules)
      .status();
}

TEST(WeightMatchTest, OtherChannelsComeWithTheRuleThatConvertsThem) {
  MatchRules rules = Colours(ColourChange::kNone);
  rules.allow_missing = {"num_batches_tracked"};
  EXPECT_THAT(Convolution(1, 3, rules),
              Fails(ExitCode::kCheckpoint, HasSubstr("conv.weight is [2,3,1,2] in the file, [2,1,1,2] in the model; to convert it for the "
                                                     "pictures, write model.initial_weights.first_convolution: SUM_OF_RGB")));
  rules.colour_change = ColourChange::kMeanOfRgb;
  EXPECT_THAT(Convolution(3, 1, rules),
              Fails(ExitCode::kCheckpoint, HasSubstr("write model.initial_weights.first_convolution: REPEAT_GREY")));
  EXPECT_THAT(Convolution(2, 3, rules), Fails(ExitCode::kCheckpoint, Not(HasSubstr("first_convolution"))));
  rules.first_convolution = "stem.weight";  // the weight is another convolution's
  EXPECT_THAT(Convolution(1, 3, rules), Fails(ExitCode::kCheckpoint, Not(HasSubstr("first_convolution"))));
}

TEST(WeightMatchTest, AColourRuleWithoutAWeightForItIsAConfigError) {
  MatchRules rules = Colours(ColourChange::kSumOfRgb);
  rules.reinitialise = {"conv"};
  EXPECT_THAT(Convolution(1, 3, rules),
              Fails(ExitCode::kConfig, HasSubstr("model.initial_weights.first_convolution: the file's conv.weight")));
  rules = Colours(ColourChange::kSumOfRgb);
  rules.first_convolution = "";
  EXPECT_THAT(Convolution(1, 3, rules),
              Fails(ExitCode::kConfig, HasSubstr("model.initial_weights.first_convolution: the model has no convolution")));
}

TEST(WeightMatchTest, NamesOfAnyKindMakeShortMessages) {
  TestArrays arrays = FittingArrays();
  arrays.Add(std::string(1000000, 'n'), {1}).Add("line\nfeed", {1});
  const auto match = MatchWeights(arrays.all(), "x", Weights(), {});
  ASSERT_THAT(match, Fails(ExitCode::kCheckpoint, HasSubstr("line\\nfeed")));
  EXPECT_LT(match.status().message().size(), 300);
  EXPECT_THAT(std::string(match.status().message()), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace mica
