// Functions of single values.
//   const Activation relu{Activation::Kind::kRelu};
//   const at::Tensor positive = Activate(relu, values);
#ifndef MICA_MODELS_NETWORK_ACTIVATION_H_
#define MICA_MODELS_NETWORK_ACTIVATION_H_

#include <ATen/core/Tensor.h>

namespace mica {

struct Activation {
  enum class Kind { kNone, kRelu, kRelu6, kLeakyRelu, kGelu, kSilu, kTanh, kSigmoid, kHardSwish, kHardSigmoid };

  Kind kind = Kind::kNone;
  double negative_slope = 0;  // of kLeakyRelu

  bool is_none() const { return kind == Kind::kNone; }
  bool is_relu() const { return kind == Kind::kRelu; }
};

// f32 or f64 of any shape, on any device; the formulas are those of models/layers/layer.proto. Pure.
at::Tensor Activate(const Activation& activation, const at::Tensor& values);

// The same in the memory of `values`, a result that nothing else uses, not even for its gradient.
// Where a gradient needs the values from before, it takes new memory.
at::Tensor ActivateInPlace(const Activation& activation, at::Tensor values);

}  // namespace mica

#endif  // MICA_MODELS_NETWORK_ACTIVATION_H_
