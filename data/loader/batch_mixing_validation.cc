#include "data/loader/batch_mixing_validation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"

namespace mica {
namespace {

void ValidateAlpha(double alpha, absl::string_view path, ConfigProblems* problems) {
  problems->Require(alpha >= 0.001 && alpha <= 1000, JoinPath(path, "alpha"), "must be 0.001 to 1000", alpha);
}

void ValidateProbability(double probability, const std::string& path, ConfigProblems* problems) {
  problems->Require(probability >= 0 && probability <= 1, path, "must be 0 to 1", probability);
}

void ValidateKind(const BatchMixingConfig& config, absl::string_view path, ConfigProblems* problems) {
  switch (config.kind_case()) {
    case BatchMixingConfig::kMixup:
      return ValidateAlpha(config.mixup().alpha(), JoinPath(path, "mixup"), problems);
    case BatchMixingConfig::kCutmix:
      return ValidateAlpha(config.cutmix().alpha(), JoinPath(path, "cutmix"), problems);
    case BatchMixingConfig::kMixupOrCutmix: {
      const std::string either = JoinPath(path, "mixup_or_cutmix");
      const MixUpOrCutMixConfig& drawn = config.mixup_or_cutmix();
      ValidateAlpha(drawn.mixup().alpha(), JoinPath(either, "mixup"), problems);
      ValidateAlpha(drawn.cutmix().alpha(), JoinPath(either, "cutmix"), problems);
      return ValidateProbability(drawn.cutmix_probability(), JoinPath(either, "cutmix_probability"), problems);
    }
    case BatchMixingConfig::KIND_NOT_SET: {
      const BatchMixingConfig& nothing = BatchMixingConfig::default_instance();
      if (config.probability() == nothing.probability() && config.per_sample() == nothing.per_sample()) return;
      return problems->Error(path, absl::StrCat("mixes nothing: ", ChooseOneOf(config, "kind")));
    }
  }
}

}  // namespace

void ValidateBatchMixingConfig(const BatchMixingConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateKind(config, path, problems);
  ValidateProbability(config.probability(), JoinPath(path, "probability"), problems);
}

}  // namespace mica
