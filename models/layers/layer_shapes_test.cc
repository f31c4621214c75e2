#include "models/layers/layer_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::Eq;
using testing::HasSubstr;

constexpr LayerShape kGrey28{/*channels=*/1, /*height_px=*/28, /*width_px=*/28};
constexpr int kClasses = 10;

absl::StatusOr<std::vector<InferredLayer>> Infer(const std::string& text, const LayerShape& input = kGrey28) {
  return InferLayers(ParseTextOrDie<BlockConfig>(text).layer(), "model.sequential", input, kClasses);
}

// Infers `text` followed by a linear layer that fits, and returns the layers of `text`.
std::vector<InferredLayer> InferBeforeEnd(const std::string& text, const LayerShape& input = kGrey28) {
  const auto layers = Infer(text + " layer { name: 'flat' flatten {} } layer { name: 'end' linear {} }", input);
  EXPECT_THAT(layers, IsOk()) << text;
  return layers.ok() ? std::vector<InferredLayer>(layers->begin(), layers->end() - 2) : std::vector<InferredLayer>(1);
}

std::string OutputOf(const std::string& layer, const LayerShape& input) {
  return InferBeforeEnd(absl::StrCat("layer { ", layer, " }"), input)[0].output.ToString();
}

// As PyTorch's layers give for these sizes.
TEST(LayerShapesTest, ConvolutionsAndPoolingsFollowTheirFormula) {
  const LayerShape input{3, 17, 23};
  EXPECT_EQ(OutputOf("conv2d { out_channels: 8 }", input), "8x15x21");
  EXPECT_EQ(OutputOf("conv2d { out_channels: 8 padding_px: 1 }", input), "8x17x23");
  EXPECT_EQ(OutputOf("conv2d { out_channels: 8 kernel_size_px: 7 stride: 2 padding_px: 3 }", input), "8x9x12");
  EXPECT_EQ(OutputOf("conv2d { out_channels: 8 dilation: 2 }", input), "8x13x19");
  EXPECT_EQ(OutputOf("conv2d { out_channels: 8 kernel_size_px: 1 stride: 4 }", input), "8x5x6");
  EXPECT_EQ(OutputOf("max_pool {}", input), "3x8x11");
  EXPECT_EQ(OutputOf("max_pool { kernel_size_px: 3 stride: 2 padding_px: 1 }", input), "3x9x12");
  EXPECT_EQ(OutputOf("average_pool { kernel_size_px: 3 }", input), "3x5x7");
  EXPECT_EQ(OutputOf("global_average_pool {}", input), "3 values");
  EXPECT_EQ(OutputOf("flatten {}", input), "1173 values");
  EXPECT_EQ(OutputOf("batch_norm {}", input), "3x17x23");
}

TEST(LayerShapesTest, CountsFollowTheirFormula) {
  const auto convolution = InferBeforeEnd("layer { conv2d { out_channels: 6 groups: 3 stride: 2 } }", {3, 9, 11})[0];
  EXPECT_EQ(convolution.parameters, 6 * 1 * 3 * 3 + 6);
  EXPECT_EQ(convolution.multiply_adds, 4 * 5 * 6 * 1 * 3 * 3);
  EXPECT_EQ(convolution.activations, 6 * 4 * 5);

  const auto layers = InferBeforeEnd(R"(
      layer { conv2d { out_channels: 4 bias: false } } layer { batch_norm {} } layer { relu {} } layer { flatten {} }
      layer { linear { out_features: 20 } } layer { batch_norm {} } layer { linear { out_features: 5 bias: false } })",
                                     {2, 5, 5});
  const auto counts = [&](int i) { return std::make_pair(layers[i].parameters, layers[i].multiply_adds); };
  EXPECT_EQ(counts(0), std::make_pair(int64_t{4 * 2 * 9}, int64_t{9 * 4 * 2 * 9}));
  EXPECT_EQ(counts(1), std::make_pair(int64_t{2 * 4}, int64_t{0}));
  EXPECT_EQ(counts(2), std::make_pair(int64_t{0}, int64_t{0}));
  EXPECT_EQ(counts(4), std::make_pair(int64_t{36 * 20 + 20}, int64_t{36 * 20}));
  EXPECT_EQ(counts(5), std::make_pair(int64_t{2 * 20}, int64_t{0}));
  EXPECT_EQ(counts(6), std::make_pair(int64_t{20 * 5}, int64_t{20 * 5}));
  EXPECT_EQ(TotalOf(layers).parameters, 72 + 8 + 740 + 40 + 100);
}

