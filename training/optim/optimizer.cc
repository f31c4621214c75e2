#include "training/optim/optimizer.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/zeros.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/required_oneof.h"

namespace mica {
namespace {

class Sgd : public Optimizer {
 public:
  Sgd(const SgdConfig& config, FlatParameters* parameters) : config_(config), parameters_(parameters) {
    if (config.momentum() > 0) momentum_.push_back(parameters->NewBuffer());
  }

  void Step(double learning_rate) override {
    at::_fused_sgd_({parameters_->values()}, {parameters_->gradients()}, momentum_, config_.weight_decay(), config_.momentum(),
                    learning_rate, config_.dampening(), config_.nesterov(), /*maximize=*/false, is_first_step_);
    is_first_step_ = false;
  }

  std::vector<std::pair<std::string, at::Tensor>> State() const override {
    if (momentum_.empty()) return {};
    return {{"momentum", momentum_[0]}};
  }

 private:
  const SgdConfig config_;
  FlatParameters* const parameters_;
  std::vector<at::Tensor> momentum_;  // one buffer, or none without momentum
  bool is_first_step_ = true;         // then the momentum becomes the gradient itself, undampened
};

// The part that Adam and AdamW share: they differ in the kernel alone.
template <typename Config>
class AdamFamily : public Optimizer {
 public:
  using Kernel = void (*)(const Config&, FlatParameters&, const at::Tensor& exp_avg, const at::Tensor& exp_avg_sq, const at::Tensor& step,
                          double learning_rate);

  AdamFamily(const Config& config, FlatParameters* parameters, Kernel kernel)
      : config_(config),
        parameters_(parameters),
        kernel_(kernel),
        exp_avg_(parameters->NewBuffer()),
        exp_avg_sq_(parameters->NewBuffer()),
        step_(at::zeros({}, parameters->values().options())) {}

  void Step(double learning_rate) override {
    step_.add_(1);
    kernel_(config_, *parameters_, exp_avg_, exp_avg_sq_, step_, learning_rate);
  }

  std::vector<std::pair<std::string, at::Tensor>> State() const override { return {{"exp_avg", exp_avg_}, {"exp_avg_sq", exp_avg_sq_}}; }

 private:
  const Config config_;
  FlatParameters* const parameters_;
  const Kernel kernel_;
  const at::Tensor exp_avg_, exp_avg_sq_;  // running means of the gradient and of its square
  const at::Tensor step_;                  // f32 [], what the kernel's bias correction reads; exact up to 2^24 steps
};

void AdamKernel(const AdamConfig& config, FlatParameters& parameters, const at::Tensor& exp_avg, const at::Tensor& exp_avg_sq,
                const at::Tensor& step, double learning_rate) {
  at::_fused_adam_({parameters.values()}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                   config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

void AdamWKernel(const AdamWConfig& config, FlatParameters& parameters, const at::Tensor& exp_avg, const at::Tensor& exp_avg_sq,
                 const at::Tensor& step, double learning_rate) {
  at::_fused_adamw_({parameters.values()}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                    config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Optimizer>> CreateOptimizer(const OptimizerConfig& config, FlatParameters* parameters) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return std::make_unique<Sgd>(config.sgd(), parameters);
    case OptimizerConfig::kAdam:
      return std::make_unique<AdamFamily<AdamConfig>>(config.adam(), parameters, AdamKernel);
    case OptimizerConfig::kAdamw:
      return std::make_unique<AdamFamily<AdamWConfig>>(config.adamw(), parameters, AdamWKernel);
    case OptimizerConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("optimizer is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("OptimizerConfig.kind: unknown arm");  // an enum can hold any integer
}

double BaseLearningRate(const OptimizerConfig& config) {
  switch (config.kind_case()) {
    case OptimizerConfig::kSgd:
      return config.sgd().learning_rate();
    case OptimizerConfig::kAdam:
      return config.adam().learning_rate();
    case OptimizerConfig::kAdamw:
      return config.adamw().learning_rate();
    case OptimizerConfig::KIND_NOT_SET:
      break;
  }
  return 0;
}

}  // namespace mica
