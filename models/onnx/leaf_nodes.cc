#include "models/onnx/leaf_nodes.h"

#include <glog/logging.h>

#include <vector>

#include "models/onnx/activation_nodes.h"
#include "models/onnx/norm_nodes.h"
#include "models/onnx/picture_nodes.h"
#include "models/onnx/token_nodes.h"

namespace mica {
namespace {

std::string AddLinear(const LinearLayerConfig& config, const std::string& value, LayerNodes* nodes) {
  if (config.per_pixel()) return AddPixelLinear(config, value, nodes);
  if (!nodes->input().is_flat()) return nodes->Linear(value, /*prefix=*/"", config.bias());
  std::vector<std::string> inputs = {value, nodes->Tensor("weight")};
  if (config.bias()) inputs.push_back(nodes->Tensor("bias"));
  return nodes->Add("Gemm", inputs, {{"transB", int64_t{1}}});
}

std::string AddFlatten(const std::string& value, LayerNodes* nodes) {
  return nodes->input().is_flat() ? value : nodes->Add("Flatten", {value}, {{"axis", int64_t{1}}});
}

}  // namespace

std::string AddLeaf(const LayerConfig& config, const std::string& value, LayerNodes* nodes) {
  switch (config.kind_case()) {
    case LayerConfig::kConv2D:
      return AddConvolution(config.conv2d(), value, nodes);
    case LayerConfig::kLinear:
      return AddLinear(config.linear(), value, nodes);
    case LayerConfig::kBatchNorm:
      return AddBatchNorm(config.batch_norm(), value, nodes);
    case LayerConfig::kLayerNorm:
      return AddLayerNorm(config.layer_norm(), value, nodes);
    case LayerConfig::kGroupNorm:
      return AddGroupNorm(config.group_norm(), value, nodes);
    case LayerConfig::kLocalResponseNorm:
      return AddLocalResponseNorm(config.local_response_norm(), value, nodes);
    case LayerConfig::kRelu:
      return nodes->Add("Relu", {value});
    case LayerConfig::kRelu6:
      return AddRelu6(value, nodes);
    case LayerConfig::kLeakyRelu:
      return nodes->Add("LeakyRelu", {value}, {{"alpha", static_cast<float>(config.leaky_relu().negative_slope())}});
    case LayerConfig::kGelu:
      return AddGelu(value, nodes);
    case LayerConfig::kSilu:
      return AddSilu(value, nodes);
    case LayerConfig::kTanh:
      return nodes->Add("Tanh", {value});
    case LayerConfig::kSigmoid:
      return nodes->Add("Sigmoid", {value});
    case LayerConfig::kHardSwish:
      return AddHardSwish(value, nodes);
    case LayerConfig::kHardSigmoid:
      return AddHardSigmoid(value, nodes);
    case LayerConfig::kMaxPool:
      return AddMaxPool(config.max_pool(), value, nodes);
    case LayerConfig::kAveragePool:
      return AddAveragePool(config.average_pool(), value, nodes);
    case LayerConfig::kAdaptiveAveragePool:
      return AddAdaptiveAveragePool(config.adaptive_average_pool().size_px(), value, nodes);
    case LayerConfig::kGlobalAveragePool:
      return AddMeanOfPositions(value, nodes);
    case LayerConfig::kFlatten:
      return AddFlatten(value, nodes);
    case LayerConfig::kSqueezeExcite:
      return AddSqueezeExcite(config.squeeze_excite(), value, nodes);
    case LayerConfig::kChannelShuffle:
      return AddChannelShuffle(config.channel_shuffle().groups(), value, nodes);
    case LayerConfig::kTokens:
      return AddTokens(value, nodes);
    case LayerConfig::kClassToken:
      return AddClassToken(value, nodes);
    case LayerConfig::kPositionEmbedding:
      return AddPositionEmbedding(value, nodes);
    case LayerConfig::kSelfAttention:
      return AddSelfAttention(config.self_attention(), value, nodes);
    case LayerConfig::kFirstToken:
      return AddFirstToken(value, nodes);
    case LayerConfig::kLayerScale:
      return nodes->MultiplyChannels(value, "");
    case LayerConfig::kWindowAttention:
      return AddWindowAttention(config.window_attention(), value, nodes);
    case LayerConfig::kMergePatches:
      return AddMergePatches(value, nodes);
    case LayerConfig::kSamePad:
      return AddSamePad(value, nodes);
    case LayerConfig::kDropout:
    case LayerConfig::kStochasticDepth:
      return value;
    case LayerConfig::kBlock:
    case LayerConfig::kResidual:
    case LayerConfig::kConcat:
    case LayerConfig::KIND_NOT_SET:
      break;
  }
  LOG(FATAL) << "no layer of its own: " << config.ShortDebugString();
}

}  // namespace mica
