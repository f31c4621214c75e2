#include "viz/heat_overlay.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace mica {
namespace {

// Viridis at evenly spaced values.
constexpr uint8_t kViridis[][3] = {{68, 1, 84},    {71, 44, 122}, {59, 81, 139},  {44, 113, 142}, {33, 144, 141},
                                   {39, 173, 129}, {92, 200, 99}, {170, 220, 50}, {253, 231, 37}};

// Of NaN the first.
void ColourOf(double value, double* colour) {
  constexpr int kLast = static_cast<int>(std::size(kViridis)) - 1;
  const double place = (value > 0 ? std::min(value, 1.0) : 0) * kLast;
  const int below = std::min(static_cast<int>(place), kLast - 1);
  for (int c = 0; c < 3; ++c) colour[c] = kViridis[below][c] + (place - below) * (kViridis[below + 1][c] - kViridis[below][c]);
}

// Where a pixel's centre lies between two of the map's.
struct Neighbours {
  int first = 0, second = 0;
  double share = 0;  // of the second
};

Neighbours NeighboursOf(int pixel, int pixels, int values) {
  const double place = std::max(0.0, (pixel + 0.5) * values / pixels - 0.5);
  const int first = std::min(static_cast<int>(place), values - 1);
  return {first, std::min(first + 1, values - 1), place - first};
}

double Between(double a, double b, double share) {
  return a + share * (b - a);
}

double HeatAt(const HeatField& heat, const Neighbours& y, const Neighbours& x) {
  const auto in_row = [&](int row) {
    return Between(heat.values[row * heat.width + x.first], heat.values[row * heat.width + x.second], x.share);
  };
  return Between(in_row(y.first), in_row(y.second), y.share);
}

// ITU-R BT.601.
double GreyOf(const uint8_t* pixel, int channels) {
  return channels == 1 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

// 2/5 of the grey between 64 and 191 and 3/5 of the colour. With all its contrast the picture would
// hide the heat: yellow on black would be as dark as blue on white.
uint8_t Mixed(double grey, double colour) {
  return static_cast<uint8_t>(std::lround((2 * 64 + grey + 3 * colour) / 5));
}

}  // namespace

Picture OverlayHeat(const Picture& picture, const HeatField& heat) {
  CHECK_EQ(heat.values.size(), static_cast<size_t>(heat.height) * heat.width);
  Picture shown;
  shown.Reshape(picture.height_px, picture.width_px, /*channel_count=*/3);
  for (int y = 0; y < shown.height_px; ++y) {
    const Neighbours rows = NeighboursOf(y, shown.height_px, heat.height);
    const uint8_t* from = picture.Row(y);
    uint8_t* to = shown.Row(y);
    for (int x = 0; x < shown.width_px; ++x, from += picture.channels, to += 3) {
      double colour[3];
      ColourOf(HeatAt(heat, rows, NeighboursOf(x, shown.width_px, heat.width)), colour);
      for (int c = 0; c < 3; ++c) to[c] = Mixed(GreyOf(from, picture.channels), colour[c]);
    }
  }
  return shown;
}

}  // namespace mica
