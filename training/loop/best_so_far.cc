#include "training/loop/best_so_far.h"

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

bool IsBetter(double value, double best, EvaluationConfig::SelectionMetric select_by) {
  if (std::isnan(best)) return !std::isnan(value);
  return select_by == EvaluationConfig::VAL_LOSS ? value < best : value > best;
}

}  // namespace

bool UpdateBest(const EpochRow& row, Split split, EvaluationConfig::SelectionMetric select_by, std::optional<BestSoFar>* best) {
  const MetricSet* metrics = row.MetricsOf(split);
  if (metrics == nullptr) return false;
  const double value = metrics->Get(MetricName(select_by));
  if (best->has_value() && !IsBetter(value, (*best)->value, select_by)) return false;
  *best = {row, value};
  return true;
}

}  // namespace mica
