#include "tests/faults/fault_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "data/index/index_builder.h"
#include "eval/report/run_report.pb.h"
#include "experiments/config/load_experiment.h"
#include "experiments/experiment.pb.h"
#include "experiments/runner/verb_bodies.h"
#include "tests/integration/checkpoint_files.h"
#include "tests/integration/run_files.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

constexpr int kEpochs = 3;
constexpr int kStepsPerEpoch = 5;
const char* const kTables[] = {"metrics.csv",       "summary.csv",         "per_class.csv",   "confusion_matrix.csv",
                               "most_confused.csv", "intervals.csv",       "reliability.csv", "curves.csv",
                               "risk_coverage.csv", "threshold_sweep.csv", "predictions.csv", "class_map.csv"};
const char* const kPointers[] = {"latest", "best"};

bool IsOnItsWay(const std::string& name) {
  return absl::StrContains(name, ".tmp") || absl::EndsWith(name, ".del");
}

// TensorBoard's events may be there or not, and have the time in their names.
bool IsOfEvents(const std::string& name) {
  return absl::StartsWith(name, "events.out.");
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (const std::string name = entry.path().filename().string(); !IsOfEvents(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> WholeCheckpointsIn(const std::string& checkpoints) {
  std::vector<std::string> names;
  if (!fs::exists(checkpoints)) return names;
  for (const std::string& name : NamesIn(checkpoints)) {
    if (absl::StartsWith(name, "step-") && !IsOnItsWay(name)) names.push_back(name);
  }
  return names;
}

void ExpectSameFile(const std::string& path, const std::string& golden_path) {
  EXPECT_TRUE(ReadTestFile(path) == ReadTestFile(golden_path)) << path << " differs from " << golden_path;
}

void ExpectSameWeights(const GoldenRun& golden, const std::string& checkpoints, const std::string& name) {
  for (const std::string file : {"/model.safetensors", "/optimizer.safetensors"}) {
    ExpectSameFile(absl::StrCat(checkpoints, "/", name, file), golden.Path(absl::StrCat("checkpoints/", name, file)));
  }
}

// All rows but one that is being written are the golden run's first. Returns how many epochs they
// are.
int ExpectRowsOfMetrics(const GoldenRun& golden, const std::string& path) {
  const std::string text = ReadTestFile(path);
  const std::string whole = text.substr(0, text.rfind('\n') + 1);  // npos + 1 = 0
  if (whole.empty()) return 0;
  EXPECT_THAT(MaskedCsv(golden.Path("metrics.csv")) + "\n", StartsWith(MaskedCsvText(whole) + "\n")) << path;
  return static_cast<int>(ParseTestTable(whole).rows.size());
}

// Of a run that could not even write experiment.textproto the report stands alone and says so.
void ExpectWholeReport(const GoldenRun& golden, const std::string& run) {
  const auto report = ReadTextproto<RunReport>(golden.tiny().RunPath(run, "run.textproto"));
  EXPECT_EQ(report.run(), run);
  const bool failed_early = report.state() == RunReport::FAILED && !fs::exists(golden.tiny().RunPath(run, "experiment.textproto"));
  if (failed_early) return;
  EXPECT_EQ(report.experiment_fingerprint(),
            FormatFingerprint(Fingerprint(ReadTestFile(golden.tiny().RunPath(run, "experiment.textproto")))));
  if (report.state() == RunReport::FINISHED) ExpectGoldenRun(golden, run);
}

// Each row is followed by a checkpoint, so at most one may be missing; the newest is found by its
// name even where `latest` is older.
void ExpectRecentCheckpoint(const std::string& checkpoints, int epochs) {
  const std::vector<std::string> names = WholeCheckpointsIn(checkpoints);
  const int newest = names.empty() ? 0 : atoi(std::string(absl::StripPrefix(names.back(), "step-")).c_str());
  EXPECT_GE(newest, (epochs - 1) * kStepsPerEpoch);
  EXPECT_LE(newest, epochs * kStepsPerEpoch);
}

// What ExpectWholeRun asks of checkpoints/ alone.
std::vector<std::string> ExpectWholeCheckpoints(const std::string& checkpoints) {
  std::vector<std::string> on_their_way;
  for (const std::string& name : NamesIn(checkpoints)) {
    const bool is_pointer = std::find(std::begin(kPointers), std::end(kPointers), name) != std::end(kPointers);
    if (IsOnItsWay(name)) {
      on_their_way.push_back(name);
    } else if (is_pointer) {
      EXPECT_TRUE(fs::is_directory(absl::StrCat(checkpoints, "/", NamedCheckpoint(checkpoints, name)))) << name;
    } else {
      ExpectWholeCheckpoint(checkpoints, name);
    }
  }
  return on_their_way;
}

std::string Settings(int cpu_threads, int epochs) {
  return absl::StrCat("dataset { validation_fraction: 0.25 } optimizer { sgd { learning_rate: 0.05 momentum: 0.5 } } trainer { epochs: ",
                      epochs, " cpu_threads: ", cpu_threads, " }");
}

absl::Status TrainHere(const TinyExperiment& tiny, const std::string& settings, const std::string& output_dir, const std::string& run,
                       FileCalls& calls) {
  MICA_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(tiny.Path("x.textproto"), "x.textproto", settings, tiny.folder()));
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, BuildDatasetIndex(loaded.experiment.dataset()));
  RunOptions options;
  options.output_dir = tiny.Path(output_dir);
  options.run_name = run;
  return RunExperiment(loaded, index, options, calls).status();
}

}  // namespace