TEST(LayerShapesTest, BlocksGiveNamesAndSums) {
  const auto layers = InferBeforeEnd(R"(
      layer { conv2d { out_channels: 4 } }
      layer { name: "stage" block { layer { relu {} } layer { name: "c" conv2d { out_channels: 2 } } layer { max_pool {} } } })");
  ASSERT_EQ(layers.size(), 2);
  const InferredLayer& block = layers[1];
  ASSERT_EQ(block.layers.size(), 3);
  EXPECT_EQ(layers[0].name, "0");
  EXPECT_EQ(block.layers[1].name, "stage.c");
  EXPECT_EQ(block.layers[2].name, "stage.2");
  EXPECT_EQ(block.layers[2].place, "model.sequential.layer[1].block.layer[2].max_pool");
  EXPECT_EQ(block.input.ToString(), "4x26x26");
  EXPECT_EQ(block.output.ToString(), "2x12x12");
  EXPECT_EQ(block.parameters, 2 * 4 * 9 + 2);
  EXPECT_EQ(block.multiply_adds, 24 * 24 * 2 * 4 * 9);
  EXPECT_EQ(block.activations, 4 * 26 * 26 + 2 * 24 * 24 + 2 * 12 * 12);
}

void ExpectError(const std::string& text, const testing::Matcher<std::string>& message, const LayerShape& input = kGrey28) {
  EXPECT_THAT(Infer(text, input), Fails(ExitCode::kConfig, message)) << text;
}

TEST(LayerShapesTest, NamesTheLayerThatDoesNotFit) {
  ExpectError("layer { conv2d { out_channels: 64 kernel_size_px: 27 } } layer { max_pool {} } layer { max_pool {} } layer { linear {} }",
              Eq("model.sequential.layer[2].max_pool: needs at least 2x2 pixels, gets 64x1x1 from layer[1]"));
  ExpectError("layer { conv2d { out_channels: 4 kernel_size_px: 7 dilation: 5 padding_px: 1 } }",
              Eq("model.sequential.layer[0].conv2d: needs at least 29x29 pixels, gets 1x28x28 from the data"));
  ExpectError("layer { flatten {} } layer { conv2d { out_channels: 4 } }",
              Eq("model.sequential.layer[1].conv2d: needs channels x height x width, gets 784 values from layer[0]"));
  ExpectError("layer { flatten {} } layer { average_pool {} }",
              Eq("model.sequential.layer[1].average_pool: needs channels x height x width, gets 784 values from layer[0]"));
  ExpectError("layer { global_average_pool {} } layer { global_average_pool {} }",
              Eq("model.sequential.layer[1].global_average_pool: needs channels x height x width or tokens, gets 1 value from layer[0]"));
  ExpectError(
      "layer { linear {} }",
      Eq("model.sequential.layer[0].linear: needs a flat input, gets 1x28x28 from the data; put flatten {} or global_average_pool {} "
         "before it"));
  ExpectError("layer { block { layer { max_pool { kernel_size_px: 20 } } } } layer { block { layer { max_pool {} } } }",
              Eq("model.sequential.layer[1].block.layer[0].max_pool: needs at least 2x2 pixels, gets 1x1x1 from layer[0].block.layer[0]"));
}

