#include "training/loss/loss.h"

#include <ATen/ops/cross_entropy_loss.h>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/error.h"

namespace mica {
namespace {

class CrossEntropy : public Loss {
 public:
  explicit CrossEntropy(double label_smoothing) : label_smoothing_(label_smoothing) {}

  at::Tensor Compute(const at::Tensor& logits, const at::Tensor& targets) const override {
    constexpr int64_t kNoIgnoredLabel = -100;
    return at::cross_entropy_loss(logits, targets, /*weight=*/{}, at::Reduction::Mean, kNoIgnoredLabel, label_smoothing_);
  }

 private:
  const double label_smoothing_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Loss>> CreateLoss(const LossConfig& config) {
  switch (config.kind_case()) {
    case LossConfig::kCrossEntropy:
      return std::make_unique<CrossEntropy>(config.cross_entropy().label_smoothing());
    case LossConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("loss is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("LossConfig.kind: unknown arm");
}

}  // namespace mica
