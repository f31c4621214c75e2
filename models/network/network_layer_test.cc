#include "models/network/network_layer.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <map>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"
#include "models/network/layer_modules.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

constexpr int kClasses = 5;

struct Made {
  std::shared_ptr<torch::nn::Module> module = std::make_shared<torch::nn::Module>();
  std::vector<InferredLayer> inferred;
  std::vector<NetworkLayer> layers;

  at::Tensor Run(const at::Tensor& images) const { return RunLayers(layers, images, nullptr); }
};

Made Make(const std::string& text, const LayerShape& input) {
  const auto config = ParseTextOrDie<SequentialConfig>(text);
  Made made;
  auto inferred = InferLayers(config.layer(), "model.sequential", input, kClasses);
  EXPECT_THAT(inferred, IsOk()) << text;
  made.inferred = *std::move(inferred);
  made.layers = MakeNetwork(config.layer(), made.inferred, made.module.get());
  return made;
}

constexpr char kEnd[] = " layer { name: 'flat' flatten {} } layer { name: 'end' linear {} }";

// The first layers without the end that InferLayers asks for.
Made MakeWithoutEnd(const std::string& text, const LayerShape& input, int end_layers = 2) {
  Made made = Make(text + kEnd, input);
  made.layers.resize(made.layers.size() - end_layers);
  return made;
}

at::Tensor Formula(at::IntArrayRef sizes, double first, double divisor) {
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  return at::sin(at::arange(count, at::kDouble) + first).div(divisor).to(at::kFloat).view(sizes);
}

void FillByFormula(torch::nn::Module& module) {
  const torch::NoGradGuard no_gradients;
  std::map<std::string, at::Tensor> sorted;
  for (const auto& parameter : module.named_parameters()) sorted[parameter.key()] = parameter.value();
  double first = 0;
  for (auto& [name, parameter] : sorted) {
    if (name.rfind("end.", 0) != 0) parameter.copy_(Formula(parameter.sizes(), first++, 2));
  }
}

MATCHER(Nearly, "") {
  return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 2e-6;
}

