#include "eval/evaluator/evaluation_validation.h"

#include <cstdint>

namespace mica {

void ValidateEvaluationConfig(const EvaluationConfig& config, absl::string_view path, ConfigProblems* problems) {
  problems->Require(config.batch_size() >= 1, JoinPath(path, "batch_size"), "must be at least 1", int64_t{config.batch_size()});
  if (config.select_by() == EvaluationConfig::SELECTION_METRIC_UNSPECIFIED) {
    problems->Error(JoinPath(path, "select_by"), "must be one of VAL_ACCURACY, VAL_BALANCED_ACCURACY, VAL_MACRO_F1, VAL_LOSS");
  }
}

}  // namespace mica
