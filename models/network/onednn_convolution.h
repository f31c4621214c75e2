// oneDNN's convolution with what follows it in the same pass, on the CPU. LibTorch has it for
// compiled models; its own at::conv2d has no way to ask for it.
//   const at::Tensor packed = PackForOneDnn(weight, config, images.sizes());
//   const at::Tensor output = OneDnnConvolution(images, packed, bias, config, Activation{Activation::Kind::kRelu});
#ifndef MICA_MODELS_NETWORK_ONEDNN_CONVOLUTION_H_
#define MICA_MODELS_NETWORK_ONEDNN_CONVOLUTION_H_

#include <ATen/core/Tensor.h>

#include "models/layers/layer.pb.h"
#include "models/network/activation.h"

namespace mica {

// Whether LibTorch was built with oneDNN and has it switched on, for f32 pictures, at least one, on the
// CPU.
bool OneDnnTakes(const at::Tensor& images);

// weight f32 [O,C/groups,K,K]. The result lies as is best for images of these sizes [N,C,H,W], and
// can be used with all others.
at::Tensor PackForOneDnn(const at::Tensor& weight, const Conv2dConfig& config, at::IntArrayRef sizes);

// activation(convolution + bias); bias f32 [O] may be undefined. No gradient.
at::Tensor OneDnnConvolution(const at::Tensor& images, const at::Tensor& packed, const at::Tensor& bias, const Conv2dConfig& config,
                             const Activation& activation);

// convolution + bias + residual, and a ReLU of the sum if `relu`. residual f32 channels_last of the
// output's shape.
at::Tensor OneDnnConvolutionAdding(const at::Tensor& images, const at::Tensor& packed, const at::Tensor& bias, const Conv2dConfig& config,
                                   const at::Tensor& residual, bool relu);

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_ONEDNN_CONVOLUTION_H_