std::vector<float> Values(const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().contiguous();
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

at::Tensor ChannelsLast(const at::Tensor& picture) {
  return picture.contiguous(at::MemoryFormat::ChannelsLast);
}

// The output of a layer whose tensors are filled by the formula, for an input that is too.
std::vector<float> OfFormula(const std::string& layer, const std::vector<int64_t>& sizes) {
  const Made made = MakeWithoutEnd("layer { " + layer + " }", {sizes[1], sizes[2], sizes[3]});
  FillByFormula(*made.module);
  return Values(made.Run(ChannelsLast(Formula(sizes, 5, 1))));
}

// Expected values: testdata/expected_outputs.py.
TEST(NetworkLayerTest, SelfAttentionIsThatOfPyTorch) {
  const std::vector<float> expected = {0.841677f,  0.309656f,  -1.077996f, 0.196013f, 0.665561f,  0.338111f,
                                       -0.939080f, -0.014045f, 0.497292f,  0.511315f, -0.997239f, -0.111219f};
  // In-projection before out-projection, weight after bias, in the order of either naming.
  for (const char* names : {"IN_PROJ", "QKV"}) {
    const Made made = MakeWithoutEnd(
        "layer { name: 't' tokens {} } layer { name: 'a' self_attention { heads: 2 tensor_names: " + std::string(names) + " } }",
        {4, 1, 3});
    std::map<std::string, at::Tensor> tensors;
    for (const auto& parameter : made.module->named_parameters()) tensors[parameter.key()] = parameter.value();
    const bool in_proj = tensors.count("a.in_proj_weight") > 0;
    EXPECT_EQ(in_proj, std::string(names) == "IN_PROJ");
    const torch::NoGradGuard no_gradients;
    double first = 0;
    for (const char* name : {"bias", "weight"})
      tensors[(in_proj ? "a.in_proj_" : "a.qkv.") + std::string(name)].copy_(
          Formula(tensors[(in_proj ? "a.in_proj_" : "a.qkv.") + std::string(name)].sizes(), first++, 2));
    for (const char* name : {"bias", "weight"})
      tensors[(in_proj ? "a.out_proj." : "a.proj.") + std::string(name)].copy_(
          Formula(tensors[(in_proj ? "a.out_proj." : "a.proj.") + std::string(name)].sizes(), first++, 2));
    const at::Tensor tokens = Formula({1, 3, 4}, 5, 1);
    EXPECT_THAT(Values(made.Run(ChannelsLast(tokens.transpose(1, 2).unsqueeze(2)))), Pointwise(Nearly(), expected)) << names;
  }
}

TEST(NetworkLayerTest, WindowAttentionIsThatOfTorchvision) {
  EXPECT_THAT(
      OfFormula("window_attention { heads: 2 window_px: 3 }", {1, 2, 3, 4}),
      Pointwise(Nearly(), std::vector<float>{0.029495f, 0.020172f, -0.006853f, 0.068103f, 0.021874f, 0.047548f, 0.038489f, 0.076460f,
                                             0.073043f, 0.025922f, 0.063702f,  0.064513f, 0.291883f, 0.216460f, 0.301304f, 0.281894f,
                                             0.292578f, 0.321330f, 0.222576f,  0.250830f, 0.225834f, 0.257552f, 0.332219f, 0.304433f}));
  // Moved along both sides; padded along one.
  EXPECT_THAT(
      OfFormula("window_attention { heads: 2 window_px: 3 shift_px: 1 }", {1, 2, 6, 4}),
      Pointwise(Nearly(), std::vector<float>{0.126169f,  -0.010074f, -0.031848f, -0.070193f, 0.094204f, 0.068712f, 0.038932f, 0.002507f,
                                             0.074434f,  0.054660f,  0.074932f,  0.083230f,  0.052741f, 0.025581f, 0.024571f, 0.031045f,
                                             -0.062257f, 0.086745f,  0.076707f,  0.084994f,  0.038918f, 0.101636f, 0.087420f, 0.087940f,
                                             0.533580f,  0.279264f,  0.222304f,  0.341517f,  0.309923f, 0.339543f, 0.302111f, 0.269033f,
                                             0.219989f,  0.255800f,  0.323010f,  0.321004f,  0.322975f, 0.324675f, 0.258285f, 0.300765f,
                                             0.273084f,  0.234257f,  0.266086f,  0.174726f,  0.167997f, 0.175096f, 0.204108f, 0.274358f}));
  EXPECT_THAT(
      OfFormula("window_attention { heads: 2 window_px: 3 shift_px: 2 }", {1, 2, 6, 6}),
      Pointwise(Nearly(), std::vector<float>{
                              0.106745f,  0.129047f,  -0.009024f, -0.001425f, -0.001990f, 0.256615f,  0.116505f,  0.107698f,  -0.027510f,
                              0.009886f,  -0.000608f, 0.236084f,  0.181749f,  0.193686f,  -0.065008f, -0.051602f, -0.056966f, 0.155729f,
                              0.204303f,  0.180528f,  -0.083811f, -0.058407f, -0.038708f, 0.166091f,  0.200754f,  0.194054f,  -0.063643f,
                              -0.075699f, -0.050888f, 0.155492f,  0.209193f,  0.267695f,  -0.005556f, -0.054611f, -0.064050f, 0.068572f,
                              0.465171f,  0.446267f,  0.201245f,  0.219293f,  0.232251f,  0.137093f,  0.464079f,  0.469053f,  0.237606f,
                              0.195622f,  0.217028f,  0.146469f,  0.360547f,  0.354923f,  0.325002f,  0.312431f,  0.331972f,  0.070247f,
                              0.355314f,  0.356716f,  0.328517f,  0.326045f,  0.317332f,  0.073697f,  0.355522f,  0.358923f,  0.323366f,
                              0.319090f,  0.330603f,  0.068578f,  0.279596f,  0.243572f,  0.410130f,  0.358970f,  0.422351f,  0.084236f}));
}

TEST(NetworkLayerTest, PatchesMergeAndChannelsNormaliseAsInPyTorch) {
  EXPECT_THAT(OfFormula("merge_patches {}", {1, 1, 3, 4}),
              Pointwise(Nearly(), std::vector<float>{-0.958924f, 0.656987f, 0.420167f, 0.650288f, 0.412118f, -0.999990f, 0, 0, -0.279415f,
                                                     0.989358f, 0.990607f, -0.287903f, -0.544021f, -0.536573f, 0, 0}));
  EXPECT_THAT(
      OfFormula("local_response_norm { size: 3 alpha: 0.5 k: 2 }", {1, 4, 1, 2}),
      Pointwise(Nearly(), std::vector<float>{-0.526330f, -0.155949f, 0.357201f, 0.542983f, 0.223073f, -0.295100f, -0.554529f, -0.307880f}));
}

// The channels of its input are divided, though they become another dimension.
TEST(NetworkLayerTest, AConcatOfTokensSplitsThePicturesChannels) {
  const Made made = MakeWithoutEnd(
      "layer { concat { split_input: true branch { layer { name: 'a' tokens {} } } branch { layer { name: 'b' "
      "tokens {} } } } }",
      {4, 1, 3});
  const at::Tensor picture = ChannelsLast(Formula({2, 4, 1, 3}, 5, 1));
  EXPECT_TRUE(made.Run(picture).equal(picture.flatten(2).transpose(1, 2)));
}

// Layers with closed forms, for the picture x = (-4, -1, 2, 5) in four channels of one pixel.
TEST(NetworkLayerTest, LayersComputeWhatTheirCommentsSay) {
  const at::Tensor picture = ChannelsLast(at::tensor({-4.f, -1.f, 2.f, 5.f}).view({1, 4, 1, 1}));
  const auto through = [&](const std::string& layer) { return Values(MakeWithoutEnd("layer { " + layer + " }", {4, 1, 1}).Run(picture)); };
  EXPECT_THAT(through("hard_swish {}"), Pointwise(Nearly(), std::vector<float>{0, -1 / 3.f, 5 / 3.f, 5}));
  EXPECT_THAT(through("hard_sigmoid {}"), Pointwise(Nearly(), std::vector<float>{0, 1 / 3.f, 5 / 6.f, 1}));
  EXPECT_THAT(through("sigmoid {}"), Pointwise(Nearly(), std::vector<float>{0.0179862f, 0.2689414f, 0.8807970f, 0.9933071f}));
  EXPECT_THAT(through("relu6 {}"), Pointwise(Nearly(), std::vector<float>{0, 0, 2, 5}));
  EXPECT_THAT(through("channel_shuffle { groups: 2 }"), ElementsAre(-4, 2, -1, 5));
  EXPECT_THAT(through("layer_scale { initial_value: 0.5 }"), ElementsAre(-2, -0.5, 1, 2.5));
  EXPECT_THAT(through("stochastic_depth { probability: 0 }"), ElementsAre(-4, -1, 2, 5));
  // Mean 0.5, variance 11.25; groups of two: variance 2.25.
  EXPECT_THAT(through("layer_norm { epsilon: 1 }"),
              Pointwise(Nearly(), std::vector<float>{-1.2857143f, -0.4285714f, 0.4285714f, 1.2857143f}));
  EXPECT_THAT(through("group_norm { groups: 2 epsilon: 1 }"),
              Pointwise(Nearly(), std::vector<float>{-0.8320503f, 0.8320503f, -0.8320503f, 0.8320503f}));
  EXPECT_THAT(through("residual { layer { relu {} } }"), ElementsAre(-4, -1, 4, 10));
  EXPECT_THAT(through("residual { layer { relu {} } shortcut { name: 's' relu6 {} } }"), ElementsAre(0, 0, 4, 10));
  EXPECT_THAT(through("concat { branch {} branch { layer { relu {} } } }"), ElementsAre(-4, -1, 2, 5, 0, 0, 2, 5));
  EXPECT_THAT(through("concat { split_input: true branch {} branch { layer { block { layer { relu6 {} } } } } }"),
              ElementsAre(-4, -1, 2, 5));
  EXPECT_THAT(through("adaptive_average_pool { size_px: 2 }"), ElementsAre(-4, -4, -4, -4, -1, -1, -1, -1, 2, 2, 2, 2, 5, 5, 5, 5));
}

TEST(NetworkLayerTest, TokensGoPixelByPixel) {
  const at::Tensor picture = ChannelsLast(at::arange(8).to(at::kFloat).view({1, 2, 2, 2}));
  const auto through = [&](const std::string& layers) { return Make(layers + " layer { name: 'end' linear {} }", {2, 2, 2}); };
  Made tokens = through("layer { name: 'p' tokens {} } layer { name: 'f' flatten {} }");
  tokens.layers.pop_back();
  EXPECT_THAT(Values(tokens.Run(picture)), ElementsAre(0, 4, 1, 5, 2, 6, 3, 7));
  Made first = through("layer { name: 'p' tokens {} } layer { name: 'c' class_token {} } layer { name: 'f' first_token {} }");
  first.layers.pop_back();
  EXPECT_THAT(Values(first.Run(picture)), ElementsAre(0, 0));  // a new class token
  first.layers.erase(first.layers.begin() + 1);
  EXPECT_THAT(Values(first.Run(picture)), ElementsAre(0, 4));
  Made mean = through("layer { name: 'p' tokens {} } layer { name: 'g' global_average_pool {} }");
  mean.layers.pop_back();
  EXPECT_THAT(Values(mean.Run(picture)), ElementsAre(1.5, 5.5));
}

TEST(NetworkLayerTest, SqueezeExciteScalesChannels) {
  const std::string fields = "squeeze_excite { squeeze_channels: 1 ";
  const at::Tensor picture = ChannelsLast(at::tensor({1.f, 3.f, -2.f, 4.f}).view({1, 2, 1, 2}));  // means 2 and 1
  const auto through = [&](const std::string& more) {
    const Made made = MakeWithoutEnd("layer { name: 's' " + fields + more + "} }", {2, 1, 2});
    const torch::NoGradGuard no_gradients;
    auto tensors = made.module->named_parameters();
    tensors["s.fc1.weight"].copy_(at::tensor({1.f, -3.f}).view({1, 2, 1, 1}));
    tensors["s.fc1.bias"].fill_(3);  // 2 - 3 + 3 = 2 before the activation
    tensors["s.fc2.weight"].copy_(at::tensor({1.f, -0.5f}).view({2, 1, 1, 1}));
    tensors["s.fc2.bias"].fill_(0);
    return Values(made.Run(picture));
  };
  const float upper = 0.8807970f, lower = 0.2689414f;  // sigmoid of 2 and -1
  EXPECT_THAT(through(""), Pointwise(Nearly(), std::vector<float>{upper, 3 * upper, -2 * lower, 4 * lower}));
  EXPECT_THAT(through("gate: HARD_SIGMOID"), Pointwise(Nearly(), std::vector<float>{5 / 6.f, 2.5f, -2 / 3.f, 4 / 3.f}));
  const float silu_upper = 0.8534091f, silu_lower = 0.2930126f;  // sigmoid of 2 * 0.880797 and of half of it, negative
  EXPECT_THAT(through("activation: SILU"),
              Pointwise(Nearly(), std::vector<float>{silu_upper, 3 * silu_upper, -2 * silu_lower, 4 * silu_lower}));
}

TEST(NetworkLayerTest, LinearPerPixelIsAConvolution) {
  const Made made = MakeWithoutEnd("layer { name: 'a' linear { out_features: 6 per_pixel: true } }", {3, 4, 5});
  const Made other = MakeWithoutEnd("layer { name: 'a' conv2d { out_channels: 6 kernel_size_px: 1 } }", {3, 4, 5});
  const torch::NoGradGuard no_gradients;
  auto tensors = other.module->named_parameters();
  tensors["a.weight"].copy_(made.module->named_parameters()["a.weight"].view({6, 3, 1, 1}));
  tensors["a.bias"].copy_(made.module->named_parameters()["a.bias"]);
  const at::Tensor picture = ChannelsLast(at::rand({2, 3, 4, 5}));
  EXPECT_TRUE(made.Run(picture).allclose(other.Run(picture), 1e-5, 1e-6));
}

TEST(NetworkLayerTest, StochasticDepthLeavesBranchesOutInTraining) {
  const Made made = MakeWithoutEnd("layer { residual { layer { stochastic_depth { probability: 0.75 } } } }", {1, 1, 1});
  at::manual_seed(3);
  const at::Tensor images = at::ones({4000, 1, 1, 1});
  const at::Tensor output = made.Run(images).flatten();
  const auto kept = output.eq(5).sum().item<int64_t>();  // 1 + 1 / 0.25
  EXPECT_EQ(kept + output.eq(1).sum().item<int64_t>(), 4000);
  EXPECT_NEAR(kept, 1000, 6 * 27.4);  // six standard deviations
  made.layers[0].lists[0][0].module->eval();
  EXPECT_TRUE(made.Run(images).equal(images * 2));
}

// One of each kind that takes pictures, then one of each that takes tokens.
constexpr char kAllKinds[] = R"(
    layer { name: "stem" block {
      layer { conv2d { out_channels: 8 padding_px: 1 bias: false } } layer { batch_norm {} } layer { silu {} } } }
    layer { name: "" residual {
      layer { name: "conv-1" conv2d { out_channels: 8 padding_px: 1 groups: 2 } } layer { name: "gn" group_norm { groups: 4 } }
      layer { name: "se" squeeze_excite { squeeze_channels: 3 activation: SILU } } layer { name: "scale" layer_scale {} }
      layer { name: "depth" stochastic_depth { probability: 0.1 } }
      shortcut { name: "downsample" block { layer { conv2d { out_channels: 8 kernel_size_px: 1 } } } } } }
    layer { name: "joined" concat { split_input: true
      branch { layer { name: "a" leaky_relu {} } } branch { layer { name: "b" tanh {} } layer { name: "c" hard_swish {} } } } }
    layer { name: "shuffle" channel_shuffle { groups: 2 } }
    layer { name: "lrn" local_response_norm {} }
    layer { name: "windows" window_attention { heads: 2 window_px: 3 shift_px: 1 } }
    layer { name: "ln" layer_norm {} }
    layer { name: "merge" merge_patches {} }
    layer { name: "mlp" linear { out_features: 12 per_pixel: true } }
    layer { name: "gelu" gelu {} }
    layer { name: "pool" max_pool { kernel_size_px: 2 stride: 1 padding_px: 1 ceil_mode: true } }
    layer { name: "average" average_pool { stride: 1 } }
    layer { name: "adaptive" adaptive_average_pool { size_px: 3 } }
    layer { name: "six" relu6 {} }
    layer { name: "tokens" tokens {} }
    layer { name: "class_token" class_token {} }
    layer { name: "positions" position_embedding {} }
    layer { name: "encoder" block {
      layer { name: "" residual { layer { name: "ln_1" layer_norm {} } layer { name: "attention" self_attention { heads: 3 } } } }
      layer { name: "qkv" self_attention { heads: 2 tensor_names: QKV } }
      layer { name: "sigmoid" sigmoid {} } layer { name: "hard" hard_sigmoid {} } layer { name: "drop" dropout { probability: 0.1 } } } }
    layer { name: "wide" concat { branch {} branch { layer { name: "narrow" linear { out_features: 2 } } } } }
    layer { name: "first" first_token {} }
    layer { name: "relu" relu {} }
    layer { name: "head" linear {} })";

