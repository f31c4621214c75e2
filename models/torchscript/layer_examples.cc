#include "models/torchscript/layer_examples.h"

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

constexpr char kHead[] = "layer { name: 'pool' global_average_pool {} } layer { name: 'fc' linear {} }";
constexpr char kFlatHead[] = "layer { name: 'fc' linear {} }";

// Pictures of 13 x 13 pixels in three colours; a gain of 30 spreads values over all parts of the
// activations.
LayerExample Example(const std::string& name, const std::string& layers, const std::string& head = kHead) {
  return {name, ParseTextOrDie<ParityCase>(absl::StrCat(
                    "images: 3 side_px: 13 classes: 5 weight_gain: 30 norm_scale: 0.7 model { sequential { ", layers, " ", head, " } }"))};
}

std::string Convolution(int channels) {
  return absl::StrCat("layer { name: 'conv' conv2d { out_channels: ", channels, " } } ");
}

}  // namespace

std::vector<LayerExample> LayerExamples() {
  return {
      Example("convolutions",
              "layer { conv2d { out_channels: 6 kernel_size_px: 5 stride: 2 padding_px: 1 bias: false } } "
              "layer { conv2d { out_channels: 9 padding_px: 3 dilation: 2 groups: 3 } }"),
      Example("channels_for_classes", "layer { conv2d { kernel_size_px: 1 } } layer { global_average_pool {} }", ""),
      Example("linear_of_flat_values", "layer { flatten {} } layer { linear { out_features: 7 bias: false } }", kFlatHead),
      Example("linear_per_pixel", "layer { linear { out_features: 8 per_pixel: true } } layer { relu {} }"),
      Example("linear_per_token", "layer { tokens {} } layer { linear { out_features: 8 } } layer { relu {} }"),
      Example("activations",
              Convolution(4) + "layer { concat { branch {} branch { layer { name: 'a' relu {} } } branch { layer { name: 'b' relu6 {} } } "
                               "branch { layer { name: 'c' leaky_relu { negative_slope: 0.3 } } } branch { layer { name: 'd' gelu {} } } "
                               "branch { layer { name: 'e' silu {} } } branch { layer { name: 'f' tanh {} } } "
                               "branch { layer { name: 'g' sigmoid {} } } branch { layer { name: 'h' hard_swish {} } } "
                               "branch { layer { name: 'i' hard_sigmoid {} } } } }"),
      Example("slope_of_an_integer", Convolution(4) + "layer { leaky_relu { negative_slope: 1 } }"),
      Example("batch_norms",
              Convolution(4) + "layer { batch_norm { epsilon: 0.25 momentum: 0 } } layer { relu {} } layer { flatten {} } "
                               "layer { batch_norm { epsilon: 1 } }",
              kFlatHead),
      Example("norms",
              Convolution(6) + "layer { layer_norm { epsilon: 0.5 } } layer { group_norm { groups: 3 epsilon: 0.25 } } layer { tokens {} } "
                               "layer { layer_norm {} } layer { global_average_pool {} } layer { layer_norm {} }",
              kFlatHead),
      Example("max_pools",
              Convolution(4) + "layer { max_pool { ceil_mode: true } } layer { max_pool { kernel_size_px: 3 stride: 2 padding_px: 1 } } "
                               "layer { max_pool { stride: 1 } } layer { flatten {} }",
              kFlatHead),
      // A fifth window would begin in the padding behind the picture, so there is none.
      Example("ceiled_pool",
              Convolution(4) + "layer { max_pool { kernel_size_px: 3 stride: 3 padding_px: 1 ceil_mode: true } } layer { flatten {} }",
              kFlatHead),
      Example("average_pools",
              Convolution(4) + "layer { average_pool { kernel_size_px: 3 stride: 2 padding_px: 1 } } layer { average_pool {} } "
                               "layer { adaptive_average_pool { size_px: 2 } } layer { flatten {} }",
              kFlatHead),
      Example("left_out",
              "layer { dropout { probability: 0.9 } } layer { residual { layer { conv2d { out_channels: 3 padding_px: 1 } } "
              "layer { stochastic_depth { probability: 0.9 } } } }"),
      Example("residual_with_shortcut",
              "layer { name: 'block1' block { layer { residual { layer { name: 'conv' conv2d { out_channels: 4 } } layer { name: 'relu' "
              "relu {} } "
              "shortcut { name: 'downsample' block { layer { conv2d { out_channels: 4 bias: false } } layer { batch_norm {} } } } } } } }"),
      Example("split_concat",
              Convolution(6) +
                  "layer { concat { split_input: true branch {} branch { layer { name: 'a' conv2d { out_channels: 4 padding_px: 1 } } "
                  "layer { name: 'b' tanh {} } } branch { layer { name: 'c' relu {} } } } } layer { channel_shuffle { groups: 2 } } "
                  "layer { flatten {} }",
              kFlatHead),
      Example("concat_of_tokens",
              Convolution(4) +
                  "layer { tokens {} } layer { concat { split_input: true branch { layer { name: 'a' linear { out_features: 3 } } } "
                  "branch { layer { name: 'b' relu {} } } } } layer { flatten {} }",
              kFlatHead),
      Example("squeeze_excite", Convolution(4) + "layer { squeeze_excite { squeeze_channels: 3 } } "
                                                 "layer { squeeze_excite { squeeze_channels: 2 activation: SILU gate: HARD_SIGMOID } }"),
      Example("local_response_norms",
              Convolution(7) + "layer { local_response_norm { size: 4 alpha: 2 beta: 0.5 k: 3 } } layer { local_response_norm {} }"),
      Example("shuffle", Convolution(6) + "layer { channel_shuffle { groups: 3 } } layer { flatten {} }", kFlatHead),
      Example("self_attention",
              Convolution(6) +
                  "layer { tokens {} } layer { name: 'token' class_token {} } layer { name: 'place' position_embedding {} } "
                  "layer { name: 'a' self_attention { heads: 3 } } layer { name: 'b' self_attention { heads: 2 tensor_names: QKV } } "
                  "layer { name: 'scale' layer_scale {} } layer { first_token {} }",
              kFlatHead),
      Example("mean_of_tokens", Convolution(6) + "layer { tokens {} } layer { self_attention { heads: 1 } }"),
      Example("windows",
              Convolution(4) +
                  "layer { window_attention { heads: 2 window_px: 4 shift_px: 1 } } layer { window_attention { heads: 1 window_px: 3 } } "
                  "layer { window_attention { heads: 2 window_px: 11 shift_px: 5 } } layer { name: 'scale' layer_scale {} } "
                  "layer { flatten {} }",
              kFlatHead),
      Example("moved_windows_that_fit",
              Convolution(4) + "layer { max_pool { kernel_size_px: 4 stride: 1 } } "
                               "layer { window_attention { heads: 2 window_px: 4 shift_px: 2 } } layer { flatten {} }",
              kFlatHead),
      Example("same_pads",
              Convolution(4) + "layer { same_pad { kernel_size_px: 3 stride: 2 } } layer { conv2d { out_channels: 6 stride: 2 } } "
                               "layer { same_pad { kernel_size_px: 4 stride: 1 } } layer { flatten {} }",
              kFlatHead),
      Example("merged_patches", Convolution(4) + "layer { merge_patches {} } layer { merge_patches {} } layer { flatten {} }", kFlatHead),
      Example(
          "names",
          "layer { name: '007' conv2d { out_channels: 4 } } layer { name: 'a-b' block { layer { name: 'Module' conv2d { out_channels: 4 } "
          "} "
          "layer { name: 'images' conv2d { out_channels: 4 } } layer { name: 'x1' batch_norm {} } layer { name: 'Tensor' batch_norm {} } "
          "layer { name: 'inf' batch_norm {} } layer { name: 'self' batch_norm {} } layer { name: 'int' batch_norm {} } "
          "layer { name: '-' batch_norm {} } layer { name: 'print' batch_norm {} } layer { name: 'match' batch_norm {} } "
          "layer { name: 'weight' batch_norm {} } layer { name: 'eval' batch_norm {} } layer { name: 'nan' batch_norm {} } } }"),
  };
}

}  // namespace mica
