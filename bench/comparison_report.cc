#include "bench/comparison_report.h"

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/files/file.h"
#include "base/number_format.h"

namespace mica {
namespace {

std::string CsvText(absl::Span<const PeerComparison> comparisons) {
  std::string text =
      CsvRow({"row", "work", "peer", "peer_seconds", "mica_seconds", "ratio", "ratio_low", "ratio_high", "control_low", "control_high"});
  for (const PeerComparison& comparison : comparisons) {
    std::vector<std::string> fields = {comparison.row, comparison.work, comparison.peer};
    for (const double value : {comparison.peer_value, comparison.mica_value, comparison.ratio.ratio, comparison.ratio.low,
                               comparison.ratio.high, comparison.control.low, comparison.control.high}) {
      fields.push_back(FormatNumber(value));
    }
    text += CsvRow(fields);
  }
  return text;
}

// At least three digits: "0.00461 s", "0.212 s", "14.60 s", "237 MiB".
std::string Shown(double value, Quantity::Unit unit) {
  switch (unit) {
    case Quantity::Unit::kSeconds:
      return absl::StrCat(FormatFixed(value, value < 0.1 ? 5 : value < 10 ? 3 : 2), " s");
    case Quantity::Unit::kMib:
      return absl::StrCat(FormatFixed(value, 0), " MiB");
  }
  return FormatNumber(value);
}

std::string Interval(const RatioEstimate& estimate) {
  return absl::StrCat(FormatFixed(estimate.low, 2), " to ", FormatFixed(estimate.high, 2));
}

// On a quiet machine the control spans a few hundredths.
constexpr double kWidestControl = 1.3;

// What is wrong with the control, or "".
std::string ControlFault(const RatioEstimate& control) {
  if (!control.Contains(1)) return "does not contain 1";
  return control.high > kWidestControl * control.low ? "is too wide to tell anything" : "";
}

std::string Verdict(const PeerComparison& comparison) {
  if (!comparison.required.has_value()) return "";
  if (comparison.ratio.low >= *comparison.required) return "reached";
  return comparison.ratio.high < *comparison.required ? "missed" : "open: within the interval";
}

}  // namespace

std::vector<PeerComparison> Compare(const PairedSamples& samples, const std::vector<Contestant>& peers, const Quantity& quantity) {
  std::vector<PeerComparison> comparisons(peers.size());
  for (size_t peer = 0; peer < peers.size(); ++peer) {
    PeerComparison& comparison = comparisons[peer];
    comparison.row = quantity.row;
    comparison.work = quantity.work;
    comparison.peer = peers[peer].name;
    comparison.unit = quantity.unit;
    comparison.peer_value = samples.PeerMedian(peer, quantity.value);
    comparison.mica_value = samples.MicaMedian(quantity.value);
    comparison.ratio = samples.Ratio(peer, quantity.value);
    comparison.control = samples.Control(quantity.value);
    comparison.required = quantity.required.at(peer);
  }
  return comparisons;
}

absl::Status ComparisonReport::Add(absl::Span<const PeerComparison> comparisons) {
  comparisons_.insert(comparisons_.end(), comparisons.begin(), comparisons.end());
  return csv_path_.empty() ? absl::OkStatus() : WriteFileAtomically(csv_path_, CsvText(comparisons_));
}

std::string ComparisonReport::Table() const {
  if (comparisons_.empty()) return "";
  std::vector<std::vector<std::string>> rows = {
      {"row", "work", "peer", "takes", "mica takes", "peer / mica", "95 % interval", "mica must", "", "mica / mica"}};
  std::string warnings;
  for (const PeerComparison& comparison : comparisons_) {
    rows.push_back({comparison.row, comparison.work, comparison.peer, Shown(comparison.peer_value, comparison.unit),
                    Shown(comparison.mica_value, comparison.unit), FormatFixed(comparison.ratio.ratio, 2), Interval(comparison.ratio),
                    comparison.required.has_value() ? FormatFixed(*comparison.required, 2) : "", Verdict(comparison),
                    Interval(comparison.control)});
    const std::string fault = ControlFault(comparison.control);
    if (fault.empty()) continue;
    absl::StrAppend(&warnings, "warning: ", comparison.row, ", ", comparison.work, ", ", comparison.peer, ": mica / mica, ",
                    Interval(comparison.control), ", ", fault, "; the machine was not quiet, so repeat this row\n");
  }
  return absl::StrCat(ConsoleTable(rows), warnings);
}

}  // namespace mica
