#include "eval/report/final_table.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr int kDigits = 4;
constexpr double kLargestFixed = 1e6;
constexpr int kMaxNameColumns = 40;

// A diverged loss has too many digits before the decimal point for a table.
std::string Number(double value) {
  return std::abs(value) < kLargestFixed ? FormatFixed(value, kDigits) : FormatNumber(value);
}

std::string MajorityOf(const std::string& metric, const Baselines& baselines) {
  return metric == "accuracy" ? Number(baselines.majority_accuracy) : "";
}

std::vector<std::string> Header(const FinalResults& results) {
  std::vector<std::string> header = {"metric"};
  if (results.train) header.emplace_back("train");
  if (results.validation) header.emplace_back("validation");
  if (results.test) header.emplace_back("test");
  header.insert(header.end(), {"chance", "majority class"});
  return header;
}

std::vector<std::string> Row(const std::string& metric, const FinalResults& results) {
  std::vector<std::string> row = {metric};
  if (results.train) row.push_back(Number(results.train->Get(metric)));
  if (results.validation) row.push_back(Number(results.validation->Get(metric)));
  if (results.test) row.push_back(Number(results.test->Get(metric)));
  const std::optional<double> chance = ChanceOf(metric, results.baselines);
  row.push_back(chance.has_value() ? Number(*chance) : "");
  row.push_back(MajorityOf(metric, results.baselines));
  return row;
}

std::string EmptyClassesNote(const FinalResults& results) {
  if (results.empty_classes == 0) return "";
  return absl::StrCat("empty classes (no samples, no predictions): ", results.empty_classes, " of ", results.baselines.num_classes,
                      "; each counts as 0 in macro means\n");
}

std::string IntervalNote(absl::string_view reported, const FinalResults& results) {
  if (!results.accuracy_interval) return "";
  return absl::StrCat("accuracy on the ", reported, " split: 95 % interval ", FormatFixed(results.accuracy_interval->low, kDigits), " to ",
                      FormatFixed(results.accuracy_interval->high, kDigits), "\n");
}

std::string TestSeenNote(const FinalResults& results) {
  if (!results.test_seen_each_epoch) return "";
  return "the test split was looked at after every epoch; no checkpoint was selected by it\n";
}

}  // namespace

std::string FinalTable(const FinalResults& results) {
  const char* const reported = results.test ? "test" : results.validation ? "validation" : results.train ? "train" : nullptr;
  if (reported == nullptr) return "nothing was evaluated: the data has neither a validation nor a test split\n";
  std::vector<std::vector<std::string>> rows = {Header(results)};
  const MetricSet& metrics = results.test ? *results.test : results.validation ? *results.validation : *results.train;
  for (const Metric& metric : metrics.values) rows.push_back(Row(metric.name, results));
  return absl::StrCat(ConsoleTable(rows), "majority class of the ", reported, " split: \"",
                      TerminalText(results.baselines.majority_name, kMaxNameColumns), "\"\n", IntervalNote(reported, results),
                      EmptyClassesNote(results), TestSeenNote(results));
}

}  // namespace mica
