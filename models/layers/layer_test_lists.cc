#include "models/layers/layer_test_lists.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

std::string Convolution(const std::string& name, int channels, int stride) {
  return absl::StrCat("layer { name: '", name, "' conv2d { out_channels: ", channels, " stride: ", stride,
                      " padding_px: 1 bias: false } }");
}

std::string BasicBlock(int channels, int stride) {
  const std::string shortcut = stride == 1
                                   ? ""
                                   : absl::StrCat("shortcut { name: 'downsample' block { layer { conv2d { out_channels: ", channels,
                                                  " kernel_size_px: 1 stride: ", stride, " bias: false } } layer { batch_norm {} } } }");
  return absl::StrCat("layer { block { layer { name: '' residual { ", Convolution("conv1", channels, stride),
                      "layer { name: 'bn1' batch_norm {} } layer { name: 'relu1' relu {} }", Convolution("conv2", channels, 1),
                      "layer { name: 'bn2' batch_norm {} } ", shortcut, " } } layer { name: 'relu' relu {} } } }");
}

}  // namespace

BlockConfig Vgg16List() {
  std::string list;
  for (const int channels : {64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0}) {
    absl::StrAppend(&list, channels == 0
                               ? "layer { max_pool {} }"
                               : absl::StrCat("layer { conv2d { out_channels: ", channels, " padding_px: 1 } } layer { relu {} }"));
  }
  absl::StrAppend(&list, "layer { adaptive_average_pool { size_px: 7 } } layer { flatten {} }");
  for (int i = 0; i < 2; ++i) {
    absl::StrAppend(&list, "layer { linear { out_features: 4096 } } layer { relu {} } layer { dropout {} }");
  }
  return ParseTextOrDie<BlockConfig>(list + "layer { linear {} }");
}

BlockConfig ResNet18List() {
  std::string list = R"(
      layer { conv2d { out_channels: 64 kernel_size_px: 7 stride: 2 padding_px: 3 bias: false } }
      layer { batch_norm {} } layer { relu {} } layer { max_pool { kernel_size_px: 3 stride: 2 padding_px: 1 } })";
  for (const int channels : {64, 128, 256, 512}) {
    absl::StrAppend(&list, BasicBlock(channels, channels == 64 ? 1 : 2), BasicBlock(channels, 1));
  }
  return ParseTextOrDie<BlockConfig>(list + "layer { global_average_pool {} } layer { linear {} }");
}

}  // namespace mica
