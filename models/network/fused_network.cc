#include "models/network/fused_network.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/relu.h>

#include <utility>

#include "models/kernels/chwn_layers.h"
#include "models/kernels/fused_batch_norm.h"
#include "models/network/activation.h"
#include "models/network/folded_convolution.h"
#include "models/network/layer_modules.h"

namespace mica {
namespace {

using Steps = std::vector<std::unique_ptr<NetworkStep>>;

at::Tensor RunSteps(const Steps& steps, at::Tensor activation) {
  for (const auto& step : steps) activation = step->Forward(activation);
  return activation;
}

void DropAll(const Steps& steps) {
  for (const auto& step : steps) step->DropFolded();
}

// relu(values + residual) or the sum alone.
at::Tensor Add(const at::Tensor& values, const at::Tensor& residual, bool relu) {
  at::Tensor sum = values + residual;
  return relu ? at::relu_(sum) : sum;
}

class PlainStep : public NetworkStep {
 public:
  explicit PlainStep(Step step) : step_(std::move(step)) {}

  at::Tensor Forward(const at::Tensor& input) override { return step_(input); }

 private:
  const Step step_;
};

// Can take in the sum of a residual whose branch it ends.
class NormalisingStep : public NetworkStep {
 public:
  explicit NormalisingStep(Activation activation) : activation_(activation) {}

  // The sum, and a ReLU of it if `relu`. Only without an activation of its own.
  virtual at::Tensor ForwardAdding(const at::Tensor& input, const at::Tensor& residual, bool relu) = 0;

  const Activation& activation() const { return activation_; }

 private:
  const Activation activation_;
};

at::Tensor NormaliseByBatch(BatchNormModule& norm, const at::Tensor& input, const at::Tensor& residual, bool relu) {
  norm.num_batches_tracked.add_(1);
  return FusedBatchNorm(input, norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.momentum, norm.epsilon, residual, relu);
}

// A batch norm, perhaps with an activation.
class BatchNormStep : public NormalisingStep {
 public:
  BatchNormStep(std::shared_ptr<BatchNormModule> norm, Activation activation) : NormalisingStep(activation), norm_(std::move(norm)) {}

  at::Tensor Forward(const at::Tensor& input) override {
    if (!FusesInTraining(input)) return ActivateInPlace(activation(), norm_->forward(input));
    const bool relu = activation().is_relu();
    const at::Tensor output = NormaliseByBatch(*norm_, input, /*residual=*/{}, relu);
    return relu ? output : ActivateInPlace(activation(), output);
  }

  at::Tensor ForwardAdding(const at::Tensor& input, const at::Tensor& residual, bool relu) override {
    return FusesInTraining(input) ? NormaliseByBatch(*norm_, input, residual, relu) : Add(norm_->forward(input), residual, relu);
  }

 private:
  bool FusesInTraining(const at::Tensor& input) const { return norm_->is_training() && !IsChwn(input); }

  const std::shared_ptr<BatchNormModule> norm_;
};

// A convolution, perhaps with a batch norm and an activation.
class ConvolutionStep : public NormalisingStep {
 public:
  ConvolutionStep(std::shared_ptr<ConvolutionModule> convolution, std::shared_ptr<BatchNormModule> norm, Activation activation)
      : NormalisingStep(activation), convolution_(convolution), folded_(std::move(convolution), norm, activation) {
    if (norm != nullptr) norm_ = std::make_unique<BatchNormStep>(std::move(norm), activation);
  }

  at::Tensor Forward(const at::Tensor& input) override {
    if (folded_.Applies(input, /*residual=*/{})) return folded_.Forward(input, /*residual=*/{}, /*relu_after_sum=*/false);
    folded_.Drop();
    const at::Tensor output = convolution_->forward(input);
    return norm_ != nullptr ? norm_->Forward(output) : ActivateInPlace(activation(), output);
  }

  at::Tensor ForwardAdding(const at::Tensor& input, const at::Tensor& residual, bool relu) override {
    if (folded_.Applies(input, residual)) return folded_.Forward(input, residual, relu);
    folded_.Drop();
    const at::Tensor output = convolution_->forward(input);
    return norm_ != nullptr ? norm_->ForwardAdding(output, residual, relu) : Add(output, residual, relu);
  }

  void DropFolded() override { folded_.Drop(); }

 private:
  const std::shared_ptr<ConvolutionModule> convolution_;
  std::unique_ptr<BatchNormStep> norm_;  // null without a batch norm
  FoldedConvolution folded_;
};

class ResidualStep : public NetworkStep {
 public:
  // `depth` ends the branch and may be null.
  ResidualStep(Steps branch, Steps shortcut, std::shared_ptr<StochasticDepthModule> depth, bool relu)
      : branch_(std::move(branch)), shortcut_(std::move(shortcut)), depth_(std::move(depth)), relu_(relu) {
    if (!branch_.empty()) last_ = dynamic_cast<NormalisingStep*>(branch_.back().get());
    if (last_ != nullptr && !last_->activation().is_none()) last_ = nullptr;
  }

