// mica's networks against torchvision's in PyTorch: rows B4, B18 and B20 of bench/README.md. Every
// sample, of mica and of the peers, is the median time of a separate process.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

constexpr int kPairs = 15;
constexpr int kQuickPairs = 3;

// One of the works that model_work and peers/models.py know.
struct Work {
  std::string row, kind, model;
  int batch;
  std::vector<std::optional<double>> required;  // against idiomatic and expert

  std::vector<std::string> Arguments() const { return {kind, model, absl::StrCat(batch)}; }
};

absl::StatusOr<Sample> SecondsOf(const ChildCommand& command) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  return ReadReportedNumbers(result.out, {"seconds"});
}

Contestant Program(const std::string& name, const ChildCommand& command) {
  return {name, [command] { return SecondsOf(command); }};
}

Contestant Mica(const std::string& name, const BenchmarkSetup& setup, const std::vector<std::string>& arguments) {
  ChildCommand command = {{setup.files + "/bench/model_work"}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return Program(name, command);
}

Contestant Peer(const std::string& name, const BenchmarkSetup& setup, std::vector<std::string> arguments, bool expert) {
  if (expert) arguments.push_back("--expert");
  return Program(name, setup.Peer("models.py", arguments));
}

absl::Status Measure(const BenchmarkSetup& setup, const Work& work, const std::string& description, ComparisonReport* report) {
  if (!setup.Wants(work.row)) return absl::OkStatus();
  std::vector<Contestant> peers = {Peer("idiomatic", setup, work.Arguments(), /*expert=*/false),
                                   Peer("expert", setup, work.Arguments(), /*expert=*/true)};
  if (work.kind == "frozen") peers.push_back(Mica("its forward pass alone", setup, {"infer", work.model, absl::StrCat(work.batch)}));
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  plan.warm_up = true;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(description, peers, Mica("mica", setup, work.Arguments()), plan));
  return report->Add(Compare(samples, peers, {work.row, description, 0, Quantity::Unit::kSeconds, work.required}));
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  const std::optional<double> none;
  MICA_RETURN_IF_ERROR(Measure(setup, {"B4", "train", "resnet18", 16, {1.3, 1.0}}, "resnet18, AdamW step, batch 16", report));
  for (const std::string model : {"resnet18", "mobilenet_v2", "vit_b_16"}) {
    for (const int batch : {1, 16}) {
      const std::string description = absl::StrCat(model, ", forward pass, batch ", batch);
      MICA_RETURN_IF_ERROR(Measure(setup, {"B20", "infer", model, batch, {1.1, none}}, description, report));
    }
  }
  return Measure(setup, {"B18", "frozen", "resnet18", 16, {none, none, 0.9}}, "resnet18, AdamW step of fc alone, batch 16", report);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain(
      {"models",
       "Measures training and forward passes of networks in mica and in PyTorch, with images of 224x224. Takes an hour; "
       "--quick a quarter of it.",
       /*has_python_peers=*/true,
       {"B4", "B18", "B20"}},
      mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
