#include "training/observers/parameter_statistics.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr size_t kMostSorted = 4096;
constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

struct Moments {
  double squares = 0;
  int64_t zeros = 0;
  float min = INFINITY, max = -INFINITY;
  bool is_finite = true;
};

Moments MomentsOf(absl::Span<const float> values) {
  Moments moments;
  for (const float value : values) {
    moments.squares += double{value} * value;
    moments.zeros += value == 0 ? 1 : 0;
    moments.min = std::min(moments.min, value);
    moments.max = std::max(moments.max, value);
  }
  moments.is_finite = std::isfinite(moments.squares);
  return moments;
}

std::string Row(int64_t epoch, const std::string& name, const char* of, absl::Span<const float> values) {
  const Moments moments = MomentsOf(values);
  std::vector<std::string> fields = {absl::StrCat(epoch),
                                     name,
                                     of,
                                     absl::StrCat(values.size()),
                                     FormatNumber(std::sqrt(moments.squares)),
                                     FormatNumber(static_cast<double>(moments.zeros) / static_cast<double>(values.size()))};
  if (!moments.is_finite) {
    fields.resize(fields.size() + 2 + std::size(kQuantiles));
    return CsvRow(fields);
  }
  std::vector<float> sorted = EvenlySpaced(values, kMostSorted);
  std::sort(sorted.begin(), sorted.end());
  fields.push_back(FormatNumber(moments.min));
  for (const double quantile : kQuantiles) {
    fields.push_back(FormatNumber(sorted[static_cast<size_t>(quantile * static_cast<double>(sorted.size() - 1) + 0.5)]));
  }
  fields.push_back(FormatNumber(moments.max));
  return CsvRow(fields);
}

}  // namespace

std::vector<float> EvenlySpaced(absl::Span<const float> values, size_t most) {
  const size_t stride = (values.size() + most - 1) / most;
  std::vector<float> chosen;
  for (size_t i = 0; i < values.size(); i += stride) chosen.push_back(values[i]);
  return chosen;
}

std::string ParameterStatisticsHeader() {
  return CsvRow({"epoch", "parameter", "of", "size", "norm", "zeros", "min", "q05", "q25", "q50", "q75", "q95", "max"});
}

std::string ParameterStatisticsRows(int64_t epoch, absl::Span<const ParameterView> parameters) {
  std::string rows;
  for (const ParameterView& parameter : parameters) {
    if (parameter.values.empty()) continue;
    rows += Row(epoch, parameter.name, "values", parameter.values);
    rows += Row(epoch, parameter.name, "gradients", parameter.gradients);
  }
  return rows;
}

}  // namespace mica
