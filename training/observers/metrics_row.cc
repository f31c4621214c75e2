#include "training/observers/metrics_row.h"

#include <glog/logging.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/number_format.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

void AppendMetrics(absl::string_view prefix, Split split, const EpochRow& row, std::vector<CsvField>* fields) {
  const MetricSet* const metrics = row.MetricsOf(split);
  std::vector<std::string> names = MetricNames();
  names.insert(names.end(), row.extra_metrics.begin(), row.extra_metrics.end());
  for (const std::string& name : names) {
    fields->push_back({absl::StrCat(prefix, name), metrics == nullptr ? "" : FormatNumber(metrics->Get(name))});
  }
}

}  // namespace

std::vector<std::string> MetricsColumns(const std::vector<std::string>& scalars, const std::vector<std::string>& extra_metrics) {
  EpochRow row;
  row.extra_metrics = extra_metrics;
  for (const std::string& name : scalars) row.scalars.push_back({name, 0});
  std::vector<std::string> columns;
  for (CsvField& field : MetricsRow(row)) columns.push_back(std::move(field.column));
  CHECK_EQ(std::set<std::string>(columns.begin(), columns.end()).size(), columns.size()) << "two columns of one name";
  return columns;
}

std::vector<CsvField> MetricsRow(const EpochRow& row) {
  std::vector<CsvField> fields = {{"epoch", absl::StrCat(row.epoch)},
                                  {"step", absl::StrCat(row.step)},
                                  {"learning_rate", FormatNumber(row.learning_rate)},
                                  {"train_loss", FormatNumber(row.train_loss)},
                                  {"train_accuracy", FormatNumber(row.train_accuracy)}};
  AppendMetrics("val_", Split::kValidation, row, &fields);
  AppendMetrics("test_", Split::kTest, row, &fields);
  fields.push_back({"grad_norm", FormatNumber(row.grad_norm)});
  fields.push_back({"images_per_second", FormatNumber(row.images_per_second)});
  fields.push_back({"data_wait_fraction", FormatNumber(row.data_wait_fraction)});
  fields.push_back({"train_seconds", FormatNumber(row.train_seconds)});
  fields.push_back({"eval_seconds", FormatNumber(row.eval_seconds)});
  fields.push_back({"peak_memory_mib", FormatNumber(row.peak_memory_mib)});
  for (const EpochRow::Scalar& scalar : row.scalars) fields.push_back({scalar.name, FormatNumber(scalar.value)});
  return fields;
}

}  // namespace mica
