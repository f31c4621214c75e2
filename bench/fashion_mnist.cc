// mica against PyTorch on the Fashion-MNIST tutorial: rows B1, B2, B5, B6, B7 and B10 of
// bench/README.md. A process that trains one epoch gives two rows at once, the epoch's seconds and
// the peak of resident memory. A process that trains a single step gives the seconds from its start
// to the end of that step. To be fair to both sides, memory is the kernel's count for the ended
// process (wait4), and both programs count from the kernel's start time of the process in
// /proc/self/stat.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"
#include "eval/report/run_record.h"

namespace mica {
namespace {

constexpr int kPairs = 15;
constexpr int kStartPairs = 31;  // the clock ticks every 10 ms, a twentieth of mica's start
constexpr int kQuickPairs = 3;
constexpr int kTutorialPairs = 5;  // one run takes more than 30 s
constexpr char kRunName[] = "run";

// Indices in a sample of a training.
enum TrainingValue : size_t { kTrainSeconds, kStartToFirstStepSeconds, kPeakMemoryMib };

std::string TorchvisionRoot(const BenchmarkSetup& setup) {
  return setup.scratch + "/torchvision";
}

absl::Status RemoveFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  return error ? OutputError(absl::StrCat(path, ": cannot remove it: ", error.message())) : absl::OkStatus();
}

absl::StatusOr<ChildResult> RunMica(const BenchmarkSetup& setup, const std::vector<std::string>& arguments) {
  ChildCommand command = {{setup.files + "/cli/mica"}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return RunChild(command);
}

// Trains the shipped experiment fashion_mnist_MODEL, modified by `set`, into
// OUTPUT_DIR/fashion_mnist_MODEL/run.
absl::StatusOr<ChildResult> TrainMica(const BenchmarkSetup& setup, const std::string& model, const std::string& output_dir,
                                      const std::string& set) {
  return RunMica(setup, {"train", absl::StrCat(setup.files, "/experiments/fashion_mnist_", model, ".textproto"),
                         absl::StrCat("--output_dir=", output_dir), absl::StrCat("--run_name=", kRunName), absl::StrCat("--set=", set)});
}

std::string RunFolderOf(const std::string& output_dir, const std::string& model) {
  return absl::StrCat(output_dir, "/fashion_mnist_", model, "/", kRunName);
}

// An epoch, its first third, or its first step.
enum class Length { kEpoch, kThird, kStep };

// Out of an epoch's 1,875.
std::string StepsOf(Length length) {
  return length == Length::kStep ? "1" : "625";
}

absl::StatusOr<Sample> MicaTraining(const BenchmarkSetup& setup, const std::string& model, Length length) {
  const std::string output_dir = setup.scratch + "/training";
  const std::string trainer =
      length == Length::kEpoch ? "trainer { epochs: 1 }" : absl::StrCat("trainer { epochs: 1 max_steps: ", StepsOf(length), " }");
  MICA_ASSIGN_OR_RETURN(const ChildResult result, TrainMica(setup, model, output_dir, trainer + " evaluation { test_each_epoch: false }"));
  MICA_ASSIGN_OR_RETURN(const RunRecord run, ReadRunRecord(RunFolderOf(output_dir, model)));
  MICA_RETURN_IF_ERROR(RemoveFolder(output_dir));
  return Sample{run.report.train_seconds(), run.report.start_to_first_step_seconds(), result.peak_memory_mib};
}

// `loader` is the flag of fashion_mnist.py.
absl::StatusOr<Sample> PeerTraining(const BenchmarkSetup& setup, const std::string& model, Length length, const std::string& loader) {
  std::vector<std::string> arguments = {"--measure", "--model=" + model, "--loader=" + loader,
                                        "--torchvision_root=" + TorchvisionRoot(setup)};
  // PyTorch's best: the steps are too short to share.
  if (model == "linear") arguments.push_back("--threads=1");
  if (length != Length::kEpoch) arguments.push_back("--steps=" + StepsOf(length));
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(setup.Peer("fashion_mnist.py", arguments)));
  MICA_ASSIGN_OR_RETURN(Sample sample, ReadReportedNumbers(result.out, {"train_seconds", "start_to_first_step_seconds"}));
  sample.push_back(result.peak_memory_mib);
  return sample;
}

// Of `quantities`, only the wanted rows.
absl::Status MeasureTraining(const BenchmarkSetup& setup, const std::string& model, Length length, bool warm_up,
                             std::vector<Quantity> quantities, ComparisonReport* report) {
  const auto unwanted = [&](const Quantity& quantity) { return !setup.Wants(quantity.row); };
  quantities.erase(std::remove_if(quantities.begin(), quantities.end(), unwanted), quantities.end());
  if (quantities.empty()) return absl::OkStatus();
  const std::vector<Contestant> peers = {
      {"idiomatic", [&] { return PeerTraining(setup, model, length, "dataloader"); }},
      {"expert", [&] { return PeerTraining(setup, model, length, "memory"); }},
  };
  const Contestant mica = {"mica", [&] { return MicaTraining(setup, model, length); }};
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : length == Length::kStep ? kStartPairs : kPairs;
  plan.warm_up = warm_up;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(quantities.front().work, peers, mica, plan));
  for (const Quantity& quantity : quantities) MICA_RETURN_IF_ERROR(report->Add(Compare(samples, peers, quantity)));
  return absl::OkStatus();
}

