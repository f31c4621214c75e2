// mica's AdamW against PyTorch's (row B8 of bench/README.md): one step over ResNet-18's 11,689,512
// parameters in 62 tensors, 2 threads. Every sample, of mica and of the peers, is the median step
// of a separate process, because the place of a process's buffers in memory matters to such a step.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
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

absl::StatusOr<Sample> StepOf(const ChildCommand& command) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  return ReadReportedNumbers(result.out, {"step_seconds"});
}

Contestant Program(const std::string& name, const ChildCommand& command) {
  return {name, [command] { return StepOf(command); }};
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  const std::string adamw_step = setup.files + "/bench/adamw_step";
  const std::vector<Contestant> peers = {
      Program("PyTorch, default", setup.Peer("adamw_step.py", {})),
      Program("PyTorch, fused=True", setup.Peer("adamw_step.py", {"--fused"})),
      Program("C++ torch::optim::AdamW", {{adamw_step, "torch"}, setup.scratch}),
      Program("its memory traffic alone", {{adamw_step, "memory"}, setup.scratch}),
  };
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  plan.warm_up = true;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
                        setup.Measure("AdamW step", peers, Program("mica", {{adamw_step, "mica"}, setup.scratch}), plan));
  return report->Add(
      Compare(samples, peers, {"B8", "AdamW step, ResNet-18", 0, Quantity::Unit::kSeconds, {5, 1.2, std::nullopt, std::nullopt}}));
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain(
      {"optimizer_step", "Measures one AdamW step over ResNet-18's parameters in mica and in PyTorch. Takes 3 minutes."}, mica::Run,
      std::vector<std::string>(argv + 1, argv + argc));
}
