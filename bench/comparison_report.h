// The results of a benchmark: a row for each comparison of mica with a peer, as CSV for programs
// and as a table for people.
//   ComparisonReport report("/tmp/speed.csv");
//   const Quantity quantity = {"B1", "linear, training epoch", /*value=*/0,
//                              Quantity::Unit::kSeconds, {7, 1.2}};
//   // Afterwards the file has all rows so far.
//   MICA_RETURN_IF_ERROR(report.Add(Compare(samples, peers, quantity)));
//   std::cout << report.Table();
// Columns of the CSV:
// row,work,peer,peer_seconds,mica_seconds,ratio,ratio_low,ratio_high,control_low,control_high.
// ratio = peer / mica; above 1, mica takes less. For memory, peer_seconds and mica_seconds hold
// MiB, and `work` says so.
#ifndef MICA_BENCH_COMPARISON_REPORT_H_
#define MICA_BENCH_COMPARISON_REPORT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "bench/median_ratio.h"
#include "bench/paired_measurement.h"

namespace mica {

// One of the numbers in a sample, and the requirements on it.
struct Quantity {
  enum class Unit { kSeconds, kMib };

  std::string row;   // "B1", the comparison's number in bench/README.md
  std::string work;  // "linear, training epoch"
  size_t value = 0;  // its index in a sample
  Unit unit = Unit::kSeconds;
  std::vector<std::optional<double>> required;  // the ratio to reach, for each peer
};

// Mica against one peer.
struct PeerComparison {
  std::string row, work, peer;
  Quantity::Unit unit = Quantity::Unit::kSeconds;
  double peer_value = 0;  // medians
  double mica_value = 0;
  RatioEstimate ratio;    // peer / mica
  RatioEstimate control;  // mica / mica
  std::optional<double> required = {};
};

// One comparison for each peer. `peers` are those measured in `samples`.
std::vector<PeerComparison> Compare(const PairedSamples& samples, const std::vector<Contestant>& peers, const Quantity& quantity);

// Thread-compatible.
class ComparisonReport {
 public:
  // `csv_path` is absolute, or empty for no file.
  explicit ComparisonReport(std::string csv_path) : csv_path_(std::move(csv_path)) {}

  // Adds the rows and rewrites the file. Without rows it writes only the header, which shows early
  // whether the file can be written.
  absl::Status Add(absl::Span<const PeerComparison> comparisons);

  // Gives a verdict on every requirement: "reached" if the whole interval lies at or above it,
  // "missed" if it lies below, else "open". Below the table is a warning for every row whose
  // control does not contain 1 or is too wide to mean anything. "" without rows.
  std::string Table() const;

 private:
  const std::string csv_path_;
  std::vector<PeerComparison> comparisons_;
};

}  // namespace mica

#endif  // MICA_BENCH_COMPARISON_REPORT_H_
