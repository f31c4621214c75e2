#include "training/optim/flat_parameters.h"

#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <glog/logging.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace mica {
namespace {

constexpr int64_t kCacheLineFloats = 16;

at::Tensor InMemoryOrder(const at::Tensor& parameter) {
  return parameter.detach().contiguous(parameter.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

// [plan], by first_step.
std::vector<size_t> OrderOf(absl::Span<const PlannedGroup> plan) {
  std::vector<size_t> order(plan.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return plan[a].first_step < plan[b].first_step; });
  return order;
}

// Where each parameter stands in the plan.
std::unordered_map<std::string, size_t> GroupsOf(absl::Span<const PlannedGroup> plan) {
  std::unordered_map<std::string, size_t> groups;
  for (size_t i = 0; i < plan.size(); ++i) {
    for (const std::string& parameter : plan[i].parameters) groups.emplace(parameter, i);
  }
  return groups;
}

}  // namespace

FlatParameters::FlatParameters(torch::nn::Module& module, absl::Span<const PlannedGroup> plan) {
  const at::TensorOptions options = module.parameters().front().options().requires_grad(false);
  const std::unordered_map<std::string, size_t> group_of = GroupsOf(plan);
  for (auto& parameter : module.named_parameters()) {
    if (plan.empty()) break;
    const auto group = group_of.find(parameter.key());
    CHECK(group != group_of.end()) << "the plan lacks " << parameter.key();
    if (plan[group->second].first_step == kNeverTrains) parameter.value().set_requires_grad(false);
  }
  for (auto& parameter : module.named_parameters()) {
    if (!parameter.value().requires_grad()) parameter.value().set_data(InMemoryOrder(parameter.value()));
  }
  if (plan.empty()) AddGroup(module, PlannedGroup(), [](const std::string&) { return true; });
  for (const size_t i : OrderOf(plan)) {
    AddGroup(module, plan[i], [&](const std::string& name) { return group_of.at(name) == i; });
  }
  MakeBuffers(options);
  FreezeForStep(0);
}

void FlatParameters::AddGroup(torch::nn::Module& module, const PlannedGroup& planned, const std::function<bool(const std::string&)>& has) {
  ParameterGroup group;
  group.name = planned.name;
  group.learning_rate_factor = planned.learning_rate_factor;
  group.weight_decay = planned.weight_decay;
  group.first_step = planned.first_step;
  group.offset = size_;
  for (const auto& parameter : module.named_parameters()) {
    if (!parameter.value().requires_grad() || !has(parameter.key())) continue;
    const at::Tensor ordered = InMemoryOrder(parameter.value());
    group.parameters.push_back(parameter.key());
    pieces_.push_back({parameter.key(), size_, ordered.sizes().vec(), ordered.strides().vec(), parameter.value()});
    size_ += (ordered.numel() + kCacheLineFloats - 1) / kCacheLineFloats * kCacheLineFloats;
  }
  if (!group.parameters.empty()) groups_.push_back(std::move(group));
}

void FlatParameters::MakeBuffers(const at::TensorOptions& options) {
  values_ = at::zeros({size_}, options);
  gradients_ = at::zeros({size_}, options);
  for (Piece& piece : pieces_) {
    View(values_, piece).copy_(piece.parameter.detach());
    piece.parameter.set_data(View(values_, piece));
    piece.parameter.mutable_grad() = View(gradients_, piece);
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    const int64_t group_end = i + 1 < groups_.size() ? groups_[i + 1].offset : size_;
    groups_[i].values = values_.narrow(0, groups_[i].offset, group_end - groups_[i].offset);
    groups_[i].gradients = gradients_.narrow(0, groups_[i].offset, group_end - groups_[i].offset);
  }
}

void FlatParameters::FreezeForStep(int64_t step) {
  const auto first_frozen =
      std::find_if(groups_.begin(), groups_.end(), [&](const ParameterGroup& group) { return group.first_step > step; });
  const int64_t end = first_frozen == groups_.end() ? size_ : first_frozen->offset;
  active_gradients_ = gradients_.narrow(0, 0, end);
  for (Piece& piece : pieces_) piece.parameter.set_requires_grad(piece.offset < end);
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
  active_gradients_.zero_();
}

at::Tensor FlatParameters::GradientNorm() const {
  return active_gradients_.norm();
}

}  // namespace mica
