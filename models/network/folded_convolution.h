// A convolution, the batch norm after it and an activation as one operation, where no gradient is
// needed and the batch norm uses its running statistics: then it is a scale and a shift of each
// channel, which the convolution's weights take in.
//   FoldedConvolution folded(convolution, batch_norm, Activation{Activation::Kind::kRelu});
//   if (folded.Applies(input, residual)) return folded.Forward(input, residual, /*relu_after_sum=*/true);
//   folded.Drop();
#ifndef MICA_MODELS_NETWORK_FOLDED_CONVOLUTION_H_
#define MICA_MODELS_NETWORK_FOLDED_CONVOLUTION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "models/network/activation.h"
#include "models/network/layer_modules.h"

namespace mica {

// The folded weights are kept for the next pass. They are made anew when a tensor that they come
// from has another place or version. Code that writes to tensors through pointers raises no version,
// as our optimizers: therefore they are not kept for weights that need a gradient in training, and
// whoever writes to others so calls Drop, as LayeredClassifier::train() does. Thread-safe.
class FoldedConvolution {
 public:
  // `batch_norm` may be null.
  FoldedConvolution(std::shared_ptr<ConvolutionModule> convolution, std::shared_ptr<BatchNormModule> batch_norm, Activation activation);

  // `residual` may be undefined.
  bool Applies(const at::Tensor& input, const at::Tensor& residual) const;

  // Only if it applies. With `residual`, which has the output's shape, and without an activation: adds
  // it, then comes a ReLU if `relu_after_sum`.
  at::Tensor Forward(const at::Tensor& input, const at::Tensor& residual, bool relu_after_sum);

  // Forgets the folded weights.
  void Drop();

 private:
  // Where a tensor lies and how often it was changed.
  using TensorState = std::pair<const void*, int64_t>;

  struct Weights {
    std::vector<TensorState> sources;
    at::Tensor weight, bias;  // bias may be undefined
    bool is_packed = false;   // in oneDNN's own layout
  };

  std::vector<at::Tensor> Sources() const;
  std::shared_ptr<const Weights> CurrentWeights(const at::Tensor& input);
  Weights Fold(const at::Tensor& input) const;
  at::Tensor ForwardUnpacked(const at::Tensor& input, const Weights& weights) const;

  const std::shared_ptr<ConvolutionModule> convolution_;
  const std::shared_ptr<BatchNormModule> batch_norm_;
  const Activation activation_;
  absl::Mutex mutex_;
  std::shared_ptr<const Weights> weights_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_FOLDED_CONVOLUTION_H_
