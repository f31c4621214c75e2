#include "models/network/onednn_convolution.h"

#include <ATen/Context.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/mkldnn_reorder_conv2d_weight.h>

#include <optional>
#include <string_view>

namespace mica {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using OptionalText = std::optional<std::string_view>;

// What oneDNN computes after the convolution.
struct PostOperation {
  std::string_view name = "none";
  Scalars scalars;
  std::string_view algorithm = "";
};

// Empty: oneDNN has no such function.
std::optional<PostOperation> PostOperationOf(const Activation& activation) {
  switch (activation.kind) {
    case Activation::Kind::kNone:
      return PostOperation{};
    case Activation::Kind::kRelu:
      return PostOperation{"relu"};
    case Activation::Kind::kRelu6:
      return PostOperation{"hardtanh", Scalars({at::Scalar(0.0), at::Scalar(6.0)})};
    case Activation::Kind::kLeakyRelu:
      return PostOperation{"leaky_relu", Scalars({at::Scalar(activation.negative_slope)})};
    case Activation::Kind::kGelu:
      return PostOperation{"gelu", {}, "none"};
    case Activation::Kind::kSilu:
      return PostOperation{"swish"};
    case Activation::Kind::kTanh:
      return PostOperation{"tanh"};
    case Activation::Kind::kSigmoid:
      return PostOperation{"sigmoid"};
    case Activation::Kind::kHardSwish:
      return PostOperation{"hardswish"};
    case Activation::Kind::kHardSigmoid:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<at::Tensor> IfDefined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
}

using Numbers = std::vector<int64_t>;

// Both sides of a picture alike.
Numbers Twice(int64_t number) {
  return {number, number};
}

}  // namespace

bool OneDnnTakes(const at::Tensor& images) {
  return at::globalContext().userEnabledMkldnn() && at::hasMKLDNN() && images.device().is_cpu() && images.scalar_type() == at::kFloat &&
         images.dim() == 4 && images.numel() > 0;
}

at::Tensor PackForOneDnn(const at::Tensor& weight, const Conv2dConfig& config, at::IntArrayRef sizes) {
  return at::mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), Twice(config.padding_px()), Twice(config.stride()), Twice(config.dilation()),
                                          config.groups(), sizes);
}

at::Tensor OneDnnConvolution(const at::Tensor& images, const at::Tensor& packed, const at::Tensor& bias, const Conv2dConfig& config,
                             const Activation& activation) {
  using Signature = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef, at::IntArrayRef,
                               at::IntArrayRef, int64_t, std::string_view, Scalars, OptionalText);
  static const auto operation = c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_convolution_pointwise", "").typed<Signature>();
  const std::optional<PostOperation> post = PostOperationOf(activation);
  const PostOperation used = post.value_or(PostOperation{});
  const at::Tensor output = operation.call(images, packed, IfDefined(bias), Twice(config.padding_px()), Twice(config.stride()),
                                           Twice(config.dilation()), config.groups(), used.name, used.scalars, used.algorithm);
  return post.has_value() ? output : ActivateInPlace(activation, output);
}

at::Tensor OneDnnConvolutionAdding(const at::Tensor& images, const at::Tensor& packed, const at::Tensor& bias, const Conv2dConfig& config,
                                   const at::Tensor& residual, bool relu) {
  using Signature = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                               at::IntArrayRef, at::IntArrayRef, int64_t, std::string_view, std::optional<at::Scalar>, OptionalText,
                               Scalars, OptionalText);
  static const auto operation =
      c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_convolution_pointwise", "binary").typed<Signature>();
  return operation.call(images, residual, packed, IfDefined(bias), Twice(config.padding_px()), Twice(config.stride()),
                        Twice(config.dilation()), config.groups(), "add", at::Scalar(1.0), relu ? OptionalText("relu") : std::nullopt,
                        Scalars(), std::nullopt);
}

}  // namespace mica
