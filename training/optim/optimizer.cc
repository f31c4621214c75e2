#include "training/optim/optimizer.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/full.h>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "training/optim/adam_kernel.h"

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

namespace mica {
namespace {

// The part of a buffer that belongs to a group.
at::Tensor PartOf(const at::Tensor& buffer, const ParameterGroup& group) {
  return buffer.narrow(0, group.offset, group.values.numel());
}

// The number of the group's own update, from 1; 0 or less: it does not train yet.
int64_t UpdateOf(const ParameterGroup& group, const UpdateScalars& scalars) {
  return scalars.update - group.first_step;
}

// The config with the group's weight decay.
template <typename Config>
Config ConfigOf(Config config, const ParameterGroup& group) {
  if (group.weight_decay.has_value()) config.set_weight_decay(*group.weight_decay);
  return config;
}

// Appends each parameter's part of `buffer`, as "NAME.fc.weight".
void AppendState(const std::string& name, const at::Tensor& buffer, const FlatParameters& parameters, std::vector<NamedTensor>* state) {
  for (NamedTensor& part : parameters.Split(buffer)) state->push_back({absl::StrCat(name, ".", part.name), std::move(part.tensor)});
}

class Sgd : public Optimizer {
 public:
  Sgd(const SgdConfig& config, FlatParameters* parameters) : parameters_(parameters) {
    if (config.momentum() > 0) momentum_ = parameters->NewBuffer();
    for (const ParameterGroup& group : parameters->groups()) configs_.push_back(ConfigOf(config, group));
  }

  void Step(const UpdateScalars& scalars) override {
    for (size_t i = 0; i < configs_.size(); ++i) StepOfGroup(scalars, configs_[i], parameters_->groups()[i]);
  }

  std::vector<NamedTensor> State() const override {
    std::vector<NamedTensor> state;
    if (momentum_.defined()) AppendState("momentum", momentum_, *parameters_, &state);
    return state;
  }

 private:
  void StepOfGroup(const UpdateScalars& scalars, const SgdConfig& config, const ParameterGroup& group) {
    const int64_t update = UpdateOf(group, scalars);
    if (update < 1) return;
    // LibTorch's kernel can scale too, but it divides.
    if (scalars.gradient_factor != 1) at::Tensor(group.gradients).mul_(scalars.gradient_factor);
    std::vector<at::Tensor> momentum;
    if (momentum_.defined()) momentum.push_back(PartOf(momentum_, group));
    // At the first update the momentum becomes the gradient itself, undampened.
    at::_fused_sgd_({group.values}, {group.gradients}, momentum, config.weight_decay(), config.momentum(),
                    scalars.learning_rate * group.learning_rate_factor, config.dampening(), config.nesterov(), /*maximize=*/false,
                    /*is_first_step=*/update == 1);
  }

  FlatParameters* const parameters_;
  std::vector<SgdConfig> configs_;  // [groups]
  at::Tensor momentum_;             // undefined without momentum
};

struct AdamState {
  at::Tensor exp_avg, exp_avg_sq;  // running means of the gradient and of its square
};

void FusedStep(const AdamConfig& config, const ParameterGroup& group, const AdamState& state, const at::Tensor& step,
               double learning_rate) {
  at::_fused_adam_({group.values}, {group.gradients}, {state.exp_avg}, {state.exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                   config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

void FusedStep(const AdamWConfig& config, const ParameterGroup& group, const AdamState& state, const at::Tensor& step,
               double learning_rate) {
  at::_fused_adamw_({group.values}, {group.gradients}, {state.exp_avg}, {state.exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                    config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

// Works in blocks of 16 values, of which the buffers are made. So the number of threads does not
// change a bit (adam_kernel.h).
void StepOnCpu(const AdamScalars& scalars, const ParameterGroup& group, const AdamState& state) {
  constexpr int64_t kBlock = 16;
  // 32,768 values; LibTorch shares elementwise work from there on, too.
  constexpr int64_t kMinBlocksAThread = 2048;
  float* const values = group.values.mutable_data_ptr<float>();
  const float* const gradients = group.gradients.const_data_ptr<float>();
  float* const exp_avg = state.exp_avg.mutable_data_ptr<float>();
  float* const exp_avg_sq = state.exp_avg_sq.mutable_data_ptr<float>();
  at::parallel_for(0, group.values.numel() / kBlock, kMinBlocksAThread, [&](int64_t begin, int64_t end) {
    const int64_t first = begin * kBlock;
    AdamStep(scalars, values + first, gradients + first, exp_avg + first, exp_avg_sq + first, (end - begin) * kBlock);
  });
}

// Adam or AdamW, as its config says: our kernel on the CPU, LibTorch's on other devices.
template <typename Config>
class AdamFamily : public Optimizer {
 public:
  AdamFamily(const Config& config, FlatParameters* parameters)
      : parameters_(parameters), state_{parameters->NewBuffer(), parameters->NewBuffer()} {
    for (const ParameterGroup& group : parameters->groups()) configs_.push_back(ConfigOf(config, group));
  }

  void Step(const UpdateScalars& scalars) override {
    for (size_t i = 0; i < configs_.size(); ++i) StepOfGroup(scalars, configs_[i], parameters_->groups()[i]);
  }

  std::vector<NamedTensor> State() const override {
    std::vector<NamedTensor> state;
    AppendState("exp_avg", state_.exp_avg, *parameters_, &state);
    AppendState("exp_avg_sq", state_.exp_avg_sq, *parameters_, &state);
    return state;
  }

 private:
  void StepOfGroup(const UpdateScalars& scalars, const Config& config, const ParameterGroup& group) {
    const int64_t update = UpdateOf(group, scalars);
    if (update < 1) return;
    const AdamState state = {PartOf(state_.exp_avg, group), PartOf(state_.exp_avg_sq, group)};
    const double learning_rate = scalars.learning_rate * group.learning_rate_factor;
    if (group.values.is_cpu()) {
      AdamScalars adam = ScalarsOfStep(config, learning_rate, update);
      adam.gradient_factor = static_cast<float>(scalars.gradient_factor);
      StepOnCpu(adam, group, state);
    } else {
      if (scalars.gradient_factor != 1) at::Tensor(group.gradients).mul_(scalars.gradient_factor);
      // f32, as the kernel wants it; exact up to 2^24 steps
      FusedStep(config, group, state, at::full({}, update, group.values.options()), learning_rate);
    }
  }

  FlatParameters* const parameters_;
  std::vector<Config> configs_;  // [groups]
  const AdamState state_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> CreateOptimizer(const OptimizerConfig& config, FlatParameters* parameters) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return std::make_unique<Sgd>(config.sgd(), parameters);
    case OptimizerConfig::kAdam:
      return std::make_unique<AdamFamily<AdamConfig>>(config.adam(), parameters);
    case OptimizerConfig::kAdamw:
      return std::make_unique<AdamFamily<AdamWConfig>>(config.adamw(), parameters);
    case OptimizerConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("optimizer is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("OptimizerConfig.kind: unknown arm");
}

}  // namespace mica
