#include "experiments/summary/statistics_cells.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

double FractionOf(int64_t count, const TensorStatistics& statistics) {
  return statistics.values == 0 ? 0 : static_cast<double>(count) / static_cast<double>(statistics.values);
}

}  // namespace

std::vector<std::string> StatisticsTitles() {
  return {"mean", "std", "min", "max", "positive", "zeros", "not finite"};
}

std::vector<std::string> StatisticsColumns() {
  return {"mean", "std", "min", "max", "positive", "zeros", "not_finite"};
}

std::vector<std::string> StatisticsCells(const TensorStatistics& statistics) {
  constexpr int kDigits = 4;
  std::vector<std::string> cells;
  for (const double value : {statistics.mean, statistics.std, double{statistics.min}, double{statistics.max}}) {
    cells.push_back(FormatDigits(value, kDigits));
  }
  for (const int64_t count : {statistics.positive, statistics.zeros}) {
    cells.push_back(absl::StrCat(FormatFixed(100 * FractionOf(count, statistics), 1), "%"));
  }
  cells.push_back(absl::StrCat(statistics.not_finite));
  return cells;
}

std::vector<std::string> StatisticsFields(const TensorStatistics& statistics) {
  return {FormatNumber(statistics.mean),
          FormatNumber(statistics.std),
          FormatNumber(statistics.min),
          FormatNumber(statistics.max),
          FormatNumber(FractionOf(statistics.positive, statistics)),
          FormatNumber(FractionOf(statistics.zeros, statistics)),
          absl::StrCat(statistics.not_finite)};
}

}  // namespace mica
