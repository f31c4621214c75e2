// Runs for the tests of this package: in memory, and on disk as eval/report writes them.
//   // Finished, with four test samples, the third one wrong.
//   const RunResults run = ExampleRun("a", "1101");
//   WriteExampleRunFolder("/tmp/x/a", RunReport::FINISHED);
#ifndef MICA_EXPERIMENTS_COMPARE_EXAMPLE_RUNS_H_
#define MICA_EXPERIMENTS_COMPARE_EXAMPLE_RUNS_H_

#include <glog/logging.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/config/parse_text_or_die.h"
#include "base/config/textproto.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/fingerprint.h"
#include "base/number_format.h"
#include "eval/metrics/metric_set.h"
#include "eval/report/run_example.h"
#include "eval/report/run_report.pb.h"
#include "eval/report/run_tables.h"
#include "experiments/compare/run_results.h"

namespace mica {

inline constexpr char kExampleExperiment[] =
    "name: 'tiny' seed: 42 device: CPU model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 0.1 } } "
    "schedule { constant {} } trainer { epochs: 3 }";

inline std::string ExampleExperimentWithSeed(uint64_t seed) {
  return absl::StrReplaceAll(kExampleExperiment, {{"seed: 42", absl::StrCat("seed: ", seed)}});
}

// Samples alternate between two classes. `right` has a '1' for each sample the run got right.
inline RunResults ExampleRun(const std::string& name, absl::string_view right, const std::string& experiment = kExampleExperiment) {
  RunResults run;
  run.record.folder = absl::StrCat("/runs/tiny/", name);
  run.record.state = RunReport::FINISHED;
  run.experiment = ParseTextOrDie<Experiment>(experiment);
  FillDefaults(&run.experiment);
  RunReport& report = run.record.report;
  report = ParseTextOrDie<RunReport>(
      "state: FINISHED experiment: 'tiny' dataset_fingerprint: 'd' class_map_fingerprint: 'c' host: 'h' device: 'cpu' cpu_threads: 2 "
      "reported_split: 'test'");
  report.set_run(name);
  report.set_seed(run.experiment.seed());
  run.class_names = {"shirt", "shoe"};
  const auto n = static_cast<int64_t>(right.size());
  run.class_counts = {n - n / 2, n / 2};
  TestedSamples samples;
  for (int64_t i = 0; i < n; ++i) {
    samples.ids.push_back(100 + i);
    samples.truths.push_back(static_cast<int32_t>(i % 2));
    samples.right.push_back(right[i] == '1');
  }
  const double accuracy = static_cast<double>(std::count(right.begin(), right.end(), '1')) / static_cast<double>(n);
  run.samples = samples;
  run.summary.emplace();
  run.summary->parameters = 7850;
  run.summary->train_seconds = 12.5;
  run.summary->peak_memory_mib = 300;
  for (const std::string& metric : MetricNames()) run.summary->metrics["test_" + metric] = accuracy;
  run.summary->metrics["test_loss"] = 1 - accuracy;
  return run;
}

// A run that was stopped or is still running: no summary, no predictions.
inline RunResults UnfinishedExampleRun(const std::string& name, RunReport::State state) {
  RunResults run = ExampleRun(name, "11");
  run.record.state = state;
  run.record.report.clear_reported_split();
  run.class_counts.clear();
  run.summary.reset();
  run.samples.reset();
  return run;
}

inline void WriteExampleFile(const std::string& folder, const std::string& name, absl::string_view text) {
  const absl::Status status = WriteFileAtomically(absl::StrCat(folder, "/", name), text);
  CHECK(status.ok()) << status;
}

// The data and predictions of eval/report/run_example.h: four test samples, three of them right. An
// unfinished run has no summary and no predictions.
inline void WriteExampleRunFolder(const std::string& folder, RunReport::State state) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const DatasetIndex index = ExampleIndex();
  RunReport report;
  report.set_state(state);
  report.set_experiment("tiny");
  report.set_run(std::filesystem::path(folder).filename().string());
  report.set_experiment_fingerprint(FormatFingerprint(Fingerprint(kExampleExperiment)));
  report.set_dataset_fingerprint("0123456789abcdef");
  report.set_class_map_fingerprint(index.classes.fingerprint());
  report.set_seed(42);
  const bool finished = state == RunReport::FINISHED;
  if (finished) report.set_reported_split("test");
  const MetricSet test = ComputeMetrics(ExamplePredictions());
  WriteExampleFile(folder, "experiment.textproto", kExampleExperiment);
  WriteExampleFile(folder, "run.textproto", PrintTextproto(report));
  WriteExampleFile(folder, "class_map.csv", ClassMapCsv(index));
  WriteExampleFile(folder, "metrics.csv", absl::StrCat("epoch,val_accuracy,test_accuracy\n1,,", FormatNumber(test.Get("accuracy")), "\n"));
  if (!finished) return;
  SummaryRow summary = ExampleSummary();
  summary.test = test;
  WriteExampleFile(folder, "summary.csv", SummaryCsv(summary));
  WriteExampleFile(folder, "predictions.csv", PredictionsCsv(ExamplePredictions(), index));
}

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_EXAMPLE_RUNS_H_
