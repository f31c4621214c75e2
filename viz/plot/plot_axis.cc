#include "viz/plot/plot_axis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr double kLargest = 1e100;
constexpr double kNarrowest = 1e-9;   // of a linear range, as a share of its larger end
constexpr double kRounding = 1e-6;    // of a step: a tick this close to an end stands at it
constexpr int kMinorTickDecades = 6;  // with more, small ticks would run into each other

double PowerOfTen(int exponent) {
  return std::pow(10.0, exponent);
}

// digits * 10^exponent, the double that is nearest to its decimal.
double Decimal(double digits, int exponent) {
  return exponent < 0 ? digits / PowerOfTen(-exponent) : digits * PowerOfTen(exponent);
}

std::string Superscript(int number) {
  constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += kDigits[digit - '0'];
  return text;
}

std::string TimesPowerOfTen(double digits, int exponent) {
  const std::string power = absl::StrCat("10", Superscript(exponent));
  return digits == 1 ? power : absl::StrCat(FormatDigits(digits, 12), "×", power);
}

// Labels of one axis are written in one way, which its largest value decides.
class LinearLabels {
 public:
  explicit LinearLabels(double largest) {
    const int exponent = largest > 0 ? static_cast<int>(std::floor(std::log10(largest) + kRounding)) : 0;
    if (exponent < -3 || exponent >= 15) {
      power_ = exponent;
    } else if (exponent >= 4) {
      thousands_ = exponent / 3;
    }
  }

  // Of digits * 10^exponent.
  std::string Of(double digits, int exponent) const {
    const std::string sign = digits < 0 ? "-" : "";
    if (power_ != 0) return digits == 0 ? "0" : absl::StrCat(sign, TimesPowerOfTen(Decimal(std::abs(digits), exponent - power_), power_));
    const int shown_exponent = exponent - 3 * thousands_;
    constexpr const char* kSuffixes[] = {"", "k", "M", "G", "T"};
    return absl::StrCat(sign, FormatFixed(Decimal(std::abs(digits), shown_exponent), std::clamp(-shown_exponent, 0, 15)),
                        kSuffixes[thousands_]);
  }

 private:
  int power_ = 0;
  int thousands_ = 0;
};

// A step is digits * 10^exponent with 1, 2 or 5 as digits.
struct Step {
  int digits = 1;
  int exponent = 0;
  double size() const { return Decimal(digits, exponent); }
};

Step RoundStep(double at_least, bool is_whole) {
  Step step = {1, static_cast<int>(std::floor(std::log10(at_least)))};
  for (const int digits : {1, 2, 5}) {
    step.digits = digits;
    if (step.size() >= at_least * (1 - kRounding)) break;
    if (digits == 5) step = {1, step.exponent + 1};
  }
  return is_whole && step.exponent < 0 ? Step{} : step;
}

std::vector<AxisTick> TicksInSteps(AxisRange range, int at_most, bool is_whole) {
  const Step step = RoundStep((range.high - range.low) / at_most, is_whole);
  const LinearLabels labels(std::max(std::abs(range.low), std::abs(range.high)));
  std::vector<AxisTick> ticks;
  const double last = std::floor(range.high / step.size() + kRounding);
  for (double count = std::ceil(range.low / step.size() - kRounding); count <= last; ++count) {
    ticks.push_back({Decimal(count * step.digits, step.exponent), labels.Of(count * step.digits, step.exponent)});
  }
  return ticks;
}

// From 0.001 to 9,000,000.
std::string PlainLabel(double value) {
  if (value < 1e3) return FormatNumber(value);
  return value < 1e6 ? absl::StrCat(FormatNumber(value / 1e3), "k") : absl::StrCat(FormatNumber(value / 1e6), "M");
}

// Two at least, so that the scale can be read, but of whole numbers as many as there are.
std::vector<AxisTick> LinearTicks(AxisRange range, int at_most, bool is_whole) {
  std::vector<AxisTick> ticks = TicksInSteps(range, at_most, is_whole);
  return ticks.size() >= 2 || is_whole ? ticks : TicksInSteps(range, 2 * at_most + 1, is_whole);
}

struct Decades {
  int first, last;  // powers of ten in the range
  int count() const { return std::max(0, last - first + 1); }
};

Decades DecadesOf(AxisRange range) {
  return {static_cast<int>(std::ceil(std::log10(range.low) - kRounding)), static_cast<int>(std::floor(std::log10(range.high) + kRounding))};
}

