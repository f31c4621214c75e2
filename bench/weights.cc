// Files of weights, and the first and the thousandth picture, in mica and in Python: rows B21 to B24
// of bench/README.md. Every sample is a separate process; all files are in the page cache.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

constexpr int kPairs = 15;
constexpr int kLongPairs = 5;  // where one run takes over 10 s
constexpr int kQuickPairs = 3;
constexpr int kPictures = 1000;
constexpr int kQuickPictures = 200;
constexpr auto kSeconds = Quantity::Unit::kSeconds;

constexpr char kExperiment[] = R"(name: "resnet18"
dataset { train { class_folders { folder: "nowhere" } } }
eval_transforms { resize { short_side_px: 256 } }
eval_transforms { center_crop { size_px: 224 } }
eval_transforms { normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] } }
train_transforms { center_crop { size_px: 224 } }
train_transforms { normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] } }
model { resnet18 {} initial_weights { weights_file: "resnet18.pth" } }
loss { cross_entropy {} }
optimizer { sgd { learning_rate: 0.1 } }
schedule { constant {} }
trainer { epochs: 1 cpu_threads: 2 }
)";

MeasurementPlan PlanOf(const BenchmarkSetup& setup, int pairs) {
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : pairs;
  plan.warm_up = true;
  return plan;
}

// The seconds that a program measured itself.
absl::StatusOr<Sample> ReportedSeconds(const ChildCommand& command) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  return ReadReportedNumbers(result.out, {"seconds"});
}

// From before the program's start until it has ended.
absl::StatusOr<Sample> WholeSeconds(const ChildCommand& command) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  return Sample{result.wall_seconds};
}

ChildCommand Program(const BenchmarkSetup& setup, const std::string& program, const std::vector<std::string>& arguments) {
  ChildCommand command = {{absl::StrCat(setup.files, "/", program)}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return command;
}

absl::Status MeasureLoading(const BenchmarkSetup& setup, const std::string& row, const std::string& file, double required,
                            ComparisonReport* report) {
  if (!setup.Wants(row)) return absl::OkStatus();
  const std::string path = absl::StrCat(setup.scratch, "/", file), work = absl::StrCat(file, ", 102 MB, into a model");
  const std::vector<Contestant> peers = {
      {"PyTorch", [command = setup.Peer("weights.py", {"load", path})] { return ReportedSeconds(command); }}};
  const Contestant mica = {"mica", [command = Program(setup, "bench/weights_work", {"load", path})] { return ReportedSeconds(command); }};
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, PlanOf(setup, kPairs)));
  return report->Add(Compare(samples, peers, {row, work, 0, kSeconds, {required}}));
}

std::string TreeOf(const BenchmarkSetup& setup) {
  return setup.scratch + "/pictures";
}

ChildCommand Predict(const BenchmarkSetup& setup, const std::string& pictures) {
  return Program(setup, "cli/mica",
                 {"predict", setup.scratch + "/resnet18.textproto", pictures, absl::StrCat("--csv=", setup.scratch, "/answers.csv")});
}

absl::Status MeasureFirstPicture(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B23")) return absl::OkStatus();
  const std::string picture = TreeOf(setup) + "/class_00/000000.jpg", work = "one picture, from the program's start to its end";
  const std::vector<Contestant> peers = {{"PyTorch", [command = setup.Peer("weights.py", {"predict", setup.scratch + "/resnet18.pth",
                                                                                          picture})] { return WholeSeconds(command); }}};
  const Contestant mica = {"mica", [command = Predict(setup, picture)] { return WholeSeconds(command); }};
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, PlanOf(setup, kPairs)));
  return report->Add(Compare(samples, peers, {"B23", work, 0, kSeconds, {5}}));
}

absl::Status MeasureManyPictures(const BenchmarkSetup& setup, int pictures, ComparisonReport* report) {
  if (!setup.Wants("B24")) return absl::OkStatus();
  const std::string tree = TreeOf(setup), work = absl::StrCat(pictures, " JPEG files by resnet18, from the program's start to its end");
  const std::vector<Contestant> peers = {
      {"PyTorch, DataLoader",
       [command = setup.Peer("weights.py", {"batches", setup.scratch + "/resnet18.pth", tree})] { return WholeSeconds(command); }},
      {"ONNX Runtime, DataLoader",
       [command = setup.Peer("weights.py", {"onnx", setup.scratch + "/resnet18.onnx", tree})] { return WholeSeconds(command); }}};
  const Contestant mica = {"mica", [command = Predict(setup, tree)] { return WholeSeconds(command); }};
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, PlanOf(setup, kLongPairs)));
  return report->Add(Compare(samples, peers, {"B24", work, 0, kSeconds, {2, std::nullopt}}));
}

absl::Status MakeFiles(const BenchmarkSetup& setup, int pictures) {
  ProgressLine progress(stderr);
  progress.Update([&] { return absl::StrCat("making weights and ", pictures, " pictures"); });
  MICA_RETURN_IF_ERROR(RunChild(setup.Peer("weights.py", {"make", setup.scratch})).status());
  MICA_RETURN_IF_ERROR(RunChild(Program(setup, "bench/weights_work", {"tree", TreeOf(setup), absl::StrCat(pictures)})).status());
  MICA_RETURN_IF_ERROR(WriteFileAtomically(setup.scratch + "/resnet18.textproto", kExperiment));
  return RunChild(Program(setup, "cli/mica",
                          {"export", setup.scratch + "/resnet18.textproto", absl::StrCat("--output=", setup.scratch, "/resnet18.onnx")}))
      .status();
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  const int pictures = setup.quick ? kQuickPictures : kPictures;
  MICA_RETURN_IF_ERROR(MakeFiles(setup, pictures));
  MICA_RETURN_IF_ERROR(MeasureLoading(setup, "B21", "resnet50.safetensors", 1.0, report));
  MICA_RETURN_IF_ERROR(MeasureLoading(setup, "B22", "resnet50.pth", 2.0, report));
  MICA_RETURN_IF_ERROR(MeasureFirstPicture(setup, report));
  return MeasureManyPictures(setup, pictures, report);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain({"weights",
                              "Measures how long files of weights take to load, and pictures to be named, in mica and in Python. Takes "
                              "half an hour; --quick five minutes.",
                              /*has_python_peers=*/true,
                              {"B21", "B22", "B23", "B24"}},
                             mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