// A pass over the 10,000 test images with all metrics, the first of its process.
absl::StatusOr<Sample> MicaEvaluation(const BenchmarkSetup& setup, const std::string& model) {
  const std::string output_dir = setup.scratch + "/evaluation";
  MICA_RETURN_IF_ERROR(
      TrainMica(setup, model, output_dir, "trainer { epochs: 1 max_steps: 1 } evaluation { test_each_epoch: true }").status());
  MICA_ASSIGN_OR_RETURN(const RunRecord run, ReadRunRecord(RunFolderOf(output_dir, model)));
  MICA_RETURN_IF_ERROR(RemoveFolder(output_dir));
  return Sample{run.report.eval_seconds()};
}

// The same with loss and accuracy, after a pass that warms up.
absl::StatusOr<Sample> PeerEvaluation(const BenchmarkSetup& setup, const std::string& model, const std::string& loader) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result,
                        RunChild(setup.Peer("fashion_mnist.py", {"--evaluate", "--model=" + model, "--loader=" + loader,
                                                                 "--torchvision_root=" + TorchvisionRoot(setup)})));
  return ReadReportedNumbers(result.out, {"eval_seconds"});
}

absl::Status MeasureEvaluation(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B10")) return absl::OkStatus();
  const std::string model = "tiny_vgg";
  const std::vector<Contestant> peers = {
      {"idiomatic", [&] { return PeerEvaluation(setup, model, "dataloader"); }},
      {"expert", [&] { return PeerEvaluation(setup, model, "memory"); }},
  };
  const Contestant mica = {"mica", [&] { return MicaEvaluation(setup, model); }};
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure("tiny_vgg, evaluation pass", peers, mica, plan));
  return report->Add(Compare(samples, peers, {"B10", "tiny_vgg, evaluation pass", 0, Quantity::Unit::kSeconds, {2, 2}}));
}

// The whole tutorial with mica's verbs: three models, their comparison, and the last one's
// predictions from its checkpoint.
absl::StatusOr<Sample> MicaTutorial(const BenchmarkSetup& setup) {
  const std::string output_dir = setup.scratch + "/tutorial";
  double seconds = 0;
  std::vector<std::string> compare = {"compare"};
  for (const std::string model : {"linear", "linear_relu", "tiny_vgg"}) {
    MICA_ASSIGN_OR_RETURN(const ChildResult training, TrainMica(setup, model, output_dir, ""));
    seconds += training.wall_seconds;
    compare.push_back(RunFolderOf(output_dir, model));
  }
  MICA_ASSIGN_OR_RETURN(const ChildResult comparison, RunMica(setup, compare));
  MICA_ASSIGN_OR_RETURN(const ChildResult evaluation, RunMica(setup, {"evaluate", compare.back()}));
  MICA_RETURN_IF_ERROR(RemoveFolder(output_dir));
  return Sample{seconds + comparison.wall_seconds + evaluation.wall_seconds};
}

