#include "models/initialisation/initialise.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_qr.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>

#include "base/torch/torch_guard.h"
#include "models/initialisation/initialisation_plan.h"

namespace mica {
namespace {

struct Fans {
  double in, out;
};

// Of a tensor [outputs, inputs, …].
Fans FansOf(const at::Tensor& weight) {
  const double kernel = static_cast<double>(weight.numel()) / static_cast<double>(weight.size(0) * weight.size(1));
  return {static_cast<double>(weight.size(1)) * kernel, static_cast<double>(weight.size(0)) * kernel};
}

double StandardDeviation(const KaimingConfig& config, const Fans& fans) {
  const double gain = std::sqrt(2 / (1 + config.negative_slope() * config.negative_slope()));
  return gain / std::sqrt(config.fan() == KaimingConfig::FAN_OUT ? fans.out : fans.in);
}

double StandardDeviation(const XavierConfig& config, const Fans& fans) {
  return config.gain() * std::sqrt(2 / (fans.in + fans.out));
}

// Between plus and minus sqrt(3) of it.
void DrawUniform(double standard_deviation, at::Tensor* weight) {
  const double bound = std::sqrt(3.0) * standard_deviation;
  weight->uniform_(-bound, bound);
}

// By the inverse of the distribution function, which erf is but for scale.
void DrawTruncatedNormal(const TruncatedNormalConfig& config, at::Tensor* weight) {
  const double scale = config.std() * std::sqrt(2.0);
  const double low = std::erf((config.low() - config.mean()) / scale), high = std::erf((config.high() - config.mean()) / scale);
  // As 32-bit numbers, -1 would often be drawn between bounds that are far away, and its inverse is
  // infinite.
  constexpr double kBelowOne = 1 - 0x1p-24;
  weight->uniform_(low, high).clamp_(std::max(low, -kBelowOne), std::min(high, kBelowOne));
  weight->erfinv_().mul_(scale).add_(config.mean()).clamp_(config.low(), config.high());
}

void DrawOrthogonal(const OrthogonalConfig& config, at::Tensor* weight) {
  const int64_t rows = weight->size(0), columns = weight->numel() / rows;
  at::Tensor normal = at::empty({rows, columns}, weight->options()).normal_();
  if (rows < columns) normal = normal.t();
  const auto [q, r] = at::linalg_qr(normal);
  // With these signs every orthogonal matrix is equally likely (Mezzadri 2007).
  const at::Tensor orthogonal = q * r.diagonal().sign();
  weight->copy_((rows < columns ? orthogonal.t() : orthogonal).reshape(weight->sizes()).mul_(config.gain()));
}

// Overwrites all of it.
void Draw(const InitialisationRuleConfig& rule, at::Tensor* weight) {
  switch (rule.kind_case()) {
    case InitialisationRuleConfig::kKaimingNormal:
      weight->normal_(0, StandardDeviation(rule.kaiming_normal(), FansOf(*weight)));
      return;
    case InitialisationRuleConfig::kKaimingUniform:
      return DrawUniform(StandardDeviation(rule.kaiming_uniform(), FansOf(*weight)), weight);
    case InitialisationRuleConfig::kXavierNormal:
      weight->normal_(0, StandardDeviation(rule.xavier_normal(), FansOf(*weight)));
      return;
    case InitialisationRuleConfig::kXavierUniform:
      return DrawUniform(StandardDeviation(rule.xavier_uniform(), FansOf(*weight)), weight);
    case InitialisationRuleConfig::kNormal:
      weight->normal_(rule.normal().mean(), rule.normal().std());
      return;
    case InitialisationRuleConfig::kUniform:
      weight->uniform_(rule.uniform().low(), rule.uniform().high());
      return;
    case InitialisationRuleConfig::kTruncatedNormal:
      return DrawTruncatedNormal(rule.truncated_normal(), weight);
    case InitialisationRuleConfig::kOrthogonal:
      return DrawOrthogonal(rule.orthogonal(), weight);
    case InitialisationRuleConfig::kConstant:
      weight->fill_(rule.constant().value());
      return;
    case InitialisationRuleConfig::KIND_NOT_SET:
      break;
  }
  TORCH_CHECK(false, "InitialisationRuleConfig.kind: unknown arm");
}

}  // namespace

absl::Status Initialise(const InitialisationConfig& config, absl::Span<const InferredLayer> layers, torch::nn::Module* model) {
  return GuardTorch("drawing the first weights", [&] {
    const torch::NoGradGuard no_gradients;
    const auto parameters = model->named_parameters();
    for (const InitialTensor& initial : PlanInitialisation(config, layers)) {
      if (initial.rule == nullptr && !initial.zero_gamma) continue;
      at::Tensor weight = parameters[initial.tensor->name];
      if (initial.rule != nullptr) {
        // What is drawn must not depend on the weight's strides.
        at::Tensor drawn = at::empty(weight.sizes(), weight.options().memory_format(at::MemoryFormat::Contiguous));
        Draw(*initial.rule, &drawn);
        weight.copy_(drawn);
      }
      if (initial.zero_gamma) weight.zero_();
    }
  });
}

}  // namespace mica
