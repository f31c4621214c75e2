#include "models/layers/layer_effect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr LayerShape kPicture{/*channels=*/12, /*height_px=*/10, /*width_px=*/15};

LayerEffect Effect(const std::string& layer, const LayerShape& input) {
  return EffectOfLayer(ParseTextOrDie<LayerConfig>(layer), input, "stem", /*num_classes=*/10);
}

std::string OutputOf(const std::string& layer, const LayerShape& input) {
  const LayerEffect effect = Effect(layer, input);
  EXPECT_EQ(effect.error, "") << layer;
  return effect.output.has_value() ? effect.output->ToString() : "unknown";
}

std::string ErrorOf(const std::string& layer, const LayerShape& input) {
  return Effect(layer, input).error;
}

// "weight 8x3x3x3", as tests of state_dict shapes are best read.
std::vector<std::string> TensorsOf(const std::string& layer, const LayerShape& input) {
  std::vector<std::string> tensors;
  for (const LayerTensor& tensor : Effect(layer, input).tensors) {
    tensors.push_back(absl::StrCat(tensor.name, " ", absl::StrJoin(tensor.shape, "x")));
  }
  return tensors;
}

double MultiplyAddsOf(const std::string& layer, const LayerShape& input) {
  return Effect(layer, input).multiply_adds;
}

TEST(LayerEffectTest, ActivationsAndDropoutKeepEveryShape) {
  for (const std::string kind : {"relu", "relu6", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "hard_swish", "hard_sigmoid", "dropout",
                                 "stochastic_depth", "layer_norm", "layer_scale"}) {
    for (const LayerShape& input : {kPicture, LayerShape::Tokens(7, 12), LayerShape::Flat(12)}) {
      EXPECT_EQ(OutputOf(kind + " {}", input), input.ToString());
      EXPECT_EQ(MultiplyAddsOf(kind + " {}", input), 0);
    }
  }
}

// PyTorch 2.11's MaxPool2d(ceil_mode=True) gives these for 17x23 pixels.
TEST(LayerEffectTest, LastWindowsMayHangOver) {
  const LayerShape input{3, 17, 23};
  EXPECT_EQ(OutputOf("max_pool { kernel_size_px: 3 stride: 2 ceil_mode: true }", input), "3x8x11");
  EXPECT_EQ(OutputOf("max_pool { ceil_mode: true }", input), "3x9x12");
  EXPECT_EQ(OutputOf("max_pool { stride: 3 padding_px: 1 ceil_mode: true }", input), "3x6x8");
  EXPECT_EQ(OutputOf("max_pool { kernel_size_px: 3 stride: 4 padding_px: 1 ceil_mode: true }", input), "3x5x6");
}

// The sum over a table of kernels, strides, paddings and sides, each times its row from 1. Python:
//   rows = [(k, s, p, n) for k, s, p, n in itertools.product((1, 2, 3, 5), (1, 2, 3, 7), (0, 1, 2),
//           range(1, 14)) if p <= k // 2 and n + 2 * p >= k]
//   sum((i + 1) * MaxPool2d(k, s, p, ceil_mode=True)(torch.zeros(1, 1, n, n)).shape[-1]
//       for i, (k, s, p, n) in enumerate(rows))   # 380 rows: 253293
TEST(LayerEffectTest, EveryLastWindowIsAsPyTorchs) {
  int64_t row = 0, sum = 0;
  for (const int kernel : {1, 2, 3, 5}) {
    for (const int stride : {1, 2, 3, 7}) {
      for (const int padding : {0, 1, 2}) {
        for (int side = 1; side < 14; ++side) {
          if (padding > kernel / 2 || side + 2 * padding < kernel) continue;
          const std::string pool =
              absl::StrCat("max_pool { kernel_size_px: ", kernel, " stride: ", stride, " padding_px: ", padding, " ceil_mode: true }");
          sum += ++row * Effect(pool, {1, side, side}).output->height_px;
        }
      }
    }
  }
  EXPECT_EQ(row, 380);
  EXPECT_EQ(sum, 253293);
}