absl::StatusOr<Sample> PeerTutorial(const BenchmarkSetup& setup) {
  const std::string output_dir = setup.scratch + "/peer_tutorial";
  MICA_ASSIGN_OR_RETURN(
      const ChildResult result,
      RunChild(setup.Peer("fashion_mnist_tutorial.py", {"--torchvision_root=" + TorchvisionRoot(setup), "--output_dir=" + output_dir})));
  MICA_RETURN_IF_ERROR(RemoveFolder(output_dir));
  return Sample{result.wall_seconds};
}

absl::Status MeasureTutorial(const BenchmarkSetup& setup, ComparisonReport* report) {
  const std::vector<Contestant> peers = {{"idiomatic", [&] { return PeerTutorial(setup); }}};
  const Contestant mica = {"mica", [&] { return MicaTutorial(setup); }};
  MeasurementPlan plan;
  plan.pairs = kTutorialPairs;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure("whole tutorial", peers, mica, plan));
  return report->Add(Compare(samples, peers, {"B7", "whole tutorial with its plots", 0, Quantity::Unit::kSeconds, {3}}));
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  // As on a user's second run.
  MICA_RETURN_IF_ERROR(RunChild(setup.Peer("torchvision_files.py", {TorchvisionRoot(setup)})).status());
  constexpr auto kSeconds = Quantity::Unit::kSeconds;
  constexpr auto kMib = Quantity::Unit::kMib;
  constexpr double kMemoryRatio = 1 / 0.6;
  // First, after the processor has rested, as when a user begins.
  MICA_RETURN_IF_ERROR(MeasureTraining(setup, "tiny_vgg", Length::kStep, /*warm_up=*/true,
                                       {{"B5", "tiny_vgg, start to first step", kStartToFirstStepSeconds, kSeconds, {8, 8}}}, report));
  MICA_RETURN_IF_ERROR(MeasureTraining(setup, "linear", Length::kEpoch, /*warm_up=*/true,
                                       {{"B1", "linear, training epoch", kTrainSeconds, kSeconds, {7, 1.2}},
                                        {"B6", "linear, peak memory in MiB", kPeakMemoryMib, kMib, {kMemoryRatio, kMemoryRatio}}},
                                       report));
  const std::string tiny_vgg_work = setup.quick ? "tiny_vgg, a third of an epoch" : "tiny_vgg, training epoch";
  MICA_RETURN_IF_ERROR(MeasureTraining(setup, "tiny_vgg", setup.quick ? Length::kThird : Length::kEpoch, /*warm_up=*/false,
                                       {{"B2", tiny_vgg_work, kTrainSeconds, kSeconds, {2.2, 0.95}},
                                        {"B6", "tiny_vgg, peak memory in MiB", kPeakMemoryMib, kMib, {kMemoryRatio, kMemoryRatio}}},
                                       report));
  MICA_RETURN_IF_ERROR(MeasureEvaluation(setup, report));
  if (!setup.Wants("B7")) return absl::OkStatus();
  if (setup.quick) {
    std::cout << "B7, the whole tutorial, takes ten minutes: not measured with --quick\n";
    return absl::OkStatus();
  }
  return MeasureTutorial(setup, report);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain(
      {"fashion_mnist",
       "Measures mica against PyTorch on Fashion-MNIST: a training epoch of linear and tiny_vgg, the time to the first step, "
       "an evaluation pass, memory, and the whole tutorial. Takes about 30 minutes.",
       /*has_python_peers=*/true,
       {"B1", "B2", "B5", "B6", "B7", "B10"}},
      mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
