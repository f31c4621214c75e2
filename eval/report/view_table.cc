#include "eval/report/view_table.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

std::string Row(std::string view, const PredictionTable& predictions) {
  std::vector<std::string> fields = {std::move(view)};
  for (const Metric& metric : ComputeMetrics(predictions).values) fields.push_back(FormatNumber(metric.value));
  return CsvRow(fields);
}

}  // namespace

std::string ViewTableCsv(absl::Span<const PredictionTable> views, const PredictionTable& merged) {
  std::vector<std::string> header = {"view"};
  for (const std::string& name : MetricNames()) header.push_back(name);
  std::string text = CsvRow(header);
  for (size_t view = 0; view < views.size(); ++view) text += Row(view == 0 ? "clean" : absl::StrCat(view), views[view]);
  return text + Row("merged", merged);
}

}  // namespace mica