TEST(LayerEffectTest, TokensComeFromPixelsAndGoToValues) {
  EXPECT_EQ(OutputOf("tokens {}", {768, 14, 14}), "196 tokens of 768 values");
  EXPECT_EQ(OutputOf("class_token {}", LayerShape::Tokens(196, 768)), "197 tokens of 768 values");
  EXPECT_EQ(OutputOf("position_embedding {}", LayerShape::Tokens(197, 768)), "197 tokens of 768 values");
  EXPECT_EQ(OutputOf("self_attention { heads: 12 }", LayerShape::Tokens(197, 768)), "197 tokens of 768 values");
  EXPECT_EQ(OutputOf("linear { out_features: 3072 }", LayerShape::Tokens(197, 768)), "197 tokens of 3072 values");
  EXPECT_EQ(OutputOf("first_token {}", LayerShape::Tokens(197, 768)), "768 values");
  EXPECT_EQ(OutputOf("global_average_pool {}", LayerShape::Tokens(197, 768)), "768 values");
  EXPECT_EQ(OutputOf("flatten {}", LayerShape::Tokens(197, 768)), "151296 values");
}

TEST(LayerEffectTest, PicturesStayPicturesOrShrink) {
  for (const std::string layer : {"squeeze_excite { squeeze_channels: 3 }", "group_norm { groups: 4 }", "local_response_norm {}",
                                  "channel_shuffle { groups: 3 }", "window_attention { heads: 3 }"}) {
    EXPECT_EQ(OutputOf(layer, kPicture), "12x10x15");
  }
  EXPECT_EQ(OutputOf("adaptive_average_pool { size_px: 7 }", kPicture), "12x7x7");
  EXPECT_EQ(OutputOf("adaptive_average_pool { size_px: 20 }", kPicture), "12x20x20");
  EXPECT_EQ(OutputOf("merge_patches {}", kPicture), "48x5x8");  // torchvision's PatchMerging pads odd sides too
  EXPECT_EQ(OutputOf("linear { out_features: 5 per_pixel: true }", kPicture), "5x10x15");
}

// A convolution behind it then gives ceil(side / stride), whatever the side: TensorFlow's definition.
TEST(LayerEffectTest, SamePadGivesEveryStrideItsWindow) {
  for (const int kernel : {1, 2, 3, 5}) {
    for (const int stride : {1, 2, 3}) {
      for (int side = 1; side < 12; ++side) {
        const auto padded =
            Effect(absl::StrCat("same_pad { kernel_size_px: ", kernel, " stride: ", stride, " }"), {3, side, 2 * side}).output;
        ASSERT_TRUE(padded.has_value());
        EXPECT_GE(padded->height_px, side);
        const auto output =
            Effect(absl::StrCat("conv2d { out_channels: 4 kernel_size_px: ", kernel, " stride: ", stride, " }"), *padded).output;
        ASSERT_TRUE(output.has_value());
        EXPECT_EQ(output->height_px, (side + stride - 1) / stride) << kernel << " " << stride << " " << side;
        EXPECT_EQ(output->width_px, (2 * side + stride - 1) / stride) << kernel << " " << stride << " " << side;
      }
    }
  }
  EXPECT_EQ(OutputOf("same_pad { kernel_size_px: 3 stride: 2 }", kPicture), "12x11x17") << "one zero, two zeros";
}

