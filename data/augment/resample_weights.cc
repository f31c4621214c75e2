#include "data/augment/resample_weights.h"

#include <algorithm>
#include <cmath>

namespace mica {
namespace {

// Each has the half of what it covers and its value. The expressions are Pillow's, so that the
// results are too.

struct BoxFilter {
  static constexpr double kSupport = 0.5;
  static double At(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }
};

struct BilinearFilter {
  static constexpr double kSupport = 1;
  static double At(double x) {
    x = std::abs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
  }
};

struct HammingFilter {
  static constexpr double kSupport = 1;
  static double At(double x) {
    x = std::abs(x);
    if (x == 0.0) return 1.0;
    if (x >= 1.0) return 0.0;
    x = x * M_PI;
    return std::sin(x) / x * (0.54f + 0.46f * std::cos(x));
  }
};

double Cubic(double x, double a) {
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

struct BicubicFilter {
  static constexpr double kSupport = 2;
  static double At(double x) { return Cubic(x, -0.5); }
};

double Sinc(double x) {
  if (x == 0.0) return 1.0;
  x = x * M_PI;
  return std::sin(x) / x;
}

struct LanczosFilter {
  static constexpr double kSupport = 3;
  static double At(double x) { return -3.0 <= x && x < 3.0 ? Sinc(x) * Sinc(x / 3) : 0.0; }
};

struct TorchLinear {
  static constexpr int32_t kTaps = 2;
  static double At(double x) { return BilinearFilter::At(x); }
};

struct TorchCubic {
  static constexpr int32_t kTaps = 4;
  static double At(double x) { return Cubic(x, -0.75); }
};

int32_t FixedPoint(double weight) {
  const double scaled = weight * (1 << kResampleBits);
  return static_cast<int32_t>(weight < 0 ? -0.5 + scaled : 0.5 + scaled);
}

float BoxBegin(const AxisScaling& scaling) {
  return static_cast<float>(scaling.box_begin);
}

double Scale(const AxisScaling& scaling) {
  const float end = static_cast<float>(scaling.box_begin + scaling.box_px);
  return static_cast<double>(end - BoxBegin(scaling)) / scaling.scaled_px;
}

int32_t ScaledPixel(const AxisScaling& scaling, int32_t pixel) {
  return scaling.window_begin + (scaling.flip ? scaling.window_px - 1 - pixel : pixel);
}

void Reshape(const AxisScaling& scaling, int32_t stride, AxisWeights* result) {
  result->stride = stride;
  result->begin.resize(scaling.window_px);
  result->count.resize(scaling.window_px);
  result->weights.assign(int64_t{scaling.window_px} * stride, 0);
}

template <typename Filter>
void Antialiased(const AxisScaling& scaling, AxisWeights* result) {
  const double scale = Scale(scaling), filter_scale = std::max(scale, 1.0);
  const double support = Filter::kSupport * filter_scale, inverse = 1.0 / filter_scale, box_begin = BoxBegin(scaling);
  const int32_t most = std::min<int64_t>(static_cast<int64_t>(std::ceil(support)) * 2 + 1, scaling.source_px);
  Reshape(scaling, most, result);
  std::vector<double>& exact = result->exact;
  exact.resize(most);
  for (int32_t i = 0; i < scaling.window_px; ++i) {
    const double center = box_begin + (ScaledPixel(scaling, i) + 0.5) * scale;
    const int32_t begin = std::max(static_cast<int32_t>(center - support + 0.5), 0);
    const int32_t count = std::min(static_cast<int32_t>(center + support + 0.5), scaling.source_px) - begin;
    double sum = 0.0;
    for (int32_t t = 0; t < count; ++t) {
      exact[t] = Filter::At((t + begin - center + 0.5) * inverse);
      sum += exact[t];
    }
    int32_t* weights = result->weights.data() + int64_t{i} * most;
    for (int32_t t = 0; t < count; ++t) weights[t] = FixedPoint(sum != 0.0 ? exact[t] / sum : exact[t]);
    result->begin[i] = begin;
    result->count[i] = count;
  }
}

// Weights of pixels beyond an edge count for the pixel at the edge.
template <typename Filter>
void Interpolated(const AxisScaling& scaling, AxisWeights* result) {
  constexpr int32_t kTaps = Filter::kTaps;
  const double scale = Scale(scaling), box_begin = BoxBegin(scaling);
  const int32_t last = scaling.source_px - 1;
  Reshape(scaling, kTaps, result);
  for (int32_t i = 0; i < scaling.window_px; ++i) {
    const double place = box_begin + (ScaledPixel(scaling, i) + 0.5) * scale - 0.5;
    const int32_t first = static_cast<int32_t>(std::floor(place)) - kTaps / 2 + 1;
    const int32_t begin = std::clamp(first, 0, last);
    double exact[kTaps] = {};
    for (int32_t t = 0; t < kTaps; ++t) exact[std::clamp(first + t, begin, last) - begin] += Filter::At(first + t - place);
    int32_t* weights = result->weights.data() + int64_t{i} * kTaps;
    for (int32_t t = 0; t < kTaps; ++t) weights[t] = FixedPoint(exact[t]);
    result->begin[i] = begin;
    result->count[i] = std::min(kTaps, scaling.source_px - begin);
  }
}

}  // namespace

bool AxisScaling::is_identity() const {
  return box_px == scaled_px && box_begin == std::floor(box_begin);
}

void ComputeAxisWeights(const AxisScaling& scaling, AxisWeights* result) {
  switch (scaling.filter) {
    case ResampleFilter::kNearest:
    case ResampleFilter::kBox:
      return Antialiased<BoxFilter>(scaling, result);
    case ResampleFilter::kBilinear:
      return scaling.is_interpolation() ? Interpolated<TorchLinear>(scaling, result) : Antialiased<BilinearFilter>(scaling, result);
    case ResampleFilter::kHamming:
      return Antialiased<HammingFilter>(scaling, result);
    case ResampleFilter::kBicubic:
      return scaling.is_interpolation() ? Interpolated<TorchCubic>(scaling, result) : Antialiased<BicubicFilter>(scaling, result);
    case ResampleFilter::kLanczos:
      return Antialiased<LanczosFilter>(scaling, result);
  }
}

// Pillow adds the scale up, so rounding errors must add up here too.
void ComputeNearestPixels(const AxisScaling& scaling, std::vector<int32_t>* result) {
  const double scale = Scale(scaling);
  result->resize(scaling.window_px);
  double place = BoxBegin(scaling) + scale * 0.5;
  for (int32_t scaled = 0; scaled < scaling.window_begin + scaling.window_px; ++scaled, place += scale) {
    if (scaled < scaling.window_begin) continue;
    const int32_t pixel = scaled - scaling.window_begin;
    (*result)[scaling.flip ? scaling.window_px - 1 - pixel : pixel] = std::clamp(static_cast<int32_t>(place), 0, scaling.source_px - 1);
  }
}

}  // namespace mica