TEST(LayerShapesTest, SaysHowToEnd) {
  ExpectError(
      "layer { conv2d { out_channels: 10 } }",
      Eq("model.sequential.layer[0].conv2d: is the last layer and gives 10x26x26, but one value for each of the 10 classes is needed; "
         "end with flatten {} or global_average_pool {}, then linear {}"));
  ExpectError("layer { block { layer { flatten {} } layer { linear { out_features: 12 } } } }",
              Eq("model.sequential.layer[0].block.layer[1].linear: is the last layer and gives 12 values, but the data has 10 classes; end "
                 "with linear {}, which gives one value for each"));
  ExpectError("layer { flatten {} }", HasSubstr("none has parameters, so there is nothing to train"), {10, 1, 1});
}

// An error does not hide the next one if the layer's output is known anyway.
TEST(LayerShapesTest, ReportsAllThatCanBeKnown) {
  ExpectError(
      "layer { conv2d { out_channels: 12 } } layer { conv2d { out_channels: 10 groups: 5 } } layer { linear { out_features: 3 } }",
      Eq("model.sequential.layer[1].conv2d: groups is 5, but gets 12x26x26 from layer[0]: the channels must be a multiple of it\n"
         "model.sequential.layer[2].linear: needs a flat input, gets 10x24x24 from layer[1]; put flatten {} or global_average_pool {} "
         "before it\n"
         "model.sequential.layer[2].linear: is the last layer and gives 3 values, but the data has 10 classes; end with linear {}, "
         "which gives one value for each"));
}

// Within the ranges of the fields every product is exact, however large the model.
TEST(LayerShapesTest, RefusesWhatNoMemoryHolds) {
  ExpectError(
      "layer { conv2d { out_channels: 65536 kernel_size_px: 1 } } layer { conv2d { out_channels: 65536 kernel_size_px: 255 "
      "padding_px: 255 } }",
      Eq("model.sequential.layer[1].conv2d: would have 279280248487936 parameters, the layers before it have 131072; a model may have "
         "2147483648 (8 GiB)"));
  ExpectError("layer { conv2d { out_channels: 65536 padding_px: 255 kernel_size_px: 1 } }",
              Eq("model.sequential.layer[0].conv2d: would put out 65536x538x538 for one image, the layers before it 0 values; a model may "
                 "come to 2147483648 (8 GiB)"));
  ExpectError("layer { flatten {} } layer { linear { out_features: 1048576 } } layer { linear { out_features: 2048 bias: false } }",
              AllOf(HasSubstr("layer[2].linear: would have 2147483648 parameters, the layers before it have 823132160")));
  std::string many;
  for (int i = 0; i < 1200; ++i) absl::StrAppend(&many, "layer { conv2d { out_channels: 8 kernel_size_px: 1 padding_px: 255 } }");
  ExpectError(many, HasSubstr("a model may come to 2147483648"));
  ExpectError("layer { relu {} }",
              Eq("model.sequential.layer[0].relu: gets 1x2147483647x2147483647 from the data; an image may have 2147483648 values (8 GiB)"),
              {1, 2147483647, 2147483647});
}

TEST(LayerShapesTest, AtTheLimitIsWithinIt) {
  const std::string text =
      "layer { flatten {} } layer { linear { out_features: 1048576 bias: false } } layer { linear { out_features: 2037 "
      "bias: false } } layer { linear { bias: false } }";
  // 1048576 (1 + 2037) + 2037 * 10 fits for one pixel; 11 more pixels do not.
  EXPECT_THAT(Infer(text, {1, 1, 1}), IsOk());
  EXPECT_THAT(Infer(text, {1, 1, 12}), Fails(ExitCode::kConfig, HasSubstr("parameters")));
}

// torchvision's BasicBlock with a stride.
constexpr char kBasicBlock[] = R"(
    layer { name: "0" block {
      layer { name: "" residual {
        layer { name: "conv1" conv2d { out_channels: 8 stride: 2 padding_px: 1 bias: false } } layer { name: "bn1" batch_norm {} }
        shortcut { name: "downsample" block { layer { conv2d { out_channels: 8 kernel_size_px: 1 stride: 2 } } } }
      } }
      layer { name: "relu" relu {} }
    } })";

