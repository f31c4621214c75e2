#include "training/optim/flat_parameters.h"

#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/nn/module.h>

namespace mica {
namespace {

constexpr int64_t kCacheLineFloats = 16;

at::Tensor Laid(const at::Tensor& parameter) {
  return parameter.detach().contiguous(parameter.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

}  // namespace

FlatParameters::FlatParameters(torch::nn::Module& module) {
  int64_t end = 0;
  for (const auto& parameter : module.named_parameters()) {
    const at::Tensor laid = Laid(parameter.value());
    pieces_.push_back({parameter.key(), end, laid.sizes().vec(), laid.strides().vec()});
    end += (laid.numel() + kCacheLineFloats - 1) / kCacheLineFloats * kCacheLineFloats;
  }
  const auto options = module.parameters().front().options().requires_grad(false);
  values_ = at::zeros({end}, options);
  gradients_ = at::zeros({end}, options);
  size_t next = 0;
  for (torch::Tensor& parameter : module.parameters()) {
    const Piece& piece = pieces_[next++];
    View(values_, piece).copy_(parameter.detach());
    parameter.set_data(View(values_, piece));
    parameter.mutable_grad() = View(gradients_, piece);
  }
}

at::Tensor FlatParameters::View(const at::Tensor& buffer, const Piece& piece) const {
  return buffer.as_strided(piece.sizes, piece.strides, piece.offset);
}

at::Tensor FlatParameters::NewBuffer() const {
  return at::zeros_like(values_);
}

std::vector<std::pair<std::string, at::Tensor>> FlatParameters::Split(const at::Tensor& buffer) const {
  std::vector<std::pair<std::string, at::Tensor>> parts;
  for (const Piece& piece : pieces_) parts.emplace_back(piece.name, View(buffer, piece));
  return parts;
}

void FlatParameters::ZeroGradients() {
  gradients_.zero_();
}

double FlatParameters::GradientNorm() const {
  return gradients_.norm().item<double>();
}

void FlatParameters::ClipGradients(double norm, double longest) {
  const double factor = longest / (norm + 1e-6);
  if (factor < 1) gradients_.mul_(factor);
}

}  // namespace mica
