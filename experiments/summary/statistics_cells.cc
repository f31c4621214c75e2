#include "experiments/summary/statistics_cells.h"

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

double ZeroFraction(const TensorStatistics& statistics) {
  return statistics.count == 0 ? 0 : static_cast<double>(statistics.zeros) / static_cast<double>(statistics.count);
}

}  // namespace

std::vector<std::string> StatisticsColumns() {
  return {"mean", "std", "min", "max", "zeros", "not_finite"};
}

std::vector<std::string> StatisticsCells(const TensorStatistics& statistics) {
  constexpr int kDigits = 4;
  std::vector<std::string> cells;
  for (const double value : {statistics.mean, statistics.std, statistics.min, statistics.max})
    cells.push_back(FormatDigits(value, kDigits));
  cells.push_back(absl::StrCat(FormatFixed(100 * ZeroFraction(statistics), 1), "%"));
  cells.push_back(absl::StrCat(statistics.not_finite));
  return cells;
}

std::vector<std::string> StatisticsFields(const TensorStatistics& statistics) {
  std::vector<std::string> fields;
  for (const double value : {statistics.mean, statistics.std, statistics.min, statistics.max}) fields.push_back(FormatNumber(value));
  fields.push_back(FormatNumber(ZeroFraction(statistics)));
  fields.push_back(absl::StrCat(statistics.not_finite));
  return fields;
}

}  // namespace mica
