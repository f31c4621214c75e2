#include "eval/evaluator/evaluation_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<EvaluationConfig> kTable(ValidateEvaluationConfig, "evaluation");

TEST(EvaluationValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("batch_size: 1 select_by: VAL_LOSS");
  kTable.ExpectValid("test_time_augmentation { views: 1 }");
  kTable.ExpectValid("test_time_augmentation { views: 100 transforms { horizontal_flip {} } }");
}

TEST(EvaluationValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"batch_size: 0", "evaluation.batch_size must be at least 1 (got "},
                       {"test_time_augmentation {}", "evaluation.test_time_augmentation.views must be in [1, 100] (got "},
                       {"test_time_augmentation { views: 0 }", "evaluation.test_time_augmentation.views must be in [1, 100] (got "},
                       {"test_time_augmentation { views: 101 }", "evaluation.test_time_augmentation.views must be in [1, 100] (got "},
                       {"test_time_augmentation { views: 1 transforms { horizontal_flip { probability: 2 } } }",
                        "evaluation.test_time_augmentation.transforms[0].horizontal_flip.probability"},
                       {"batch_size: -1", "evaluation.batch_size must be at least 1 (got "},
                       {"select_by: SELECTION_METRIC_UNSPECIFIED", "evaluation.select_by must be one of VAL_ACCURACY"}});
}

}  // namespace
}  // namespace mica
