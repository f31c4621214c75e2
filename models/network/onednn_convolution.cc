#include "models/network/onednn_convolution.h"

#include <ATen/Context.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/mkldnn_reorder_conv2d_weight.h>

#include <optional>
#include <string_view>
#include <vector>

namespace mica {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using OptionalText = std::optional<std::string_view>;

// What oneDNN computes after the convolution.
struct PostOperation {
  std::string_view name;
  Scalars scalars;
  std::string_view algorithm;
};

PostOperation Post(std::string_view name, const std::vector<double>& numbers = {}, std::string_view algorithm = "") {
  PostOperation post{name, Scalars(), algorithm};
  for (const double number : numbers) post.scalars.push_back(at::Scalar(number));
  return post;
}

// Empty: oneDNN has no such function.
std::optional<PostOperation> PostOperationOf(const Activation& activation) {
  switch (activation.kind) {
    case Activation::Kind::kNone:
      return Post("none");
    case Activation::Kind::kRelu:
      return Post("relu");
    case Activation::Kind::kRelu6:
      return Post("hardtanh", {0, 6});
    case Activation::Kind::kLeakyRelu:
      return Post("leaky_relu", {activation.negative_slope});
    case Activation::Kind::kGelu:
      return Post("gelu", {}, "none");
    case Activation::Kind::kSilu:
      return Post("swish");
    case Activation::Kind::kTanh:
      return Post("tanh");
    case Activation::Kind::kSigmoid:
      return Post("sigmoid");
    case Activation::Kind::kHardSwish:
      return Post("hardswish");
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
  const PostOperation used = post.value_or(Post("none"));
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
