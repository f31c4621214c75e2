#include "viz/area_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr const char* kEighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// Each column's largest value. Fewer values than columns are repeated.
std::vector<double> Columns(absl::Span<const double> values) {
  const auto count = static_cast<int64_t>(values.size());
  std::vector<double> columns;
  for (int64_t column = 0; column < kPlotColumns; ++column) {
    const int64_t begin = column * count / kPlotColumns;
    const int64_t end = std::max(begin + 1, (column + 1) * count / kPlotColumns);
    columns.push_back(*std::max_element(values.begin() + begin, values.begin() + end));
  }
  return columns;
}

// How many eighths of a row are filled. What is not zero has at least one.
int64_t Height(double value, double highest) {
  if (!(value > 0)) return 0;
  return std::max<int64_t>(1, std::llround(value / highest * kPlotRows * 8));
}

void StripBlanks(std::string* line) {
  line->erase(line->find_last_not_of(' ') + 1);
}

// The axis and the labels below it.
std::string Axis(absl::Span<const PlotTick> ticks, absl::string_view name, size_t margin) {
  std::vector<std::string> line(kPlotColumns, "─");
  std::string labels;
  for (const PlotTick& tick : ticks) {
    const auto column = std::min<size_t>(kPlotColumns - 1, std::llround(tick.place * kPlotColumns));
    if (!labels.empty() && labels.size() + 1 > column) continue;
    line[column] = "┬";
    labels.append(column - labels.size(), ' ');
    labels += tick.label;
  }
  std::string text = absl::StrCat(std::string(margin - 1, ' '), "0 └");
  for (const std::string& part : line) text += part;
  return absl::StrCat(text, "\n", std::string(margin + 2, ' '), labels, "  ", name, "\n");
}

}  // namespace

std::string AreaPlot(absl::Span<const double> values, absl::Span<const PlotTick> ticks, absl::string_view axis) {
  const std::vector<double> columns = Columns(values);
  const double highest = *std::max_element(columns.begin(), columns.end());
  const std::string top = FormatNumber(static_cast<float>(highest));
  std::string text;
  for (int row = kPlotRows - 1; row >= 0; --row) {
    std::string line = absl::StrCat(row == kPlotRows - 1 ? top : std::string(top.size(), ' '), " │");
    for (const double value : columns) line += kEighths[std::clamp<int64_t>(Height(value, highest) - row * 8, 0, 8)];
    StripBlanks(&line);
    absl::StrAppend(&text, line, "\n");
  }
  return text + Axis(ticks, axis, top.size());
}

}  // namespace mica
