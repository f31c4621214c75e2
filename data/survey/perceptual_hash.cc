#include "data/survey/perceptual_hash.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace mica {
namespace {

constexpr int kSide = kSmallGreySide;
constexpr int kFrequencies = 8;  // a side

// Each side of the picture is measured in 1/32 pixel: pixel x covers [32 x, 32 x + 32), cell i of
// the 32 covers [i size, (i + 1) size). So all shares are whole numbers.
using Cells = std::array<uint64_t, kSide>;

uint64_t Overlap(int64_t pixel, int64_t cell, int64_t size) {
  return std::min(kSide * (pixel + 1), (cell + 1) * size) - std::max(kSide * pixel, cell * size);
}

// 1000 times the grey value.
template <int kChannels>
uint64_t Grey(const std::array<uint64_t, kChannels>& sums) {
  if constexpr (kChannels == 1) return 1000 * sums[0];
  if constexpr (kChannels == 3) return 299 * sums[0] + 587 * sums[1] + 114 * sums[2];
}

// One row, or the sum of several, as 32 cells.
template <int kChannels, typename Value>
Cells SumRow(const Value* row, int64_t width) {
  Cells cells;
  for (int64_t cell = 0; cell < kSide; ++cell) {
    const int64_t first = cell * width / kSide;
    const int64_t last = ((cell + 1) * width - 1) / kSide;
    std::array<uint64_t, kChannels> sums = {};
    for (int64_t x = first + 1; x < last; ++x) {
      for (int c = 0; c < kChannels; ++c) sums[c] += row[kChannels * x + c];
    }
    for (int c = 0; c < kChannels; ++c) {
      sums[c] = kSide * sums[c] + Overlap(first, cell, width) * row[kChannels * first + c];
      if (last > first) sums[c] += Overlap(last, cell, width) * row[kChannels * last + c];
    }
    cells[cell] = Grey<kChannels>(sums);
  }
  return cells;
}

// Rows that lie in one row of cells are first added as they are, which is most of the work and
// vectorises. Only their sum and the rows that two or more rows of cells share are divided.
template <int kChannels>
class Shrinker {
 public:
  Shrinker(const uint8_t* pixels, int64_t height, int64_t width) : pixels_(pixels), height_(height), width_(width) {}

  SmallGrey Shrink() {
    for (int64_t y = 0; y < height_; ++y) {
      const uint8_t* const row = pixels_ + y * width_ * kChannels;
      const int64_t first = kSide * y / height_;
      const int64_t last = (kSide * (y + 1) - 1) / height_;
      if (first != cell_ || last != cell_ || rows_ == kMaxRows) Flush(first);
      if (first == last) {
        Add(row);
      } else {
        const Cells sums = SumRow<kChannels>(row, width_);
        for (int64_t cell = first; cell <= last; ++cell) AddCells(sums, cell, Overlap(y, cell, height_));
      }
    }
    Flush(kSide);
    return Result();
  }

 private:
  static constexpr int kMaxRows = 256;  // 256 x 255 fits into 16 bits

  void Add(const uint8_t* row) {
    columns_.resize(width_ * kChannels);
    uint16_t* const columns = columns_.data();
    const int64_t size = width_ * kChannels;
    for (int64_t i = 0; i < size; ++i) columns[i] += row[i];
    ++rows_;
  }

  void Flush(int64_t next_cell) {
    if (rows_ > 0) AddCells(SumRow<kChannels>(columns_.data(), width_), cell_, kSide);
    if (rows_ > 0) std::fill(columns_.begin(), columns_.end(), 0);
    rows_ = 0;
    cell_ = next_cell;
  }

  void AddCells(const Cells& sums, int64_t cell, uint64_t weight) {
    for (int x = 0; x < kSide; ++x) grey_[cell * kSide + x] += weight * sums[x];
  }

  SmallGrey Result() const {
    SmallGrey small;
    const double unit = 1 / (1000.0 * static_cast<double>(width_) * static_cast<double>(height_));
    for (size_t i = 0; i < grey_.size(); ++i) small.pixels[i] = static_cast<float>(static_cast<double>(grey_[i]) * unit);
    const uint64_t sum = std::accumulate(grey_.begin(), grey_.end(), uint64_t{0});
    small.mean = static_cast<double>(sum) * unit / static_cast<double>(grey_.size());
    return small;
  }

  const uint8_t* const pixels_;
  const int64_t height_, width_;
  std::vector<uint16_t> columns_;  // empty until needed: pictures of fewer than 32 rows may be wide
  int64_t cell_ = 0;               // the row of cells that columns_ belongs to
  int rows_ = 0;                   // how many are in columns_
  std::array<uint64_t, kSide* kSide> grey_ = {};
};

using Cosines = std::array<std::array<double, kSide>, kFrequencies>;

Cosines MakeCosines() {
  Cosines cosines;
  for (int f = 0; f < kFrequencies; ++f) {
    for (int x = 0; x < kSide; ++x) cosines[f][x] = std::cos((2 * x + 1) * f * M_PI / (2 * kSide));
  }
  return cosines;
}

using Spectrum = std::array<double, kFrequencies * kFrequencies>;

// Whole numbers, so that rounding errors set no bits where a symmetric picture has zeros. One is an
// amplitude of 1/256 grey level or less.
Spectrum LowFrequencies(const SmallGrey& small) {
  static const Cosines cosines = MakeCosines();
  std::array<std::array<double, kSide>, kFrequencies> columns = {};  // [vertical frequency][x]
  for (int f = 0; f < kFrequencies; ++f) {
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) columns[f][x] += cosines[f][y] * static_cast<double>(small.pixels[y * kSide + x]);
    }
  }
  Spectrum spectrum;
  for (int v = 0; v < kFrequencies; ++v) {
    for (int u = 0; u < kFrequencies; ++u) {
      spectrum[v * kFrequencies + u] = std::nearbyint(std::inner_product(columns[v].begin(), columns[v].end(), cosines[u].begin(), 0.0));
    }
  }
  return spectrum;
}

// Of the picture that the frequencies but the constant one make.
double Variance(const Spectrum& spectrum) {
  const auto scale = [](int frequency) { return frequency == 0 ? 1.0 / kSide : 2.0 / kSide; };
  double sum = 0;
  for (int i = 1; i < kFrequencies * kFrequencies; ++i) {
    sum += scale(i / kFrequencies) * scale(i % kFrequencies) * spectrum[i] * spectrum[i];
  }
  return sum / (kSide * kSide);
}

double Median(Spectrum values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

SmallGrey ShrinkToGrey(absl::Span<const uint8_t> pixels, int height_px, int width_px, int channels) {
  CHECK(height_px > 0 && width_px > 0 && (channels == 1 || channels == 3)) << height_px << "x" << width_px << "x" << channels;
  CHECK_EQ(static_cast<int64_t>(pixels.size()), int64_t{height_px} * width_px * channels);
  return channels == 1 ? Shrinker<1>(pixels.data(), height_px, width_px).Shrink()
                       : Shrinker<3>(pixels.data(), height_px, width_px).Shrink();
}

std::optional<uint64_t> PerceptualHash(const SmallGrey& small) {
  constexpr double kMinVariance = 1;
  const Spectrum spectrum = LowFrequencies(small);
  if (!(Variance(spectrum) >= kMinVariance)) return std::nullopt;
  const double median = Median(spectrum);
  uint64_t hash = 0;
  for (const double value : spectrum) hash = hash << 1 | (value > median ? 1 : 0);
  return hash;
}

}  // namespace mica