  at::Tensor Forward(const at::Tensor& input) override {
    const at::Tensor shortcut = RunSteps(shortcut_, input);
    const bool drops = depth_ != nullptr && depth_->drops();
    at::Tensor branch = input;
    for (const auto& step : branch_) {
      if (step.get() == last_ && !drops) return last_->ForwardAdding(branch, shortcut, relu_);
      branch = step->Forward(branch);
    }
    return Add(drops ? depth_->forward(branch) : branch, shortcut, relu_);
  }

  void DropFolded() override {
    DropAll(branch_);
    DropAll(shortcut_);
  }

 private:
  const Steps branch_, shortcut_;
  const std::shared_ptr<StochasticDepthModule> depth_;
  const bool relu_;                  // after the sum
  NormalisingStep* last_ = nullptr;  // the branch's last step, if it can take in the sum
};

class ConcatStep : public NetworkStep {
 public:
  // `layer` is the concat.
  ConcatStep(std::vector<Steps> branches, const NetworkLayer& layer)
      : branches_(std::move(branches)),
        input_channels_(layer.input_channels),
        output_channels_(layer.output_channels),
        splits_(layer.splits_input) {}

  at::Tensor Forward(const at::Tensor& input) override {
    const auto count = static_cast<int64_t>(branches_.size());
    std::vector<at::Tensor> parts = splits_ ? input.chunk(count, input_channels_) : std::vector<at::Tensor>(count, input);
    for (int64_t i = 0; i < count; ++i) parts[i] = RunSteps(branches_[i], parts[i]);
    return at::cat(parts, output_channels_);
  }

  void DropFolded() override {
    for (const Steps& branch : branches_) DropAll(branch);
  }

 private:
  const std::vector<Steps> branches_;
  const int64_t input_channels_, output_channels_;  // dimensions
  const bool splits_;
};

// Layers one after the other, those of blocks in place.
using Row = std::vector<const NetworkLayer*>;

void AppendTo(Row* row, const std::vector<NetworkLayer>& layers) {
  for (const NetworkLayer& layer : layers) {
    layer.kind == LayerConfig::kBlock ? AppendTo(row, layer.lists[0]) : row->push_back(&layer);
  }
}

Row RowOf(const std::vector<NetworkLayer>& layers) {
  Row row;
  AppendTo(&row, layers);
  return row;
}

// Groups a row of layers into steps.
class Plan {
 public:
  explicit Plan(Row row) : row_(std::move(row)) {}

  Steps Make() {
    Steps steps;
    while (next_ < row_.size()) steps.push_back(MakeStep(*row_[next_++]));
    return steps;
  }

 private:
  std::unique_ptr<NetworkStep> MakeStep(const NetworkLayer& layer) {
    if (layer.kind == LayerConfig::kConv2D) {
      auto norm = NextIs(LayerConfig::kBatchNorm) ? std::static_pointer_cast<BatchNormModule>(row_[next_++]->module) : nullptr;
      return std::make_unique<ConvolutionStep>(std::static_pointer_cast<ConvolutionModule>(layer.module), std::move(norm),
                                               NextActivation());
    }
    if (layer.kind == LayerConfig::kBatchNorm) {
      return std::make_unique<BatchNormStep>(std::static_pointer_cast<BatchNormModule>(layer.module), NextActivation());
    }
    if (layer.kind == LayerConfig::kResidual) return MakeResidual(layer);
    if (layer.kind == LayerConfig::kConcat) return MakeConcat(layer);
    return std::make_unique<PlainStep>(layer.step);
  }

  std::unique_ptr<NetworkStep> MakeResidual(const NetworkLayer& layer) {
    Row branch = RowOf(layer.lists[0]);
    std::shared_ptr<StochasticDepthModule> depth;
    if (branch.back()->kind == LayerConfig::kStochasticDepth) {
      depth = std::static_pointer_cast<StochasticDepthModule>(branch.back()->module);
      branch.pop_back();
    }
    const bool relu = NextIs(LayerConfig::kRelu);
    if (relu) ++next_;
    return std::make_unique<ResidualStep>(Plan(std::move(branch)).Make(), Plan(RowOf(layer.lists[1])).Make(), std::move(depth), relu);
  }

  static std::unique_ptr<NetworkStep> MakeConcat(const NetworkLayer& layer) {
    std::vector<Steps> branches;
    for (const std::vector<NetworkLayer>& list : layer.lists) branches.push_back(Plan(RowOf(list)).Make());
    return std::make_unique<ConcatStep>(std::move(branches), layer);
  }

  bool NextIs(LayerConfig::KindCase kind) const { return next_ < row_.size() && row_[next_]->kind == kind; }

  // Takes the next layer if it is an activation.
  Activation NextActivation() {
    if (next_ == row_.size() || row_[next_]->activation.is_none()) return {};
    return row_[next_++]->activation;
  }

  const Row row_;
  size_t next_ = 0;
};

}  // namespace

FusedNetwork::FusedNetwork(const std::vector<NetworkLayer>& layers) : steps_(Plan(RowOf(layers)).Make()) {}

at::Tensor FusedNetwork::Forward(const at::Tensor& images) const {
  return RunSteps(steps_, images);
}

void FusedNetwork::DropFolded() const {
  DropAll(steps_);
}

}  // namespace mica