TEST(LayerShapesTest, AResidualAddsBothListsUnderTheNamesAroundIt) {
  const InferredLayer block = InferBeforeEnd(kBasicBlock, {4, 9, 9})[0];
  ASSERT_EQ(block.layers.size(), 2);
  const InferredLayer& residual = block.layers[0];
  ASSERT_EQ(residual.layers.size(), 3);

  EXPECT_EQ(residual.name, "0");
  EXPECT_EQ(residual.layers[0].name, "0.conv1");
  EXPECT_EQ(residual.layers[2].layers[0].tensors[0].name, "0.downsample.0.weight");
  EXPECT_EQ(residual.layers[2].layers[0].place, "model.sequential.layer[0].block.layer[0].residual.shortcut[0].block.layer[0].conv2d");
  EXPECT_EQ(residual.layers[2].input.ToString(), "4x9x9");
  EXPECT_EQ(residual.output.ToString(), "8x5x5");
  EXPECT_EQ(residual.parameters, 8 * 4 * 9 + 2 * 8 + 8 * 4 + 8);
  EXPECT_EQ(residual.multiply_adds, 25 * 8 * 4 * 9 + 25 * 8 * 4);
  EXPECT_EQ(residual.activations, 4 * 8 * 25);  // two in the branch, one in the shortcut, the sum
}

TEST(LayerShapesTest, AConcatJoinsItsBranchesChannels) {
  const InferredLayer concat = InferBeforeEnd(R"(
      layer { name: "c" concat { branch {} branch { layer { name: "a" conv2d { out_channels: 6 padding_px: 1 } } }
                                 branch { layer { name: "b" max_pool { kernel_size_px: 3 stride: 1 padding_px: 1 } } } } })",
                                              {4, 5, 5})[0];

  EXPECT_EQ(concat.output.ToString(), "14x5x5");
  ASSERT_EQ(concat.layers.size(), 2);
  EXPECT_EQ(concat.layers[1].name, "c.b");
  EXPECT_EQ(concat.layers[1].input.ToString(), "4x5x5");
  EXPECT_EQ(concat.activations, (6 + 4 + 14) * 25);
}

TEST(LayerShapesTest, AConcatMaySplitItsInput) {
  const std::string shuffle =
      "layer { concat { split_input: true branch {} branch { layer { name: 'a' conv2d { out_channels: 2 padding_px: 1 bias: false } } } } "
      "}";
  const InferredLayer concat = InferBeforeEnd(shuffle, {4, 5, 5})[0];

  EXPECT_EQ(concat.layers[0].input.ToString(), "2x5x5");
  EXPECT_EQ(concat.output.ToString(), "4x5x5");
  EXPECT_EQ(concat.parameters, 2 * 2 * 9);
  ExpectError(shuffle,
              Eq("model.sequential.layer[0].concat: splits 3x5x5 from the data for 2 branches: the channels must be a multiple of that"),
              {3, 5, 5});
}

TEST(LayerShapesTest, BranchesMustFitEachOther) {
  const std::string end = "layer { name: 'flat' flatten {} } layer { name: 'end' linear {} }";
  ExpectError("layer { conv2d { out_channels: 4 } } layer { residual { layer { conv2d { out_channels: 8 padding_px: 1 } } } }" + end,
              Eq("model.sequential.layer[1].residual: adds its branch, 8x26x26 from layer[1].residual.layer[0], to its input, 4x26x26 from "
                 "layer[0]: both must have one shape; give it a shortcut, such as a 1x1 convolution"));
  ExpectError(
      "layer { residual { layer { conv2d { out_channels: 8 } } shortcut { name: 's' conv2d { out_channels: 8 stride: 2 } } } }" + end,
      Eq("model.sequential.layer[0].residual: adds its branch, 8x26x26 from layer[0].residual.layer[0], to its shortcut, 8x13x13 "
         "from layer[0].residual.shortcut[0]: both must have one shape; change the strides and channels of either"));
  ExpectError(
      "layer { concat { branch {} branch { layer { max_pool {} } } } }" + end,
      Eq("model.sequential.layer[0].concat: joins its branches' channels, but branch[0] gives 1x28x28, branch[1] gives 1x14x14: all "
         "else must be equal"));
  ExpectError("layer { concat { branch { layer { name: 'a' flatten {} } } branch { layer { name: 'b' tokens {} } } } }" + end,
              HasSubstr("branch[0] gives 784 values, branch[1] gives 784 tokens of 1 value"));
}

