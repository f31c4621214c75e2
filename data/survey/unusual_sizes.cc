#include "data/survey/unusual_sizes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"

namespace mica {
namespace {

constexpr size_t kMinPictures = 10;
constexpr int kTinySidePx = 8;
constexpr double kElongated = 10;
constexpr double kElongatedThanMedian = 2;
constexpr double kFar = 10;  // times the median side
constexpr double kFarForOutliers = 4;
constexpr double kFenceRanges = 3;  // interquartile ranges

bool IsPicture(const ImageShape& shape) {
  return shape.height_px > 0 && shape.width_px > 0;
}

double ShorterSide(const ImageShape& shape) {
  return std::min(shape.height_px, shape.width_px);
}

double Elongation(const ImageShape& shape) {
  return std::max(shape.height_px, shape.width_px) / ShorterSide(shape);
}

double LogSide(const ImageShape& shape) {
  return std::log(static_cast<double>(shape.pixels())) / 2;
}

struct Quartiles {
  double first, median, third;
};

// The values at these ranks, rounded down: no averages.
template <typename Feature>
Quartiles QuartilesOf(absl::Span<const ImageShape> shapes, Feature feature) {
  std::vector<double> values;
  for (const ImageShape& shape : shapes) {
    if (IsPicture(shape)) values.push_back(feature(shape));
  }
  std::sort(values.begin(), values.end());
  const size_t last = values.size() - 1;
  return {values[last / 4], values[last / 2], values[last * 3 / 4]};
}

std::string Times(double factor) {
  return absl::StrCat(FormatFixed(factor, factor < 10 ? 1 : 0), " times");
}

class Rules {
 public:
  explicit Rules(absl::Span<const ImageShape> shapes)
      : median_shorter_(QuartilesOf(shapes, ShorterSide).median),
        median_elongation_(QuartilesOf(shapes, Elongation).median),
        log_side_(QuartilesOf(shapes, LogSide)) {}

  std::optional<UnusualSizeKind> KindOf(const ImageShape& shape) const {
    const double shorter = ShorterSide(shape);
    if (shorter < kTinySidePx && 2 * shorter < median_shorter_) return UnusualSizeKind::kTiny;
    const double elongation = Elongation(shape);
    if (elongation > kElongated && elongation > kElongatedThanMedian * median_elongation_) return UnusualSizeKind::kElongated;
    const double range = kFenceRanges * (log_side_.third - log_side_.first);
    const double side = LogSide(shape);
    if (IsFar(log_side_.median - side, side < log_side_.first - range)) return UnusualSizeKind::kSmall;
    if (IsFar(side - log_side_.median, side > log_side_.third + range)) return UnusualSizeKind::kLarge;
    return std::nullopt;
  }

  std::string Reason(const ImageShape& shape, UnusualSizeKind kind) const {
    const std::string size = absl::StrCat(shape.width_px, " x ", shape.height_px, " px; ");
    const double factor = std::exp(LogSide(shape) - log_side_.median);
    const std::string usual = absl::StrCat("the side of a usual picture is ", FormatFixed(std::exp(log_side_.median), 0), " px, ");
    switch (kind) {
      case UnusualSizeKind::kTiny:
        return absl::StrCat(size, "the shorter side of a usual picture is ", FormatFixed(median_shorter_, 0), " px");
      case UnusualSizeKind::kElongated:
        return absl::StrCat(size, Times(Elongation(shape)), shape.width_px > shape.height_px ? " as wide as high" : " as high as wide");
      case UnusualSizeKind::kSmall:
        return absl::StrCat(size, usual, Times(1 / factor), " as long");
      case UnusualSizeKind::kLarge:
        return absl::StrCat(size, Times(factor), " the side of a usual picture, ", FormatFixed(std::exp(log_side_.median), 0), " px");
    }
    return size;  // an enum can hold any integer
  }

 private:
  // `log_factor`: by how much a side differs from the median, in the direction that is asked for.
  static bool IsFar(double log_factor, bool is_outlier) {
    return log_factor > std::log(kFar) || (is_outlier && log_factor > std::log(kFarForOutliers));
  }

  const double median_shorter_;
  const double median_elongation_;
  const Quartiles log_side_;
};

}  // namespace

absl::string_view UnusualSizeName(UnusualSizeKind kind) {
  switch (kind) {
    case UnusualSizeKind::kTiny:
      return "tiny";
    case UnusualSizeKind::kElongated:
      return "elongated";
    case UnusualSizeKind::kSmall:
      return "small";
    case UnusualSizeKind::kLarge:
      return "large";
  }
  return "unknown";
}

int64_t UnusualSizes::count() const {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

UnusualSizes FindUnusualSizes(absl::Span<const ImageShape> shapes, int max_examples) {
  UnusualSizes found;
  if (static_cast<size_t>(std::count_if(shapes.begin(), shapes.end(), IsPicture)) < kMinPictures) return found;
  const Rules rules(shapes);
  std::array<std::vector<UnusualSize>, kUnusualSizeKinds> examples;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const std::optional<UnusualSizeKind> kind = IsPicture(shapes[i]) ? rules.KindOf(shapes[i]) : std::nullopt;
    if (!kind.has_value()) continue;
    const size_t place = static_cast<size_t>(*kind);
    if (found.counts[place]++ < max_examples) examples[place].push_back({static_cast<int64_t>(i), *kind, rules.Reason(shapes[i], *kind)});
  }
  for (auto& of_kind : examples) std::move(of_kind.begin(), of_kind.end(), std::back_inserter(found.examples));
  return found;
}

}  // namespace mica