// Names and shapes of state_dict() of PyTorch 2.11, torchvision 0.26 and timm 1.0:
// MultiheadAttention(12, 3), Attention(12, 3, qkv_bias=True), ShiftedWindowAttention(12, [7, 7],
// [3, 3], 3), SqueezeExcitation(12, 2), GroupNorm(4, 12), LayerNorm(12), CNBlock's layer_scale.
TEST(LayerEffectTest, TensorsHaveTheNamesAndShapesOfStateDicts) {
  const LayerShape tokens = LayerShape::Tokens(5, 12);
  EXPECT_THAT(TensorsOf("self_attention { heads: 3 }", tokens),
              ElementsAre("in_proj_weight 36x12", "in_proj_bias 36", "out_proj.weight 12x12", "out_proj.bias 12"));
  EXPECT_THAT(TensorsOf("self_attention { heads: 3 tensor_names: QKV }", tokens),
              ElementsAre("qkv.weight 36x12", "qkv.bias 36", "proj.weight 12x12", "proj.bias 12"));
  EXPECT_THAT(TensorsOf("window_attention { heads: 3 }", kPicture),
              ElementsAre("qkv.weight 36x12", "qkv.bias 36", "proj.weight 12x12", "proj.bias 12", "relative_position_bias_table 169x3",
                          "relative_position_index 2401"));
  EXPECT_THAT(TensorsOf("squeeze_excite { squeeze_channels: 2 }", kPicture),
              ElementsAre("fc1.weight 2x12x1x1", "fc1.bias 2", "fc2.weight 12x2x1x1", "fc2.bias 12"));
  EXPECT_THAT(TensorsOf("group_norm { groups: 4 }", kPicture), ElementsAre("weight 12", "bias 12"));
  EXPECT_THAT(TensorsOf("layer_norm {}", tokens), ElementsAre("weight 12", "bias 12"));
  EXPECT_THAT(TensorsOf("batch_norm {}", kPicture),
              ElementsAre("weight 12", "bias 12", "running_mean 12", "running_var 12", "num_batches_tracked "));
  EXPECT_THAT(TensorsOf("conv2d { out_channels: 8 groups: 4 }", kPicture), ElementsAre("weight 8x3x3x3", "bias 8"));
  EXPECT_THAT(TensorsOf("linear { out_features: 4 per_pixel: true bias: false }", kPicture), ElementsAre("weight 4x12"));
  EXPECT_THAT(TensorsOf("class_token {}", tokens), ElementsAre(" 1x1x12"));
  EXPECT_THAT(TensorsOf("position_embedding {}", tokens), ElementsAre(" 1x5x12"));
  EXPECT_THAT(TensorsOf("layer_scale {}", kPicture), ElementsAre(" 12x1x1"));
  EXPECT_THAT(TensorsOf("layer_scale {}", tokens), ElementsAre(" 12"));
  EXPECT_THAT(TensorsOf("tokens {}", kPicture), IsEmpty());
}

TEST(LayerEffectTest, TensorsSayWhatTheyAreFor) {
  using Role = LayerTensor::Role;
  const auto roles = [](const std::string& layer, const LayerShape& input) {
    std::vector<Role> roles;
    for (const LayerTensor& tensor : Effect(layer, input).tensors) roles.push_back(tensor.role);
    return roles;
  };
  EXPECT_THAT(roles("batch_norm {}", kPicture), ElementsAre(Role::kScale, Role::kShift, Role::kBuffer, Role::kBuffer, Role::kBuffer));
  EXPECT_THAT(roles("linear {}", LayerShape::Flat(3)), ElementsAre(Role::kWeight, Role::kBias));
  EXPECT_THAT(roles("layer_norm {}", kPicture), ElementsAre(Role::kScale, Role::kShift));
  EXPECT_THAT(roles("layer_scale {}", kPicture), ElementsAre(Role::kScale));
  EXPECT_THAT(roles("class_token {}", LayerShape::Tokens(5, 12)), ElementsAre(Role::kEmbedding));
  EXPECT_THAT(roles("window_attention { heads: 3 }", kPicture),
              ElementsAre(Role::kWeight, Role::kBias, Role::kWeight, Role::kBias, Role::kEmbedding, Role::kBuffer));
}

