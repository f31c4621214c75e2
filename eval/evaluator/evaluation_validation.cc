#include "eval/evaluator/evaluation_validation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/augment/transform_validation.h"
#include "eval/metrics/metrics_validation.h"

namespace mica {
namespace {

constexpr int kMaxViews = 100;

}  // namespace

void ValidateEvaluationConfig(const EvaluationConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.batch_size() >= 1, JoinPath(path, "batch_size"), "must be at least 1", int64_t{config.batch_size()});
  if (config.select_by() == EvaluationConfig::SELECTION_METRIC_UNSPECIFIED) {
    problems->Error(JoinPath(path, "select_by"), "must be one of VAL_ACCURACY, VAL_BALANCED_ACCURACY, VAL_MACRO_F1, VAL_LOSS");
  }
  ValidateMetricsConfig(config.metrics(), JoinPath(path, "metrics"), problems);
  if (!config.has_test_time_augmentation()) return;
  const TestTimeAugmentationConfig& augmentation = config.test_time_augmentation();
  const std::string augmentation_path = JoinPath(path, "test_time_augmentation");
  problems->Require(augmentation.views() >= 1 && augmentation.views() <= kMaxViews, JoinPath(augmentation_path, "views"),
                    absl::StrCat("must be in [1, ", kMaxViews, "]"), int64_t{augmentation.views()});
  ValidateTransforms(augmentation.transforms(), JoinPath(augmentation_path, "transforms"), problems);
}

}  // namespace mica
