#include "training/optim/flat_parameters.h"

#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/nn/module.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr int64_t kCacheLineFloats = 16;

at::Tensor InMemoryOrder(const at::Tensor& parameter) {
  return parameter.detach().contiguous(parameter.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

bool Fits(const ParameterRule& rule, absl::string_view parameter) {
  return std::any_of(rule.prefixes.begin(), rule.prefixes.end(), [&](const std::string& prefix) {
    return parameter == prefix || absl::StartsWith(parameter, absl::StrCat(prefix, "."));
  });
}

// The index of the rule that decides on a parameter; the number of rules if none does.
size_t RuleOf(absl::Span<const ParameterRule> rules, absl::string_view parameter) {
  return std::find_if(rules.begin(), rules.end(), [&](const ParameterRule& rule) { return Fits(rule, parameter); }) - rules.begin();
}

}  // namespace

FlatParameters::FlatParameters(torch::nn::Module& module, absl::Span<const ParameterRule> rules) {
  std::vector<torch::Tensor> parameters;  // one per piece
  int64_t end = 0;
  const auto add_group = [&](const ParameterRule& rule, size_t rule_index) {
    ParameterGroup group{rule.group, rule.learning_rate_factor, rule.weight_decay, /*parameters=*/{}, /*offset=*/end, {}, {}};
    for (const auto& parameter : module.named_parameters()) {
      if (!parameter.value().requires_grad() || RuleOf(rules, parameter.key()) != rule_index) continue;
      const at::Tensor ordered = InMemoryOrder(parameter.value());
      group.parameters.push_back(parameter.key());
      parameters.push_back(parameter.value());
      pieces_.push_back({parameter.key(), end, ordered.sizes().vec(), ordered.strides().vec()});
      end += (ordered.numel() + kCacheLineFloats - 1) / kCacheLineFloats * kCacheLineFloats;
    }
    if (!group.parameters.empty()) groups_.push_back(std::move(group));
  };
  add_group(ParameterRule(), rules.size());
  for (size_t i = 0; i < rules.size(); ++i) add_group(rules[i], i);

  const auto options = module.parameters().front().options().requires_grad(false);
  values_ = at::zeros({end}, options);
  gradients_ = at::zeros({end}, options);
  for (size_t i = 0; i < pieces_.size(); ++i) {
    View(values_, pieces_[i]).copy_(parameters[i].detach());
    parameters[i].set_data(View(values_, pieces_[i]));
    parameters[i].mutable_grad() = View(gradients_, pieces_[i]);
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    const int64_t group_end = i + 1 < groups_.size() ? groups_[i + 1].offset : end;
    groups_[i].values = values_.narrow(0, groups_[i].offset, group_end - groups_[i].offset);
    groups_[i].gradients = gradients_.narrow(0, groups_[i].offset, group_end - groups_[i].offset);
  }
}

at::Tensor FlatParameters::View(const at::Tensor& buffer, const Piece& piece) const {
  return buffer.as_strided(piece.sizes, piece.strides, piece.offset);
}

at::Tensor FlatParameters::NewBuffer() const {
  return at::zeros_like(values_);
}

std::vector<NamedTensor> FlatParameters::Split(const at::Tensor& buffer) const {
  std::vector<NamedTensor> parts;
  for (const Piece& piece : pieces_) parts.push_back({piece.name, View(buffer, piece)});
  return parts;
}

void FlatParameters::ZeroGradients() {
  gradients_.zero_();
}

at::Tensor FlatParameters::GradientNorm() const {
  return gradients_.norm();
}

}  // namespace mica
