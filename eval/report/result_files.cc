#include "eval/report/result_files.h"

#include "eval/metrics/confusion_matrix.h"
#include "eval/report/result_tables.h"
#include "eval/report/run_tables.h"

namespace mica {

std::vector<ResultFile> ResultFiles(const PredictionTable& predictions, const DatasetIndex& index, std::optional<double> temperature) {
  const ResultTables tables(predictions, index);
  return {
      {"per_class.csv", tables.PerClassCsv()},
      {"confusion_matrix.csv", ConfusionMatrixCsv(ConfusionMatrix(predictions), index.classes)},
      {"most_confused.csv", tables.MostConfusedCsv()},
      {"intervals.csv", tables.IntervalsCsv()},
      {"reliability.csv", tables.ReliabilityCsv(temperature)},
      {"threshold_sweep.csv", tables.ThresholdSweepCsv()},
      {"risk_coverage.csv", tables.RiskCoverageCsv()},
      {"curves.csv", tables.CurvesCsv()},
      {"predictions.csv", PredictionsCsv(predictions, index)},
  };
}

}  // namespace mica
