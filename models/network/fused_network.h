// Computes what a list of NetworkLayers says (network_layer.h), several layers in one pass over
// memory: convolution, batch norm, activation and the sum of a residual.
//   FusedNetwork network(layers);
//   const at::Tensor logits = network.Forward(images);
#ifndef MICA_MODELS_NETWORK_FUSED_NETWORK_H_
#define MICA_MODELS_NETWORK_FUSED_NETWORK_H_

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "models/network/network_layer.h"

namespace mica {

// Some layers in a row.
class NetworkStep {
 public:
  virtual ~NetworkStep() = default;
  virtual at::Tensor Forward(const at::Tensor& input) = 0;
  virtual void DropFolded() {}  // see FusedNetwork
};

// Shares the layers' tensors. In evaluation mode several threads may call Forward at the same time.
class FusedNetwork {
 public:
  explicit FusedNetwork(const std::vector<NetworkLayer>& layers);

  // Equal to RunLayers but for the order of summation; in training, dropout in a residual's branch and
  // in its shortcut draw in another order.
  at::Tensor Forward(const at::Tensor& images) const;

  // Forgets all folded weights (folded_convolution.h).
  void DropFolded() const;

 private:
  const std::vector<std::unique_ptr<NetworkStep>> steps_;
};

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_FUSED_NETWORK_H_
