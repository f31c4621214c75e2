// What all benchmark programs share: flags, the Python of the peers, a folder for scratch, the report on console and in a file, stopping.
//   absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) { … report->Add(…) … }
//   int main(int argc, char** argv) {
//     return mica::BenchmarkMain({"fashion_mnist", "Measures …"}, Run, std::vector<std::string>(argv + 1, argv + argc));
//   }
#ifndef MICA_BENCH_BENCHMARK_MAIN_H_
#define MICA_BENCH_BENCHMARK_MAIN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bench/child_process.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"

namespace mica {

struct BenchmarkSetup {
  bool quick = false;
  std::string python;   // interpreter with the peers' packages; "" without Python peers
  std::string files;    // root of the repository's files that Bazel laid beside the program
  std::string scratch;  // an empty folder that is removed at the end

  // A Python peer of bench/peers with its arguments. Bytecode is not written into the source tree, and the user's PYTHON… variables
  // change nothing.
  ChildCommand Peer(const std::string& script, absl::Span<const std::string> arguments) const;

  // As MeasureInTurn, with a progress line on standard error in which `work` names the comparison.
  absl::StatusOr<PairedSamples> Measure(const std::string& work, absl::Span<const Contestant> peers, const Contestant& mica,
                                        const MeasurementPlan& plan) const;
};

struct BenchmarkText {
  std::string name;         // of the target in //bench
  std::string description;  // of --help
  bool has_python_peers = true;
};

using Benchmark = std::function<absl::Status(const BenchmarkSetup& setup, ComparisonReport* report)>;

// Runs the benchmark and prints its table, after an error too as far as it goes. Returns the exit code: base/error.h's, or 128 + n after
// signal n.
int BenchmarkMain(const BenchmarkText& text, const Benchmark& benchmark, const std::vector<std::string>& words);

}  // namespace mica

#endif  // MICA_BENCH_BENCHMARK_MAIN_H_
