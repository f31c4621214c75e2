#include "experiments/summary/statistics_table.h"

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "experiments/summary/statistics_cells.h"

namespace mica {
namespace {

using Row = std::vector<std::string>;

Row RowOf(const std::string& tensor, const std::string& values, const std::string& when, const std::vector<std::string>& cells) {
  Row row = {tensor, values, when};
  row.insert(row.end(), cells.begin(), cells.end());
  return row;
}

}  // namespace

std::string WeightTable(absl::Span<const WeightStatistics> weights) {
  std::vector<Row> rows = {RowOf("tensor", "values", "weights", StatisticsTitles())};
  for (const WeightStatistics& tensor : weights) {
    rows.push_back(RowOf(tensor.tensor, absl::StrCat(tensor.drawn.values), "as its layer draws it", StatisticsCells(tensor.drawn)));
    if (!tensor.is_as_drawn) rows.push_back(RowOf("", "", "as training begins", StatisticsCells(tensor.initial)));
  }
  return ConsoleTable(rows);
}

}  // namespace mica