void AppendTensors(absl::Span<const InferredLayer> layers, std::map<std::string, std::vector<int64_t>>* tensors) {
  for (const InferredLayer& layer : layers) {
    for (const LayerTensor& tensor : layer.tensors) tensors->emplace((tensor.is_parameter() ? "" : "buffer ") + tensor.name, tensor.shape);
    AppendTensors(layer.layers, tensors);
  }
}

TEST(NetworkLayerTest, HasTheTensorsThatAreInferred) {
  const Made made = Make(kAllKinds, {3, 9, 8});
  std::map<std::string, std::vector<int64_t>> expected, found;
  AppendTensors(made.inferred, &expected);
  for (const auto& tensor : made.module->named_parameters()) found.emplace(tensor.key(), tensor.value().sizes().vec());
  for (const auto& tensor : made.module->named_buffers()) found.emplace("buffer " + tensor.key(), tensor.value().sizes().vec());
  EXPECT_EQ(found, expected);
  EXPECT_THAT(found, testing::IsSupersetOf({std::make_pair(std::string("conv-1.weight"), std::vector<int64_t>{8, 4, 3, 3}),
                                            std::make_pair(std::string("encoder.attention.in_proj_weight"), std::vector<int64_t>{36, 12}),
                                            std::make_pair(std::string("class_token"), std::vector<int64_t>{1, 1, 12})}));
}

