#include "training/loop/best_epoch.h"

#include <glog/logging.h>

#include <cmath>

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

bool BestEpoch::IsBetter(double value, double best) const {
  if (std::isnan(best)) return !std::isnan(value);
  return select_by_ == EvaluationConfig::VAL_LOSS ? value < best : value > best;
}

bool BestEpoch::Update(const EpochRow& row) {
  if (!row.validation.has_value()) return false;
  if (row_.has_value() && !IsBetter(Value(row), value())) return false;
  row_ = row;
  return true;
}

}  // namespace mica
