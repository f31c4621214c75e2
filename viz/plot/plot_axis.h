// The axes of plots: from values to a range, from a range to ticks.
//   const AxisRange range = FitRange({"loss"}, values);
//   AxisTicks(AxisScale::kLinear, {0, 1}, /*at_most=*/6): 0, "0"; 0.2, "0.2"; …; 1, "1"
// A range is never empty and never too narrow for doubles, whatever the values are, because gnuplot
// stops at such ones. Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_PLOT_AXIS_H_
#define MICA_VIZ_PLOT_PLOT_AXIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace mica {

enum class AxisScale : uint8_t { kLinear, kLog };

struct PlotAxis {
  std::string label;  // with its unit: "time (s)"
  AxisScale scale = AxisScale::kLinear;
  std::optional<double> low = {}, high = {};  // ends that do not depend on the values, low < high
  bool is_whole = false;                      // of whole numbers, such as epochs: no ticks between them
};

struct AxisRange {
  double low = 0, high = 1;  // low < high; both positive on a log axis
};

struct AxisTick {
  double place = 0;
  std::string label;  // none: a small tick
};

// Whether a value has a place on the axis: finite, within ±1e100, and on a log axis at least
// 1e-100.
bool HasPlace(AxisScale scale, double value);

// The range of all values that have a place, with `margin` of its length on both sides where the
// axis gives no end. Without such values 0 to 1, on a log axis 0.1 to 1. Equal values stand in the
// middle. An end that the axis gives, but that has no place or turns the range around, is not used.
AxisRange FitRange(const PlotAxis& axis, absl::Span<const double> values, double margin = 0.04);

// Where a value is: 0 at the low end, 1 at the high end.
double PlaceInRange(AxisScale scale, AxisRange range, double value);

// About `at_most` labelled ticks (2 or more) at round values in the range, ascending; at least two,
// unless the axis has fewer whole numbers.
// Thousands, millions, … are written 20k, 3M; what is below 0.001 as 2×10⁻⁵.
std::vector<AxisTick> AxisTicks(AxisScale scale, AxisRange range, int at_most, bool is_whole = false);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_AXIS_H_
