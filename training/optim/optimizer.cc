#include "training/optim/optimizer.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/full.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/required_oneof.h"
#include "training/optim/adam_kernel.h"

#ifndef _OPENMP
#error "at::parallel_for would compute in one thread: compile with OPENMP_COPTS"
#endif

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

void FusedStep(const AdamConfig& config, FlatParameters& parameters, const at::Tensor& exp_avg, const at::Tensor& exp_avg_sq,
               const at::Tensor& step, double learning_rate) {
  at::_fused_adam_({parameters.values()}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                   config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

void FusedStep(const AdamWConfig& config, FlatParameters& parameters, const at::Tensor& exp_avg, const at::Tensor& exp_avg_sq,
               const at::Tensor& step, double learning_rate) {
  at::_fused_adamw_({parameters.values()}, {parameters.gradients()}, {exp_avg}, {exp_avg_sq}, /*max_exp_avg_sqs=*/{}, {step}, learning_rate,
                    config.beta1(), config.beta2(), config.weight_decay(), config.epsilon(), /*amsgrad=*/false, /*maximize=*/false);
}

// Adam or AdamW, as its config says: our kernel on the CPU, LibTorch's on other devices.
template <typename Config>
class AdamFamily : public Optimizer {
 public:
  AdamFamily(const Config& config, FlatParameters* parameters)
      : config_(config), parameters_(parameters), exp_avg_(parameters->NewBuffer()), exp_avg_sq_(parameters->NewBuffer()) {}

  void Step(double learning_rate) override {
    ++step_;
    const at::Tensor& values = parameters_->values();
    if (values.is_cpu()) {
      StepOnCpu(ScalarsOfStep(config_, learning_rate, step_));
    } else {
      const at::Tensor step = at::full({}, step_, values.options());  // f32, as the kernel wants it; exact up to 2^24 steps
      FusedStep(config_, *parameters_, exp_avg_, exp_avg_sq_, step, learning_rate);
    }
  }

  std::vector<std::pair<std::string, at::Tensor>> State() const override { return {{"exp_avg", exp_avg_}, {"exp_avg_sq", exp_avg_sq_}}; }

 private:
  // In blocks of 16 values, of which the buffers are made: so the number of threads does not change a bit (adam_kernel.h).
  void StepOnCpu(const AdamScalars& scalars) {
    constexpr int64_t kBlock = 16;
    constexpr int64_t kLeastBlocksAThread = 2048;  // 32,768 values, where LibTorch begins to share elementwise work, too
    float* const values = parameters_->values().mutable_data_ptr<float>();
    const float* const gradients = parameters_->gradients().const_data_ptr<float>();
    float* const exp_avg = exp_avg_.mutable_data_ptr<float>();
    float* const exp_avg_sq = exp_avg_sq_.mutable_data_ptr<float>();
    at::parallel_for(0, parameters_->values().numel() / kBlock, kLeastBlocksAThread, [&](int64_t begin, int64_t end) {
      const int64_t first = begin * kBlock;
      AdamStep(scalars, values + first, gradients + first, exp_avg + first, exp_avg_sq + first, (end - begin) * kBlock);
    });
  }

  const Config config_;
  FlatParameters* const parameters_;
  const at::Tensor exp_avg_, exp_avg_sq_;  // running means of the gradient and of its square
  int64_t step_ = 0;
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
