#include "models/network/activation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>

namespace mica {
namespace {

// LibTorch computes their gradients from the output; of others it would copy the input first.
bool NeedsOnlyOutput(Activation::Kind kind) {
  return kind == Activation::Kind::kRelu || kind == Activation::Kind::kLeakyRelu;
}

}  // namespace

at::Tensor Activate(const Activation& activation, const at::Tensor& values) {
  switch (activation.kind) {
    case Activation::Kind::kNone:
      return values;
    case Activation::Kind::kRelu:
      return at::relu(values);
    case Activation::Kind::kRelu6:
      return at::hardtanh(values, 0, 6);
    case Activation::Kind::kLeakyRelu:
      return at::leaky_relu(values, activation.negative_slope);
    case Activation::Kind::kGelu:
      return at::gelu(values);
    case Activation::Kind::kSilu:
      return at::silu(values);
    case Activation::Kind::kTanh:
      return at::tanh(values);
    case Activation::Kind::kSigmoid:
      return at::sigmoid(values);
    case Activation::Kind::kHardSwish:
      return at::hardswish(values);
    case Activation::Kind::kHardSigmoid:
      return at::hardsigmoid(values);
  }
  return values;
}

at::Tensor ActivateInPlace(const Activation& activation, at::Tensor values) {
  const bool needs_gradient = at::GradMode::is_enabled() && values.requires_grad();
  // A view that a custom operation returns, as ChwnConv2d, cannot be changed in place.
  if (needs_gradient && (!NeedsOnlyOutput(activation.kind) || values.is_view())) return Activate(activation, values);
  switch (activation.kind) {
    case Activation::Kind::kNone:
      return values;
    case Activation::Kind::kRelu:
      return at::relu_(values);
    case Activation::Kind::kRelu6:
      return at::hardtanh_(values, 0, 6);
    case Activation::Kind::kLeakyRelu:
      return at::leaky_relu_(values, activation.negative_slope);
    case Activation::Kind::kGelu:
      return at::gelu_(values);
    case Activation::Kind::kSilu:
      return at::silu_(values);
    case Activation::Kind::kTanh:
      return at::tanh_(values);
    case Activation::Kind::kSigmoid:
      return at::sigmoid_(values);
    case Activation::Kind::kHardSwish:
      return at::hardswish_(values);
    case Activation::Kind::kHardSigmoid:
      return at::hardsigmoid_(values);
  }
  return values;
}

}  // namespace mica
