#include "data/augment/warp.h"

#include <algorithm>
#include <cmath>

#include "base/processor_versions.h"
#include "data/augment/warp_source.h"

namespace mica {
namespace {

// Places in the source: whole numbers are the middles of its pixels. kOne units are a pixel.
constexpr double kOne = 4294967296.0;

struct Place {
  double x, y;
};

// Where a row's pixel i comes from: start + i * step.
struct Line {
  Place start, step;
};

struct RowPart {
  int32_t first, last;  // empty if last <= first
};

// A line in whole units. Sums wrap round; only places near the source are looked at, and there they
// do not.
struct FixedLine {
  uint64_t x, y, step_x, step_y;

  [[gnu::always_inline]] void Advance() {
    x += step_x;
    y += step_y;
  }
};

[[gnu::always_inline]] inline int32_t Whole(uint64_t place) {
  return static_cast<int32_t>(static_cast<int64_t>(place) >> 32);
}

[[gnu::always_inline]] inline float Fraction(uint64_t place) {
  return static_cast<float>(static_cast<int32_t>(static_cast<uint32_t>(place) >> 8)) * (1.0f / (1 << 24));
}

// All of the pixels lie in the range that Inside gives.
template <int kChannels>
[[gnu::always_inline]] inline void MixLineInside(const WarpSource& source, FixedLine line, int32_t count, uint8_t* to) {
  for (int32_t i = 0; i < count; ++i, line.Advance(), to += kChannels) {
    const uint8_t* const upper = source.pixels + Whole(line.y) * source.row_bytes + Whole(line.x) * int64_t{kChannels};
    MixInside(upper, source.row_bytes, kChannels, Fraction(line.x), Fraction(line.y), to);
  }
}

template <int kChannels>
[[gnu::always_inline]] inline void CopyLineInside(const WarpSource& source, FixedLine line, int32_t count, uint8_t* to) {
  for (int32_t i = 0; i < count; ++i, line.Advance(), to += kChannels) {
    CopyPixel(source.pixels + Whole(line.y) * source.row_bytes + Whole(line.x) * int64_t{kChannels}, kChannels, to);
  }
}

MICA_PROCESSOR_VERSIONS void WalkInside(const WarpSource& source, WarpFilter filter, const FixedLine& line, int32_t count, uint8_t* to) {
  const WarpSource surface = source;
  if (filter == WarpFilter::kNearest) {
    if (surface.channels == 1) return CopyLineInside<1>(surface, line, count, to);
    return CopyLineInside<3>(surface, line, count, to);
  }
  if (surface.channels == 1) return MixLineInside<1>(surface, line, count, to);
  MixLineInside<3>(surface, line, count, to);
}

void WalkAnywhere(const WarpSource& source, WarpFilter filter, FixedLine line, int32_t count, uint8_t* to) {
  for (int32_t i = 0; i < count; ++i, line.Advance(), to += source.channels) {
    if (filter == WarpFilter::kNearest) {
      CopyPixel(source.AtOrFill(Whole(line.x), Whole(line.y)), source.channels, to);
    } else {
      MixAnywhere(source, Whole(line.x), Whole(line.y), Fraction(line.x), Fraction(line.y), to);
    }
  }
}

// Beyond, places would not be exact enough to be looked up.
constexpr double kFar = 1099511627776.0;  // 2^40 pixels

// The pixels of `range` with low <= start + i * step <= high; none if those are far or no numbers,
// or low > high.
RowPart Within(double start, double step, double low, double high, RowPart range) {
  if (!(low <= high && std::abs(start) < kFar && std::abs(step) < kFar)) return {range.first, range.first};
  if (step == 0) return start >= low && start <= high ? range : RowPart{range.first, range.first};
  const double at_low = (low - start) / step;
  const double at_high = (high - start) / step;
  const double first = range.first;
  const double last = range.last;
  return {static_cast<int32_t>(std::clamp(std::ceil(std::min(at_low, at_high)), first, last)),
          static_cast<int32_t>(std::clamp(std::floor(std::max(at_low, at_high)) + 1, first, last))};
}

struct PlaceLimits {
  double low, high_x, high_y;
};

RowPart Within(const Line& line, const PlaceLimits& limits, RowPart range) {
  range = Within(line.start.x, line.step.x, limits.low, limits.high_x, range);
  return Within(line.start.y, line.step.y, limits.low, limits.high_y, range);
}

// Outside there is only fill. A pixel too many costs time only.
PlaceLimits Touching(const WarpSource& source) {
  return {-1.5, source.width + 0.5, source.height + 0.5};
}

// Pixels whose neighbours all lie in the source, and two more bytes behind them. Steps are rounded,
// so a quarter of a pixel is left as a margin.
PlaceLimits Inside(const WarpSource& source, WarpFilter filter) {
  if (filter == WarpFilter::kNearest) return {-0.25, source.width - 0.75, source.height - 0.75};
  const int more = source.channels == 1 ? 0 : 1;
  return {0.25, source.width - 1.25 - more, source.height - 1.25};
}

// A step that leaves the source at once may have any length.
uint64_t Fixed(double value) {
  constexpr double kLongest = 1 << 30;
  return static_cast<uint64_t>(static_cast<int64_t>(std::floor(std::clamp(value, -kLongest, kLongest) * kOne + 0.5)));
}

// The line from pixel `first` on. For the nearest pixel, half a pixel further: the whole number is
// its place then.
FixedLine FixedFrom(const Line& line, int32_t first, WarpFilter filter) {
  const double shift = filter == WarpFilter::kNearest ? 0.5 : 0;
  return {Fixed(line.start.x + first * line.step.x + shift), Fixed(line.start.y + first * line.step.y + shift), Fixed(line.step.x),
          Fixed(line.step.y)};
}

void FillPixels(const WarpSource& source, RowPart range, uint8_t* row) {
  for (int32_t x = range.first; x < range.last; ++x) CopyPixel(source.fill, source.channels, row + int64_t{x} * source.channels);
}

void Walk(const WarpSource& source, WarpFilter filter, const Line& line, RowPart range, bool is_inside, uint8_t* row) {
  if (range.last <= range.first) return;
  uint8_t* const to = row + int64_t{range.first} * source.channels;
  const FixedLine fixed = FixedFrom(line, range.first, filter);
  if (is_inside) return WalkInside(source, filter, fixed, range.last - range.first, to);
  WalkAnywhere(source, filter, fixed, range.last - range.first, to);
}

void WarpRow(const WarpSource& source, WarpFilter filter, const Line& line, uint8_t* row) {
  const RowPart touching = Within(line, Touching(source), {0, source.width});
  const RowPart inside = Within(line, Inside(source, filter), touching);
  FillPixels(source, {0, touching.first}, row);
  Walk(source, filter, line, {touching.first, inside.first}, false, row);
  Walk(source, filter, line, inside, true, row);
  Walk(source, filter, line, {std::max(inside.first, inside.last), touching.last}, false, row);
  FillPixels(source, {touching.last, source.width}, row);
}

WarpSource SourceOf(const Picture& picture, const std::array<uint8_t, 3>& fill) {
  return {picture.pixels.data(), picture.row_bytes(), picture.width_px, picture.height_px, picture.channels, fill.data()};
}

constexpr int kPart = 64;

// Where some pixels of a row come from.
struct PlacePart {
  int32_t x[kPart];
  int32_t y[kPart];
  float right[kPart];
  float down[kPart];
};

// Numerators and denominator of a row, for its pixel 0 and from pixel to pixel.
struct PerspectiveLine {
  double x, y, divisor, step_x, step_y, step_divisor;
};

// Into [-2, end + 1], all of which beyond the source is fill. No number (0 / 0) is -2.
[[gnu::always_inline]] inline double NearSource(double place, double end) {
  const double low = place > -2 ? place : -2;
  return low < end + 1 ? low : end + 1;
}

MICA_PROCESSOR_VERSIONS void FindPlaces(const PerspectiveLine& line, const WarpSource& source, double shift, int32_t first,
                                        PlacePart* part) {
  const PerspectiveLine l = line;
  const double width = source.width;
  const double height = source.height;
  for (int i = 0; i < kPart; ++i) {
    const double at = first + i;
    const double divisor = l.divisor + at * l.step_divisor;
    const double x = NearSource((l.x + at * l.step_x) / divisor + shift, width) + 2;
    const double y = NearSource((l.y + at * l.step_y) / divisor + shift, height) + 2;
    const int32_t whole_x = static_cast<int32_t>(x);
    const int32_t whole_y = static_cast<int32_t>(y);
    part->x[i] = whole_x - 2;
    part->y[i] = whole_y - 2;
    part->right[i] = static_cast<float>(x - whole_x);
    part->down[i] = static_cast<float>(y - whole_y);
  }
}

[[gnu::always_inline]] inline bool IsInside(const WarpSource& source, int32_t x, int32_t y) {
  return x >= 0 && y >= 0 && x < source.width - 2 && y < source.height - 1;
}

MICA_PROCESSOR_VERSIONS void TakePixels(const WarpSource& source, WarpFilter filter, const PlacePart& part, int32_t count, uint8_t* to) {
  const WarpSource surface = source;
  for (int32_t i = 0; i < count; ++i, to += surface.channels) {
    const int32_t x = part.x[i];
    const int32_t y = part.y[i];
    if (filter == WarpFilter::kNearest) {
      CopyPixel(surface.AtOrFill(x, y), surface.channels, to);
    } else if (IsInside(surface, x, y)) {
      MixInside(surface.At(x, y), surface.row_bytes, surface.channels, part.right[i], part.down[i], to);
    } else {
      MixAnywhere(surface, x, y, part.right[i], part.down[i], to);
    }
  }
}

}  // namespace

void WarpAffine(const Picture& source, const AffineMatrix& matrix, WarpFilter filter, const std::array<uint8_t, 3>& fill, Picture* result) {
  result->Reshape(source.height_px, source.width_px, source.channels);
  const WarpSource surface = SourceOf(source, fill);
  const double middle_x = (source.width_px - 1) * 0.5;
  const double middle_y = (source.height_px - 1) * 0.5;
  const auto& m = matrix;
  for (int32_t y = 0; y < source.height_px; ++y) {
    const double down = y - middle_y;
    const Place start = {m[2] + m[1] * down - m[0] * middle_x + middle_x, m[5] + m[4] * down - m[3] * middle_x + middle_y};
    WarpRow(surface, filter, {start, {m[0], m[3]}}, result->Row(y));
  }
}

void WarpPerspective(const Picture& source, const PerspectiveCoefficients& coefficients, WarpFilter filter,
                     const std::array<uint8_t, 3>& fill, Picture* result) {
  result->Reshape(source.height_px, source.width_px, source.channels);
  const WarpSource surface = SourceOf(source, fill);
  const double shift = filter == WarpFilter::kNearest ? 0 : -0.5;
  const auto& c = coefficients;
  PlacePart part;
  for (int32_t row = 0; row < source.height_px; ++row) {
    const double y = row + 0.5;
    const PerspectiveLine line = {c[2] + c[1] * y + c[0] * 0.5, c[5] + c[4] * y + c[3] * 0.5, 1 + c[7] * y + c[6] * 0.5, c[0], c[3], c[6]};
    for (int32_t first = 0; first < source.width_px; first += kPart) {
      FindPlaces(line, surface, shift, first, &part);
      TakePixels(surface, filter, part, std::min(kPart, source.width_px - first), result->Row(row) + int64_t{first} * source.channels);
    }
  }
}

}  // namespace mica