MicaCommand FaultRun(const TinyExperiment& tiny, const std::string& run, int cpu_threads, int epochs) {
  return {{"train", "x.textproto", "--run_name=" + run, "--set=" + Settings(cpu_threads, epochs)}, tiny.folder()};
}

absl::Status FaultRunHere(const TinyExperiment& tiny, const std::string& run, FileCalls& calls, int cpu_threads) {
  return TrainHere(tiny, Settings(cpu_threads, kEpochs), "runs", run, calls);
}

GoldenRun::GoldenRun(const TinyExperiment& tiny, int cpu_threads) : tiny_(tiny), cpu_threads_(cpu_threads) {
  const std::string settings = Settings(cpu_threads, kEpochs) + " checkpoint { keep_all: true }";
  EXPECT_THAT(TrainHere(tiny, settings, "golden", "golden", SystemFileCalls()), IsOk());
  EXPECT_THAT(ExpectWholeCheckpoints(Path("checkpoints")), IsEmpty());
}

std::vector<std::string> ExpectWholeRun(const GoldenRun& golden, const std::string& run) {
  SCOPED_TRACE(run);
  std::vector<std::string> on_their_way;
  const std::string folder = golden.tiny().RunPath(run, "");
  if (!fs::exists(folder)) return on_their_way;
  int epochs = 0;
  for (const std::string& name : NamesIn(folder)) {
    const std::string path = golden.tiny().RunPath(run, name);
    if (IsOnItsWay(name)) {
      on_their_way.push_back(name);
    } else if (name == "metrics.csv") {
      epochs = ExpectRowsOfMetrics(golden, path);
    } else if (absl::EndsWith(name, ".csv")) {
      EXPECT_EQ(MaskedCsv(path), MaskedCsv(golden.Path(name))) << name;
    } else if (name == "experiment.textproto") {
      EXPECT_EQ(ReadTextproto<Experiment>(path).name(), "tiny");
    } else if (name == "run.textproto") {
      ExpectWholeReport(golden, run);
    } else if (name != "log.txt" && name != "checkpoints") {
      ADD_FAILURE() << path << ": nobody knows this file";
    }
  }
  const std::string checkpoints = golden.tiny().RunPath(run, "checkpoints");
  ExpectRecentCheckpoint(checkpoints, epochs);
  if (!fs::exists(checkpoints)) return on_their_way;
  for (const std::string& name : WholeCheckpointsIn(checkpoints)) ExpectSameWeights(golden, checkpoints, name);
  for (const std::string& name : ExpectWholeCheckpoints(checkpoints)) on_their_way.push_back(absl::StrCat("checkpoints/", name));
  return on_their_way;
}

void ExpectGoldenRun(const GoldenRun& golden, const std::string& run) {
  SCOPED_TRACE(run);
  for (const std::string table : kTables) EXPECT_EQ(MaskedCsv(golden.tiny().RunPath(run, table)), MaskedCsv(golden.Path(table))) << table;
  EXPECT_THAT(NamesIn(golden.Path("")), IsSupersetOf(NamesIn(golden.tiny().RunPath(run, ""))));
  EXPECT_EQ(ReadTextproto<RunReport>(golden.tiny().RunPath(run, "run.textproto")).state(), RunReport::FINISHED);
  const std::string checkpoints = golden.tiny().RunPath(run, "checkpoints");
  for (const std::string pointer : kPointers) {
    const std::string name = NamedCheckpoint(checkpoints, pointer);
    EXPECT_EQ(name, NamedCheckpoint(golden.Path("checkpoints"), pointer));
    ExpectWholeCheckpoint(checkpoints, name);
    ExpectSameWeights(golden, checkpoints, name);
  }
}

void ExpectNextRunIsGolden(const GoldenRun& golden) {
  EXPECT_THAT(FaultRunHere(golden.tiny(), "next", SystemFileCalls(), golden.cpu_threads()), IsOk());
  ExpectGoldenRun(golden, "next");
}

}  // namespace mica
