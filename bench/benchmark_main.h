// What all benchmark programs share: flags, the peers' Python, a scratch folder, the report on the
// console and in a file, stopping.
//   absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) { … report->Add(…) … }
//   int main(int argc, char** argv) {
//     return mica::BenchmarkMain({"fashion_mnist", "Measures …"}, Run,
//                                std::vector<std::string>(argv + 1, argv + argc));
//   }
#ifndef MICA_BENCH_BENCHMARK_MAIN_H_
#define MICA_BENCH_BENCHMARK_MAIN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/child_process.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"

namespace mica {

struct BenchmarkSetup {
  bool quick = false;
  std::vector<std::string> rows;  // those wanted; none: all
  std::string python;             // interpreter with the peers' packages; "" if there are no Python peers
  std::string files;              // root of the repository's files that Bazel placed beside the program
  std::string scratch;            // an empty folder, removed at the end

  bool Wants(const std::string& row) const;

  // A Python peer of bench/peers with its arguments. It writes no bytecode into the source tree and
  // ignores the user's PYTHON… variables.
  ChildCommand Peer(const std::string& script, absl::Span<const std::string> arguments) const;

  // MeasureInTurn with a progress line on standard error; `work` names the comparison in it.
  absl::StatusOr<PairedSamples> Measure(const std::string& work, absl::Span<const Contestant> peers, const Contestant& mica,
                                        const MeasurementPlan& plan) const;
};

struct BenchmarkText {
  std::string name;         // of the target in //bench
  std::string description;  // shown by --help
  bool has_python_peers = true;
  std::vector<std::string> rows = {};  // if there are several: what --rows may pick
};

using Benchmark = std::function<absl::Status(const BenchmarkSetup& setup, ComparisonReport* report)>;

// Runs the benchmark and prints its table; after an error, as much of it as there is. Returns the
// exit code: one of base/error.h, or 128 + n after signal n.
int BenchmarkMain(const BenchmarkText& text, const Benchmark& benchmark, const std::vector<std::string>& words);

}  // namespace mica

#endif  // MICA_BENCH_BENCHMARK_MAIN_H_
