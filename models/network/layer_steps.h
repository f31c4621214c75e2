// Layers without tensors that take more than one operation of LibTorch.
//   const at::Tensor merged = MergePatches(picture);
#ifndef MICA_MODELS_NETWORK_LAYER_STEPS_H_
#define MICA_MODELS_NETWORK_LAYER_STEPS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/layers/layer.pb.h"

namespace mica {

// Each takes and returns f32 pictures [N,C,H,W], tokens [N,T,C] or flat values [N,C], and keeps the
// layout channels_last.
at::Tensor MaxPool(const MaxPoolConfig& config, const at::Tensor& picture);
at::Tensor AveragePool(const AveragePoolConfig& config, const at::Tensor& picture);
at::Tensor MeanOfPositions(const at::Tensor& input);
at::Tensor NormaliseOverChannels(const LocalResponseNormConfig& config, const at::Tensor& picture);
at::Tensor ShuffleChannels(int64_t groups, const at::Tensor& picture);
at::Tensor PixelsAsTokens(const at::Tensor& picture);
at::Tensor MergePatches(const at::Tensor& picture);
at::Tensor PadAsTensorFlow(const SamePadConfig& config, const at::Tensor& picture);

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_LAYER_STEPS_H_
