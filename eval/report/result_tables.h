// The tables behind a run's plots and page: what is told of the reported split beyond its metrics.
// docs/file_formats.md describes every column.
//   ResultTables tables(predictions, index);
//   tables.RiskCoverageCsv() == "threshold,kept,coverage,accuracy\n0.99,1,0.25,1\n…"
// The ids in `predictions` are those of `index`. Numbers are the shortest text that reads back
// equal; what is not defined is an empty field. Plots and page read the files, so both can be made
// again from a run folder.
#ifndef MICA_EVAL_REPORT_RESULT_TABLES_H_
#define MICA_EVAL_REPORT_RESULT_TABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"
#include "eval/metrics/ranking_metrics.h"
#include "eval/metrics/scored_samples.h"

namespace mica {

// Thread-compatible; what it is made of must outlive it. There is at least one labelled sample.
class ResultTables {
 public:
  ResultTables(const PredictionTable& predictions, const DatasetIndex& index);

  // loss, accuracy, balanced_accuracy, macro_f1 and ece: value, 95 % interval and how that was
  // found (Wilson's for accuracy, 1,000 bootstrap resamples for the others), what chance and the
  // majority class reach. 10,000 samples take half a second.
  std::string IntervalsCsv() const;

  // precision, recall and F1 of each class, Wilson's interval of the recall, AUROC and average
  // precision against the rest.
  std::string PerClassCsv() const;

  std::string MostConfusedCsv() const;    // up to 100 pairs of classes
  std::string RiskCoverageCsv() const;    // accuracy of what is kept from the surest down
  std::string ThresholdSweepCsv() const;  // what thresholds of the confidence keep

  // Accuracy and confidence in 15 bins of equal width and of equal mass; with a temperature, those
  // it would give as well.
  std::string ReliabilityCsv(std::optional<double> temperature) const;

  // ROC and precision-recall curves of each class, of more than 20 of the 20 with the lowest AUROC.
  std::string CurvesCsv() const;

 private:
  std::vector<int> CurveClasses() const;

  const PredictionTable& predictions_;
  const DatasetIndex& index_;
  const std::vector<ScoredSample> samples_;
  const RankingMetrics ranking_;
};

}  // namespace mica

#endif  // MICA_EVAL_REPORT_RESULT_TABLES_H_
