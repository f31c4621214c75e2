// Checks the evaluation's settings before anything is built from them.
//   ValidateEvaluationConfig(config, "evaluation", &problems);
#ifndef MICA_EVAL_EVALUATOR_EVALUATION_VALIDATION_H_
#define MICA_EVAL_EVALUATOR_EVALUATION_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "eval/evaluator/evaluation.pb.h"

namespace mica {

void ValidateEvaluationConfig(const EvaluationConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_EVAL_EVALUATOR_EVALUATION_VALIDATION_H_
