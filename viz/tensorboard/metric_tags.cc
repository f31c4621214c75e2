#include "viz/tensorboard/metric_tags.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

// Of the columns that are known by name, also those that only seem to belong to a split; "" for all
// others.
std::string GroupOf(absl::string_view column) {
  static const std::map<absl::string_view, absl::string_view>& groups = *new std::map<absl::string_view, absl::string_view>{
      {"learning_rate", "Optimizer"},  {"grad_norm", "Optimizer"}, {"images_per_second", "Speed"},
      {"data_wait_fraction", "Speed"}, {"train_seconds", "Speed"}, {"eval_seconds", "Speed"},
      {"peak_memory_mib", "Memory"},   {"epoch", "Progress"},      {"step", "Progress"},
  };
  const auto group = groups.find(column);
  return std::string(group == groups.end() ? "" : group->second);
}

std::string SplitTag(absl::string_view split, absl::string_view metric) {
  if (metric == "loss") return absl::StrCat("Loss/", split);
  if (metric == "accuracy") return absl::StrCat("Accuracy/", split);
  return absl::StrCat("Metrics/", split, "/", metric);
}

absl::Status NoNumber(const CsvField& field) {
  return DataError(absl::StrCat("column ", Printable(field.column), ": ", InQuotes(field.text), " is no number"));
}

absl::StatusOr<int64_t> StepIn(absl::Span<const CsvField> row, absl::string_view step_column) {
  for (const CsvField& field : row) {
    int64_t step;
    if (field.column != step_column) continue;
    if (!absl::SimpleAtoi(field.text, &step)) return NoNumber(field);
    return step;
  }
  return DataError(absl::StrCat("there is no column ", Printable(step_column)));
}

}  // namespace

std::string MetricTag(absl::string_view column) {
  const std::string group = GroupOf(column);
  if (!group.empty()) return absl::StrCat(group, "/", column);
  absl::string_view metric = column;
  if (absl::ConsumePrefix(&metric, "train_")) return SplitTag("train", metric);
  if (absl::ConsumePrefix(&metric, "val_")) return SplitTag("valid", metric);
  if (absl::ConsumePrefix(&metric, "test_")) return SplitTag("test", metric);
  return absl::StrCat("Terms/", column);
}

absl::Status AddMetricsRow(absl::Span<const CsvField> row, absl::string_view step_column, double wall_time, EventFile* file) {
  MICA_ASSIGN_OR_RETURN(const int64_t step, StepIn(row, step_column));
  std::vector<std::pair<std::string, double>> scalars;
  for (const CsvField& field : row) {
    if (field.text.empty() || field.column == step_column) continue;
    double value;
    if (!absl::SimpleAtod(field.text, &value)) return NoNumber(field);
    scalars.emplace_back(MetricTag(field.column), value);
  }
  for (const auto& [tag, value] : scalars) file->AddScalar(tag, {step, wall_time}, value);
  return absl::OkStatus();
}

}  // namespace mica
