#include "training/loss/loss_validation.h"

#include "base/config/required_oneof.h"

namespace mica {

void ValidateLossConfig(const LossConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case LossConfig::kCrossEntropy: {
      const double smoothing = config.cross_entropy().label_smoothing();
      problems->Require(smoothing >= 0 && smoothing < 1, JoinPath(path, "cross_entropy.label_smoothing"), "must be in [0, 1)", smoothing);
      return;
    }
    case LossConfig::KIND_NOT_SET:
      return RequireOneof(config, "kind", path, problems);
  }
}

}  // namespace mica