void AppendWatched(absl::Span<const InferredLayer> layers, std::vector<std::pair<std::string, std::vector<int64_t>>>* watched) {
  for (const InferredLayer& layer : layers) {
    AppendWatched(layer.layers, watched);
    const LayerShape& shape = layer.output;
    std::vector<int64_t> sizes = {2, shape.channels};
    if (shape.is_picture()) sizes = {2, shape.channels, shape.height_px, shape.width_px};
    if (shape.form == LayerShape::Form::kTokens) sizes = {2, shape.tokens, shape.channels};
    if (layer.kind != "residual") watched->emplace_back(layer.name, sizes);  // the two here have no name
  }
}

TEST(NetworkLayerTest, WatchersSeeEachLayersOutput) {
  const Made made = Make(kAllKinds, {3, 9, 8});
  std::vector<std::pair<std::string, std::vector<int64_t>>> expected, watched;
  AppendWatched(made.inferred, &expected);
  made.module->eval();
  const at::Tensor images = ChannelsLast(at::rand({2, 3, 9, 8}));
  at::Tensor last;
  const at::Tensor output = RunLayers(made.layers, images, [&](const std::string& name, const at::Tensor& value) {
    watched.emplace_back(name, value.sizes().vec());
    EXPECT_TRUE(value.dim() != 4 || value.is_contiguous(at::MemoryFormat::ChannelsLast)) << name << " " << value.strides();
    last = value;
  });
  EXPECT_EQ(watched, expected);
  EXPECT_TRUE(last.equal(output));
  EXPECT_TRUE(made.Run(images).equal(output));
  EXPECT_TRUE(made.Run(images.contiguous()).allclose(output, 1e-4, 1e-5));
}

TEST(NetworkLayerTest, EveryTensorGetsAGradient) {
  const Made made = Make(kAllKinds, {3, 9, 8});
  at::manual_seed(1);
  made.Run(ChannelsLast(at::randn({16, 3, 9, 8}))).square().sum().backward();
  for (const auto& parameter : made.module->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().sum().item<double>(), 0) << parameter.key();
  }
}

}  // namespace
}  // namespace mica
