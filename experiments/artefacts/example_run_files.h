// A run's folder for the tests of this package, as training writes it: the data and predictions of
// eval/report/run_example.h, four test samples of three classes, three of them right.
//   const std::string folder = WriteExampleRun("a", RunReport::FINISHED);
#ifndef MICA_EXPERIMENTS_ARTEFACTS_EXAMPLE_RUN_FILES_H_
#define MICA_EXPERIMENTS_ARTEFACTS_EXAMPLE_RUN_FILES_H_

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/config/textproto.h"
#include "base/fingerprint.h"
#include "base/testing/test_files.h"
#include "eval/metrics/confusion_matrix.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/result_tables.h"
#include "eval/report/run_example.h"
#include "eval/report/run_report.pb.h"
#include "eval/report/run_tables.h"

namespace mica {

inline constexpr char kTinyExperiment[] =
    "name: 'tiny' seed: 42 device: CPU model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 0.1 } } "
    "schedule { constant {} } trainer { epochs: 3 }";

// An unfinished run has no results. Returns the folder, which is new.
inline std::string WriteExampleRun(const std::string& name, RunReport::State state) {
  const std::string folder = MakeTestFolder(name);
  const DatasetIndex index = ExampleIndex();
  const bool is_finished = state == RunReport::FINISHED;
  const auto write = [&](absl::string_view file, absl::string_view text) { WriteTestFile(absl::StrCat(folder, "/", file), text); };
  RunReport report;
  report.set_state(state);
  report.set_experiment("tiny");
  report.set_run(name);
  report.set_experiment_fingerprint(FormatFingerprint(Fingerprint(kTinyExperiment)));
  report.set_dataset_fingerprint("0123456789abcdef");
  report.set_class_map_fingerprint(index.classes.fingerprint());
  report.set_seed(42);
  if (is_finished) report.set_reported_split("test");
  write("experiment.textproto", kTinyExperiment);
  write("run.textproto", PrintTextproto(report));
  write("class_map.csv", ClassMapCsv(index));
  write("metrics.csv",
        "epoch,step,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,test_loss,test_accuracy,grad_norm,train_seconds\n"
        "1,10,0.1,0.9,0.5,,,0.8,0.75,1.5,2\n");
  if (!is_finished) return folder;
  const PredictionTable predictions = ExamplePredictions();
  SummaryRow summary = ExampleSummary();
  summary.run = name;
  summary.test = ComputeMetrics(predictions);
  const ResultTables tables(predictions, index);
  write("summary.csv", SummaryCsv(summary));
  write("parameters.csv",
        "epoch,parameter,of,size,norm,zeros,min,q05,q25,q50,q75,q95,max\n"
        "1,fc.weight,values,4,2,0,-1,-1,-1,0,1,1,1\n1,fc.weight,gradients,4,0.2,0,-0.1,-0.1,-0.1,0,0.1,0.1,0.1\n");
  write("confusion_matrix.csv", ConfusionMatrixCsv(ConfusionMatrix(predictions), index.classes));
  write("predictions.csv", PredictionsCsv(predictions, index));
  write("intervals.csv", tables.IntervalsCsv());
  write("per_class.csv", tables.PerClassCsv());
  write("most_confused.csv", tables.MostConfusedCsv());
  write("risk_coverage.csv", tables.RiskCoverageCsv());
  write("threshold_sweep.csv", tables.ThresholdSweepCsv());
  write("reliability.csv", tables.ReliabilityCsv(std::nullopt));
  write("curves.csv", tables.CurvesCsv());
  return folder;
}

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_EXAMPLE_RUN_FILES_H_
