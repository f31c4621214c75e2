#include "data/augment/histogram_ops.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/processor_versions.h"
#include "data/augment/clamped_byte.h"

namespace mica {
namespace {

// Channels, of which there are 1 or 3, repeat with this period, and vectors of up to 64 values too.
constexpr int kPeriod = 192;

// Of each place in the period.
struct ValueRange {
  uint8_t least[kPeriod];
  uint8_t largest[kPeriod];
};

[[gnu::always_inline]] inline void Widen(const uint8_t* __restrict values, int count, ValueRange* __restrict range) {
  for (int k = 0; k < count; ++k) {
    range->least[k] = values[k] < range->least[k] ? values[k] : range->least[k];
    range->largest[k] = values[k] > range->largest[k] ? values[k] : range->largest[k];
  }
}

MICA_PROCESSOR_VERSIONS void FindRange(const uint8_t* values, int64_t count, ValueRange* range) {
  int64_t i = 0;
  for (; i + kPeriod <= count; i += kPeriod) Widen(values + i, kPeriod, range);
  Widen(values + i, static_cast<int>(count - i), range);
}

struct Stretch {
  float least[kPeriod];
  float scale[kPeriod];
};

// (value - least) / ((largest - least) * (1 / 255)), rounded step by step as in torchvision.
Stretch StretchOf(const ValueRange& range, int channels) {
  Stretch stretch;
  for (int channel = 0; channel < channels; ++channel) {
    uint8_t least = 255;
    uint8_t largest = 0;
    for (int k = channel; k < kPeriod; k += channels) {
      least = std::min(least, range.least[k]);
      largest = std::max(largest, range.largest[k]);
    }
    const bool is_flat = least >= largest;
    for (int k = channel; k < kPeriod; k += channels) {
      stretch.least[k] = is_flat ? 0 : least;
      stretch.scale[k] = is_flat ? 1 : static_cast<float>(largest - least) * static_cast<float>(1.0 / 255);
    }
  }
  return stretch;
}

[[gnu::always_inline]] inline void ApplyTo(const Stretch& __restrict stretch, int count, uint8_t* __restrict values) {
  for (int k = 0; k < count; ++k) values[k] = ClampedByte((values[k] - stretch.least[k]) / stretch.scale[k]);
}

MICA_PROCESSOR_VERSIONS void Apply(const Stretch& stretch, int64_t count, uint8_t* values) {
  int64_t i = 0;
  for (; i + kPeriod <= count; i += kPeriod) ApplyTo(stretch, kPeriod, values + i);
  ApplyTo(stretch, static_cast<int>(count - i), values + i);
}

using Histogram = std::array<int32_t, 256>;
using ByteTable = std::array<uint8_t, 256>;

// Two histograms, so that equal neighbours do not wait for each other.
Histogram CountValues(const Picture& picture, int channel) {
  Histogram even = {};
  Histogram odd = {};
  const int64_t count = int64_t{picture.height_px} * picture.width_px;
  const int step = picture.channels;
  const uint8_t* const values = picture.pixels.data() + channel;
  for (int64_t i = 0; i + 1 < count; i += 2) {
    ++even[values[i * step]];
    ++odd[values[(i + 1) * step]];
  }
  if (count % 2 == 1) ++even[values[(count - 1) * step]];
  for (size_t v = 0; v < even.size(); ++v) even[v] += odd[v];
  return even;
}

// As Pillow's and torchvision's.
ByteTable Equalizing(const Histogram& histogram) {
  ByteTable table;
  int64_t all = 0;
  int32_t of_largest = 0;
  for (const int32_t count : histogram) {
    all += count;
    if (count > 0) of_largest = count;
  }
  const int64_t step = (all - of_largest) / 255;
  int64_t below = 0;
  for (size_t v = 0; v < table.size(); ++v) {
    table[v] = static_cast<uint8_t>(step == 0 ? v : std::min<int64_t>((below + step / 2) / step, 255));
    below += histogram[v];
  }
  return table;
}

void LookUp(const ByteTable& table, int64_t count, uint8_t* values) {
  for (int64_t i = 0; i < count; ++i) values[i] = table[values[i]];
}

void LookUp(const ByteTable& red, const ByteTable& green, const ByteTable& blue, int64_t count, uint8_t* pixels) {
  for (int64_t i = 0; i < 3 * count; i += 3) {
    pixels[i] = red[pixels[i]];
    pixels[i + 1] = green[pixels[i + 1]];
    pixels[i + 2] = blue[pixels[i + 2]];
  }
}

}  // namespace

void AutoContrast(Picture* picture) {
  const int64_t count = static_cast<int64_t>(picture->pixels.size());
  ValueRange range;
  std::fill_n(range.least, kPeriod, 255);
  std::fill_n(range.largest, kPeriod, 0);
  FindRange(picture->pixels.data(), count, &range);
  Apply(StretchOf(range, picture->channels), count, picture->pixels.data());
}

void Equalize(Picture* picture) {
  const int64_t count = int64_t{picture->height_px} * picture->width_px;
  const ByteTable first = Equalizing(CountValues(*picture, 0));
  if (picture->channels == 1) return LookUp(first, count, picture->pixels.data());
  const ByteTable second = Equalizing(CountValues(*picture, 1));
  LookUp(first, second, Equalizing(CountValues(*picture, 2)), count, picture->pixels.data());
}

}  // namespace mica