// Which of the digits 1 to 9 have labels.
bool HasLabel(int digit, int exponent, const Decades& decades, int at_most) {
  if (decades.count() > at_most) return digit == 1 && (exponent - decades.first) % ((decades.count() + at_most - 1) / at_most) == 0;
  return digit == 1 || (3 * decades.count() <= at_most && (digit == 2 || digit == 5));
}

std::vector<AxisTick> LogTicks(AxisRange range, int at_most, bool is_whole) {
  const Decades decades = DecadesOf(range);
  if (decades.count() == 0) return LinearTicks(range, at_most, is_whole);
  const bool has_powers = decades.first < -3 || decades.last > 6;
  std::vector<AxisTick> ticks;
  for (int exponent = decades.first - 1; exponent <= decades.last; ++exponent) {
    for (int digit = 1; digit <= 9; ++digit) {
      const double place = Decimal(digit, exponent);
      const bool has_label = HasLabel(digit, exponent, decades, at_most);
      if (place < range.low * (1 - kRounding) || place > range.high * (1 + kRounding)) continue;
      if (!has_label && decades.count() > kMinorTickDecades) continue;
      const std::string label = has_powers ? TimesPowerOfTen(digit, exponent) : PlainLabel(place);
      ticks.push_back({place, has_label ? label : ""});
    }
  }
  const auto labels = std::count_if(ticks.begin(), ticks.end(), [](const AxisTick& tick) { return !tick.label.empty(); });
  return labels >= 2 ? ticks : LinearTicks(range, at_most, is_whole);
}

AxisRange DefaultRange(AxisScale scale) {
  return scale == AxisScale::kLog ? AxisRange{0.1, 1} : AxisRange{0, 1};
}

// Puts equal values into the middle of something.
AxisRange Widened(AxisScale scale, AxisRange range) {
  if (scale == AxisScale::kLog) {
    return range.high > range.low * (1 + kNarrowest) ? range : AxisRange{range.low / 2, range.high * 2};
  }
  const double larger = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > kNarrowest * larger && range.high - range.low > 1 / kLargest) return range;
  const double room = larger > 1 / kLargest ? larger / 10 : 1;
  return {range.low - room, range.high + room};
}

AxisRange WithMargin(AxisScale scale, AxisRange range, double margin) {
  if (scale == AxisScale::kLinear) {
    const double room = margin * (range.high - range.low);
    return {range.low - room, range.high + room};
  }
  const double factor = std::pow(range.high / range.low, margin);
  return {range.low / factor, range.high * factor};
}

}  // namespace

bool HasPlace(AxisScale scale, double value) {
  return std::abs(value) <= kLargest && (scale == AxisScale::kLinear || value >= 1 / kLargest);
}

AxisRange FitRange(const PlotAxis& axis, absl::Span<const double> values, double margin) {
  const auto usable = [&](const std::optional<double>& end) { return end.has_value() && HasPlace(axis.scale, *end); };
  std::vector<double> placed;
  for (const double value : values) {
    if (HasPlace(axis.scale, value)) placed.push_back(value);
  }
  AxisRange range = DefaultRange(axis.scale);
  if (!placed.empty()) {
    const auto [least, most] = std::minmax_element(placed.begin(), placed.end());
    range = WithMargin(axis.scale, Widened(axis.scale, {*least, *most}), margin);
  }
  AxisRange fixed = {usable(axis.low) ? *axis.low : range.low, usable(axis.high) ? *axis.high : range.high};
  if (fixed.low < fixed.high) return Widened(axis.scale, fixed);
  // All values lie outside the end that is given.
  if (usable(axis.low) && usable(axis.high)) return range;
  return Widened(axis.scale, usable(axis.low) ? AxisRange{fixed.low, fixed.low} : AxisRange{fixed.high, fixed.high});
}

double PlaceInRange(AxisScale scale, AxisRange range, double value) {
  if (scale == AxisScale::kLinear) return (value - range.low) / (range.high - range.low);
  return std::log(value / range.low) / std::log(range.high / range.low);
}

std::vector<AxisTick> AxisTicks(AxisScale scale, AxisRange range, int at_most, bool is_whole) {
  at_most = std::max(at_most, 2);
  return scale == AxisScale::kLog ? LogTicks(range, at_most, is_whole) : LinearTicks(range, at_most, is_whole);
}

}  // namespace mica
