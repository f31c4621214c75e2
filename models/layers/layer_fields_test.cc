#include "models/layers/layer_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/validation_table.h"

namespace mica {
namespace {

void Validate(const LayerConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateLayerFields(config, std::string(path), problems);
}

const ValidationTable<LayerConfig> kTable(Validate, "m");

// The fields without a default, of every kind that has some.
std::string RequiredFieldsOf(const std::string& kind) {
  if (kind == "conv2d") return "out_channels: 8";
  if (kind == "squeeze_excite") return "squeeze_channels: 8";
  if (kind == "group_norm" || kind == "channel_shuffle") return "groups: 8";
  if (kind == "adaptive_average_pool") return "size_px: 7";
  if (kind == "self_attention" || kind == "window_attention") return "heads: 8";
  if (kind == "stochastic_depth") return "probability: 0.1";
  if (kind == "same_pad") return "kernel_size_px: 3 stride: 2";
  return "";
}

// Every kind, future ones too.
TEST(LayerFieldsTest, DefaultsAreValid) {
  const auto* kinds = LayerConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const std::string& kind = kinds->field(i)->name();
    kTable.ExpectValid(absl::StrCat(kind, " { ", RequiredFieldsOf(kind), " }"));
  }
}

TEST(LayerFieldsTest, EdgesAreValid) {
  kTable.ExpectValid("conv2d { kernel_size_px: 1 }");  // one for each class
  kTable.ExpectValid("conv2d { out_channels: 65536 groups: 65536 kernel_size_px: 255 stride: 255 padding_px: 255 dilation: 255 }");
  kTable.ExpectValid("linear { out_features: 1048576 }");
  kTable.ExpectValid("max_pool { kernel_size_px: 3 stride: 1 padding_px: 1 ceil_mode: true }");
  kTable.ExpectValid("dropout { probability: 0 }");
  kTable.ExpectValid("leaky_relu { negative_slope: 1 }");
  kTable.ExpectValid("batch_norm { momentum: 0 }");
  kTable.ExpectValid("group_norm { groups: 1 epsilon: 1 }");
  kTable.ExpectValid("squeeze_excite { squeeze_channels: 65536 activation: SILU gate: HARD_SIGMOID }");
  kTable.ExpectValid("local_response_norm { size: 1 alpha: 0 beta: 0 k: 1e-30 }");
  kTable.ExpectValid("self_attention { heads: 1024 tensor_names: QKV }");
  kTable.ExpectValid("window_attention { heads: 1 window_px: 64 shift_px: 63 }");
  kTable.ExpectValid("window_attention { heads: 1 window_px: 1 }");
  kTable.ExpectValid("layer_scale { initial_value: -1e38 }");
  kTable.ExpectValid("stochastic_depth { probability: 0 }");
}

TEST(LayerFieldsTest, AKindIsRequired) {
  kTable.ExpectErrors({{"", "m is required: choose one of block, conv2d, linear, batch_norm, relu"}});
}

TEST(LayerFieldsTest, NamesTheFieldOfAConvolutionOrLinearLayer) {
  const auto conv2d = [](const std::string& more) { return absl::StrCat("conv2d { out_channels: 8 ", more, " }"); };
  kTable.ExpectErrors({
      {"conv2d {}", "m.conv2d.out_channels is required"},
      {"conv2d { out_channels: 0 }", "m.conv2d.out_channels must be 1 to 65536 (got 0)"},
      {"conv2d { out_channels: 65537 }", "m.conv2d.out_channels must be 1 to 65536 (got 65537)"},
      {conv2d("groups: 3"), "m.conv2d.out_channels must be a multiple of groups, 3 (got 8)"},
      {conv2d("groups: 0"), "m.conv2d.groups must be 1 to 65536 (got 0)"},
      {conv2d("groups: -1"), "m.conv2d.groups must be 1 to 65536 (got -1)"},
      {conv2d("groups: 65537"), "m.conv2d.groups must be 1 to 65536 (got 65537)"},
      {conv2d("kernel_size_px: 0"), "m.conv2d.kernel_size_px must be 1 to 255 (got 0)"},
      {conv2d("kernel_size_px: 256"), "m.conv2d.kernel_size_px must be 1 to 255 (got 256)"},
      {conv2d("stride: 0"), "m.conv2d.stride must be 1 to 255 (got 0)"},
      {conv2d("stride: 256"), "m.conv2d.stride must be 1 to 255 (got 256)"},
      {conv2d("padding_px: -1"), "m.conv2d.padding_px must be 0 to 255 (got -1)"},
      {conv2d("padding_px: 256"), "m.conv2d.padding_px must be 0 to 255 (got 256)"},
      {conv2d("dilation: 0"), "m.conv2d.dilation must be 1 to 255 (got 0)"},
      {conv2d("dilation: 256"), "m.conv2d.dilation must be 1 to 255 (got 256)"},
      {"linear { out_features: 0 }", "m.linear.out_features must be 1 to 1048576 (got 0)"},
      {"linear { out_features: 1048577 }", "m.linear.out_features must be 1 to 1048576 (got 1048577)"},
  });
}

TEST(LayerFieldsTest, NamesTheFieldOfANormOrActivation) {
  kTable.ExpectErrors({
      {"batch_norm { epsilon: 0 }", "m.batch_norm.epsilon must be above 0, at most 1 (got 0)"},
      {"batch_norm { epsilon: 1e-60 }", "m.batch_norm.epsilon must be at least 1.1754944e-38"},
      {"batch_norm { epsilon: 2 }", "m.batch_norm.epsilon must be above 0, at most 1 (got 2)"},
      {"batch_norm { epsilon: nan }", "m.batch_norm.epsilon must be above 0, at most 1 (got nan)"},
      {"batch_norm { momentum: -0.1 }", "m.batch_norm.momentum must be 0 to 1 (got -0.1)"},
      {"batch_norm { momentum: 1.5 }", "m.batch_norm.momentum must be 0 to 1 (got 1.5)"},
      {"batch_norm { momentum: nan }", "m.batch_norm.momentum must be 0 to 1 (got nan)"},
      {"leaky_relu { negative_slope: -0.1 }", "m.leaky_relu.negative_slope must be 0 to 1 (got -0.1)"},
      {"leaky_relu { negative_slope: inf }", "m.leaky_relu.negative_slope must be 0 to 1 (got inf)"},
      {"layer_norm { epsilon: 0 }", "m.layer_norm.epsilon must be above 0, at most 1 (got 0)"},
      {"layer_norm { epsilon: inf }", "m.layer_norm.epsilon must be above 0, at most 1 (got inf)"},
      {"group_norm {}", "m.group_norm.groups is required: into how many groups"},
      {"group_norm { groups: 0 }", "m.group_norm.groups must be 1 to 65536 (got 0)"},
      {"group_norm { groups: 65537 }", "m.group_norm.groups must be 1 to 65536 (got 65537)"},
      {"group_norm { groups: 1 epsilon: -1 }", "m.group_norm.epsilon must be above 0, at most 1 (got -1)"},
      {"local_response_norm { size: 0 }", "m.local_response_norm.size must be 1 to 255 (got 0)"},
      {"local_response_norm { size: 256 }", "m.local_response_norm.size must be 1 to 255 (got 256)"},
      {"local_response_norm { alpha: -1 }", "m.local_response_norm.alpha must be finite and >= 0 (got -1)"},
      {"local_response_norm { alpha: nan }", "m.local_response_norm.alpha must be finite and >= 0 (got nan)"},
      {"local_response_norm { beta: inf }", "m.local_response_norm.beta must be finite and >= 0 (got inf)"},
      {"local_response_norm { k: 0 }", "m.local_response_norm.k must be finite and > 0 (got 0)"},
      {"local_response_norm { k: 1e39 }", "m.local_response_norm.k must be at most 3.4028235e+38"},
      {"layer_scale { initial_value: nan }", "m.layer_scale.initial_value must be finite, as a 32-bit number too (got nan)"},
      {"layer_scale { initial_value: -1e39 }", "m.layer_scale.initial_value must be finite, as a 32-bit number too (got -1e+39)"},
  });
}

TEST(LayerFieldsTest, NamesTheFieldOfAPoolOrDropout) {
  kTable.ExpectErrors({
      {"max_pool { kernel_size_px: 0 }", "m.max_pool.kernel_size_px must be 1 to 255 (got 0)"},
      {"max_pool { kernel_size_px: 256 }", "m.max_pool.kernel_size_px must be 1 to 255 (got 256)"},
      {"max_pool { stride: 0 }", "m.max_pool.stride must be 1 to 255 (got 0)"},
      {"max_pool { padding_px: 2 }", "m.max_pool.padding_px must be 0 to 1, half of kernel_size_px (got 2)"},
      {"average_pool { stride: 256 }", "m.average_pool.stride must be 1 to 255 (got 256)"},
      {"average_pool { padding_px: -1 }", "m.average_pool.padding_px must be 0 to 1, half of kernel_size_px (got -1)"},
      {"dropout { probability: 1 }", "m.dropout.probability must be in [0, 1) (got 1)"},
      {"dropout { probability: -0.1 }", "m.dropout.probability must be in [0, 1) (got -0.1)"},
      {"dropout { probability: nan }", "m.dropout.probability must be in [0, 1) (got nan)"},
      {"adaptive_average_pool {}", "m.adaptive_average_pool.size_px is required: height and width"},
      {"adaptive_average_pool { size_px: 0 }", "m.adaptive_average_pool.size_px must be 1 to 255 (got 0)"},
      {"adaptive_average_pool { size_px: 256 }", "m.adaptive_average_pool.size_px must be 1 to 255 (got 256)"},
      {"stochastic_depth {}", "m.stochastic_depth.probability is required: how often"},
      {"stochastic_depth { probability: 1 }", "m.stochastic_depth.probability must be in [0, 1) (got 1)"},
      {"stochastic_depth { probability: nan }", "m.stochastic_depth.probability must be in [0, 1) (got nan)"},
  });
}

TEST(LayerFieldsTest, NamesTheFieldOfWhatMixesChannelsOrPositions) {
  const auto squeeze = [](const std::string& more) { return absl::StrCat("squeeze_excite { squeeze_channels: 8 ", more, " }"); };
  const auto window = [](const std::string& more) { return absl::StrCat("window_attention { heads: 2 ", more, " }"); };
  kTable.ExpectErrors({
      {"squeeze_excite {}", "m.squeeze_excite.squeeze_channels is required: the number of channels"},
      {"squeeze_excite { squeeze_channels: 0 }", "m.squeeze_excite.squeeze_channels must be 1 to 65536 (got 0)"},
      {"squeeze_excite { squeeze_channels: 65537 }", "m.squeeze_excite.squeeze_channels must be 1 to 65536 (got 65537)"},
      {squeeze("activation: ACTIVATION_UNSPECIFIED"), "m.squeeze_excite.activation must be RELU or SILU"},
      {squeeze("gate: GATE_UNSPECIFIED"), "m.squeeze_excite.gate must be SIGMOID or HARD_SIGMOID"},
      {"channel_shuffle {}", "m.channel_shuffle.groups is required: how many groups"},
      {"channel_shuffle { groups: 1 }", "m.channel_shuffle.groups must be 2 to 65536 (got 1)"},
      {"same_pad { stride: 2 }", "m.same_pad.kernel_size_px is required: of the convolution behind it"},
      {"same_pad { kernel_size_px: 256 stride: 1 }", "m.same_pad.kernel_size_px must be 1 to 255 (got 256)"},
      {"same_pad { kernel_size_px: 3 stride: 0 }", "m.same_pad.stride must be 1 to 255 (got 0)"},
      {"self_attention {}", "m.self_attention.heads is required: the number of attention heads"},
      {"self_attention { heads: 0 }", "m.self_attention.heads must be 1 to 1024 (got 0)"},
      {"self_attention { heads: 1025 }", "m.self_attention.heads must be 1 to 1024 (got 1025)"},
      {"self_attention { heads: 1 tensor_names: TENSOR_NAMES_UNSPECIFIED }", "m.self_attention.tensor_names must be IN_PROJ or QKV"},
      {"window_attention {}", "m.window_attention.heads is required: the number of attention heads"},
      {"window_attention { heads: -1 }", "m.window_attention.heads must be 1 to 1024 (got -1)"},
      {window("window_px: 0"), "m.window_attention.window_px must be 1 to 64 (got 0)"},
      {window("window_px: 65"), "m.window_attention.window_px must be 1 to 64 (got 65)"},
      {window("shift_px: 7"), "m.window_attention.shift_px must be 0 or more, below window_px, 7 (got 7)"},
      {window("shift_px: -1"), "m.window_attention.shift_px must be 0 or more, below window_px, 7 (got -1)"},
  });
}

}  // namespace
}  // namespace mica
