// mica's t-SNE against scikit-learn's: row B25 of bench/README.md. Every sample is a separate
// process, which times the work itself, from the features in memory to the coordinates.
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

constexpr int kPairs = 5;
constexpr int kQuickPairs = 1;
constexpr int kRows = 10000;
constexpr int kQuickRows = 2000;
constexpr int kColumns = 50;
constexpr double kRequired = 3;
constexpr double kWorstDivergence = 1.02;  // of the peer's

// A quick t-SNE that did not descend as far is none.
absl::Status CheckDivergence(const PairedSamples& samples) {
  const double mica = samples.MicaMedian(/*value=*/1), peer = samples.PeerMedian(/*peer=*/0, /*value=*/1);
  if (mica <= kWorstDivergence * peer) return absl::OkStatus();
  return DataError(absl::StrCat("mica's divergence ", FormatNumber(mica), " is more than ", FormatNumber(kWorstDivergence),
                                " times scikit-learn's ", FormatNumber(peer), ": the two did not do the same"));
}

absl::StatusOr<Sample> SecondsAndDivergence(const ChildCommand& command) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  return ReadReportedNumbers(result.out, {"seconds", "divergence"});
}

ChildCommand Work(const BenchmarkSetup& setup, const std::vector<std::string>& arguments) {
  ChildCommand command = {{setup.files + "/bench/embedding_work"}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return command;
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  const std::string file = setup.scratch + "/features", columns = absl::StrCat(kColumns);
  const int rows = setup.quick ? kQuickRows : kRows;
  MICA_RETURN_IF_ERROR(RunChild(Work(setup, {"make", file, absl::StrCat(rows), columns})).status());
  const std::vector<Contestant> peers = {
      {"scikit-learn", [command = setup.Peer("embedding.py", {file, columns})] { return SecondsAndDivergence(command); }}};
  const Contestant mica = {"mica", [command = Work(setup, {"tsne", file, columns})] { return SecondsAndDivergence(command); }};
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  const std::string work = absl::StrCat("t-SNE of ", rows, " rows of ", kColumns);
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, plan));
  MICA_RETURN_IF_ERROR(CheckDivergence(samples));
  return report->Add(Compare(samples, peers, {"B25", work, 0, Quantity::Unit::kSeconds, {kRequired}}));
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain({"embedding", "Measures how long mica's t-SNE takes against scikit-learn's. Takes about 5 minutes."},
                             mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