TEST(LayerEffectTest, MultiplyAddsCountWeightsOncePerPosition) {
  EXPECT_EQ(MultiplyAddsOf("conv2d { out_channels: 8 padding_px: 1 }", kPicture), 150 * 8 * 12 * 9);
  EXPECT_EQ(MultiplyAddsOf("linear {}", LayerShape::Tokens(5, 12)), 5 * 12 * 10);
  EXPECT_EQ(MultiplyAddsOf("linear { out_features: 7 per_pixel: true }", kPicture), 150 * 12 * 7);
  EXPECT_EQ(MultiplyAddsOf("squeeze_excite { squeeze_channels: 2 }", kPicture), 2 * 12 * 2);
  // Queries, keys and values; queries times keys; the weighted sum; the projection.
  EXPECT_EQ(MultiplyAddsOf("self_attention { heads: 3 }", LayerShape::Tokens(5, 12)), 5 * 12 * 36 + 5 * 5 * 12 + 5 * 5 * 12 + 5 * 12 * 12);
  // 10x15 pixels are padded to 2 x 3 windows of 49.
  EXPECT_EQ(MultiplyAddsOf("window_attention { heads: 3 }", kPicture), 6 * 49 * (12 * 36 + 2 * 49 * 12 + 12 * 12));
}

TEST(LayerEffectTest, TokensAndPicturesAreNotMixedUp) {
  const LayerShape tokens = LayerShape::Tokens(196, 12);
  EXPECT_EQ(ErrorOf("self_attention { heads: 3 }", kPicture), "needs tokens, gets 12x10x15 from stem; put tokens {} before it");
  for (const std::string kind : {"class_token", "position_embedding", "first_token"}) {
    EXPECT_EQ(ErrorOf(kind + " {}", kPicture), "needs tokens, gets 12x10x15 from stem; put tokens {} before it");
    EXPECT_EQ(ErrorOf(kind + " {}", LayerShape::Flat(12)), "needs tokens, gets 12 values from stem");
  }
  for (const std::string layer :
       {"conv2d { out_channels: 2 }", "max_pool {}", "average_pool {}", "adaptive_average_pool { size_px: 1 }", "local_response_norm {}",
        "squeeze_excite { squeeze_channels: 1 }", "group_norm { groups: 1 }", "channel_shuffle { groups: 2 }", "tokens {}",
        "window_attention { heads: 1 }", "merge_patches {}", "same_pad { kernel_size_px: 3 stride: 2 }"}) {
    EXPECT_EQ(ErrorOf(layer, tokens), "needs channels x height x width, gets 196 tokens of 12 values from stem") << layer;
    EXPECT_FALSE(Effect(layer, tokens).output.has_value()) << layer;
  }
  EXPECT_EQ(ErrorOf("batch_norm {}", tokens),
            "needs channels x height x width or a flat input, gets 196 tokens of 12 values from stem; "
            "tokens are normalised by layer_norm {}");
  EXPECT_EQ(ErrorOf("linear { per_pixel: true }", tokens),
            "per_pixel needs channels x height x width, gets 196 tokens of 12 values from stem; leave per_pixel out");
}

TEST(LayerEffectTest, CountsMustDivideTheChannels) {
  EXPECT_EQ(ErrorOf("self_attention { heads: 5 }", LayerShape::Tokens(196, 12)),
            "heads is 5, but gets 196 tokens of 12 values from stem: it must divide the 12");
  EXPECT_EQ(ErrorOf("window_attention { heads: 24 }", kPicture), "heads is 24, but gets 12x10x15 from stem: it must divide the 12");
  for (const std::string layer : {"group_norm { groups: 5 }", "channel_shuffle { groups: 5 }", "conv2d { out_channels: 10 groups: 5 }"}) {
    EXPECT_EQ(ErrorOf(layer, kPicture), "groups is 5, but gets 12x10x15 from stem: the channels must be a multiple of it") << layer;
    EXPECT_TRUE(Effect(layer, kPicture).output.has_value()) << layer;
  }
}

}  // namespace
}  // namespace mica
