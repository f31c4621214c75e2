#include "training/loop/best_epoch.h"

#include <glog/logging.h>

namespace mica {
namespace {

const char* MetricName(EvaluationConfig::SelectionMetric metric) {
  switch (metric) {
    case EvaluationConfig::VAL_ACCURACY:
      return "accuracy";
    case EvaluationConfig::VAL_BALANCED_ACCURACY:
      return "balanced_accuracy";
    case EvaluationConfig::VAL_MACRO_F1:
      return "macro_f1";
    case EvaluationConfig::VAL_LOSS:
      return "loss";
    case EvaluationConfig::SELECTION_METRIC_UNSPECIFIED:
      break;
  }
  LOG(FATAL) << "select_by was not validated";
}

}  // namespace

double BestEpoch::Value(const EpochRow& row) const {
  return row.validation->Get(MetricName(select_by_));
}

bool BestEpoch::Update(const EpochRow& row) {
  if (!row.validation.has_value()) return false;
  const bool smaller_is_better = select_by_ == EvaluationConfig::VAL_LOSS;
  const bool better = !row_.has_value() || (smaller_is_better ? Value(row) < value() : Value(row) > value());
  if (better) row_ = row;
  return better;
}

}  // namespace mica