TEST(LayerShapesTest, NamesTheLayerInsideAContainerThatDoesNotFit) {
  ExpectError("layer { residual { layer { conv2d { out_channels: 8 } } layer { max_pool { kernel_size_px: 27 } } } } layer { linear {} }",
              Eq("model.sequential.layer[0].residual.layer[1].max_pool: needs at least 27x27 pixels, gets 8x26x26 from "
                 "layer[0].residual.layer[0]"));
  ExpectError("layer { concat { branch {} branch { layer { name: 't' self_attention { heads: 1 } } } } } layer { linear {} }",
              Eq("model.sequential.layer[0].concat.branch[1].layer[0].self_attention: needs tokens, gets 1x28x28 from the data; put tokens "
                 "{} before it"));
}

// Nobody wrote the lists of the zoo, so paths in them would say nothing.
TEST(LayerShapesTest, WithoutAPathLayersAreCalledByTheirNames) {
  const auto config = ParseTextOrDie<BlockConfig>(kBasicBlock);
  EXPECT_THAT(InferLayers(config.layer(), "", {4, 9, 9}, kClasses),
              Fails(ExitCode::kConfig, HasSubstr("0.relu (relu): is the last layer and gives 8x5x5")));
}

// A sum and a join take memory too, and their counts must not wrap around.
TEST(LayerShapesTest, ContainersCountTowardsTheLimits) {
  std::string text;
  for (int i = 0; i < 31; ++i) absl::StrAppend(&text, "layer { concat { branch {} branch {} } }");
  ExpectError(text, HasSubstr("layer[20].concat: would put out 2097152x28x28 for one image"));
  ExpectError("layer { flatten {} }",
              Eq("model.sequential.layer[0].flatten: gets 3x2147483647x2147483647 from the data; an image may have "
                 "2147483648 values (8 GiB)"),
              {3, 2147483647, 2147483647});
  std::string wide;
  for (int i = 0; i < 14; ++i) absl::StrAppend(&wide, "layer { merge_patches {} }");
  ExpectError(wide + "layer { conv2d { out_channels: 65536 kernel_size_px: 255 padding_px: 255 } }",
              HasSubstr("layer[14].conv2d: would have 3431795692614516736 parameters"), {3, 1, 1});
}

TEST(LayerShapesTest, FindsTheFirstConvolution) {
  const auto layers = InferBeforeEnd(
      "layer { batch_norm {} } layer { name: 'a' residual { layer { conv2d { out_channels: 1 padding_px: 1 } } } } "
      "layer { conv2d { out_channels: 2 } }");
  ASSERT_NE(FindFirstConvolution(layers), nullptr);
  EXPECT_EQ(FindFirstConvolution(layers)->name, "a.0");
  EXPECT_EQ(FindFirstConvolution(InferBeforeEnd("layer { batch_norm {} }")), nullptr);
}

TEST(LayerShapesTest, FindsBatchNormsOfSingleValues) {
  const auto find = [](const std::string& text) {
    const auto layers = InferBeforeEnd(text);
    const InferredLayer* found = FindBatchNormOfSingleValues(layers, /*fixed=*/{});
    return found == nullptr ? "none" : found->place;
  };
  EXPECT_EQ(find("layer { batch_norm {} }"), "none");
  EXPECT_EQ(find("layer { relu {} }"), "none");
  EXPECT_EQ(find("layer { batch_norm {} } layer { flatten {} } layer { block { layer { relu {} } layer { batch_norm {} } } }"),
            "model.sequential.layer[2].block.layer[1].batch_norm");
  EXPECT_EQ(find("layer { max_pool { kernel_size_px: 28 } } layer { batch_norm {} }"), "model.sequential.layer[1].batch_norm");
}

}  // namespace
}  // namespace mica
