// Also of warp_matrix. Values are held by pixel_goldens_test; these are properties.
#include "data/augment/warp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "data/augment/random_picture.h"
#include "data/augment/warp_matrix.h"

namespace mica {
namespace {

using testing::Each;

constexpr WarpFilter kFilters[] = {WarpFilter::kNearest, WarpFilter::kBilinear};
constexpr std::array<uint8_t, 3> kFill = {210, 20, 99};

Picture Warped(const Picture& source, const AffineMatrix& matrix, WarpFilter filter) {
  Picture result = RandomPicture(3, 3, 1);
  WarpAffine(source, matrix, filter, kFill, &result);
  return result;
}

Picture Warped(const Picture& source, const PerspectiveCoefficients& coefficients, WarpFilter filter) {
  Picture result;
  WarpPerspective(source, coefficients, filter, kFill, &result);
  return result;
}

Picture Turned(const Picture& source, double degrees, WarpFilter filter) {
  AffineMotion motion;
  motion.angle_degrees = degrees;
  return Warped(source, InverseAffineMatrix(motion), filter);
}

// result(y, x) = source(place(y, x)); outside is kFill.
template <typename Place>
Picture Moved(const Picture& source, Place place) {
  Picture result;
  result.Reshape(source.height_px, source.width_px, source.channels);
  for (int y = 0; y < source.height_px; ++y) {
    for (int x = 0; x < source.width_px; ++x) {
      const auto [from_y, from_x] = place(y, x);
      const bool is_inside = from_y >= 0 && from_y < source.height_px && from_x >= 0 && from_x < source.width_px;
      const uint8_t* const from = is_inside ? source.Row(from_y) + from_x * source.channels : kFill.data();
      std::copy_n(from, source.channels, result.Row(y) + x * source.channels);
    }
  }
  return result;
}

using Pair = std::pair<int, int>;

TEST(WarpTest, NoMotionChangesNothing) {
  for (const Picture& picture : PicturesOfManySizes()) {
    for (const WarpFilter filter : kFilters) {
      EXPECT_EQ(Warped(picture, InverseAffineMatrix({}), filter), picture);
      EXPECT_EQ(Warped(picture, PerspectiveCoefficients{1, 0, 0, 0, 1, 0, 0, 0}, filter), picture);
      EXPECT_EQ(Turned(picture, 360, filter), picture);
    }
  }
}

TEST(WarpTest, HalfTurnsAreExact) {
  for (const Picture& picture : PicturesOfManySizes()) {
    const Picture turned = Moved(picture, [&](int y, int x) { return Pair{picture.height_px - 1 - y, picture.width_px - 1 - x}; });
    for (const WarpFilter filter : kFilters) EXPECT_EQ(Turned(picture, 180, filter), turned);
  }
}

TEST(WarpTest, QuarterTurnsOfSquaresAreExactAndClockwise) {
  for (const Picture& picture : {RandomPicture(8, 8, 3), RandomPicture(9, 9, 1), RandomPicture(1, 1, 3)}) {
    const int last = picture.width_px - 1;
    for (const WarpFilter filter : kFilters) {
      EXPECT_EQ(Turned(picture, 90, filter), Moved(picture, [&](int y, int x) { return Pair{last - x, y}; }));
      EXPECT_EQ(Turned(picture, -90, filter), Moved(picture, [&](int y, int x) { return Pair{x, last - y}; }));
    }
  }
}

TEST(WarpTest, MovesByWholePixels) {
  AffineMotion motion;
  motion.translate_x_px = 4;
  motion.translate_y_px = -2;
  for (const Picture& picture : PicturesOfManySizes()) {
    const Picture moved = Moved(picture, [](int y, int x) { return Pair{y + 2, x - 4}; });
    for (const WarpFilter filter : kFilters) {
      EXPECT_EQ(Warped(picture, InverseAffineMatrix(motion), filter), moved);
      EXPECT_EQ(Warped(picture, PerspectiveCoefficients{1, 0, -4, 0, 1, 2, 0, 0}, filter), moved);
    }
  }
}

// The definition, in doubles.
double ValueAt(const Picture& source, int64_t y, int64_t x, int channel) {
  if (y < 0 || y >= source.height_px || x < 0 || x >= source.width_px) return kFill[channel];
  return source.Row(y)[x * source.channels + channel];
}

double MixedAt(const Picture& source, double y, double x, int channel) {
  const double right = x - std::floor(x);
  const double down = y - std::floor(y);
  const int64_t left = std::llround(std::floor(x));
  const int64_t top = std::llround(std::floor(y));
  const double upper = ValueAt(source, top, left, channel) * (1 - right) + ValueAt(source, top, left + 1, channel) * right;
  const double lower = ValueAt(source, top + 1, left, channel) * (1 - right) + ValueAt(source, top + 1, left + 1, channel) * right;
  return upper * (1 - down) + lower * down;
}

bool IsTie(double place) {
  return std::abs(place - std::floor(place) - 0.5) < 1e-6;
}

// source_place(y, x) gives y and x in the source, both counted from the middle of the first pixel.
template <typename Place>
void ExpectWarped(const Picture& source, const Picture& nearest, const Picture& bilinear, Place source_place) {
  for (int y = 0; y < source.height_px; ++y) {
    for (int x = 0; x < source.width_px; ++x) {
      const auto [from_y, from_x] = source_place(y, x);
      for (int c = 0; c < source.channels; ++c) {
        const int64_t i = x * source.channels + c;
        ASSERT_NEAR(bilinear.Row(y)[i], MixedAt(source, from_y, from_x, c), 0.501) << y << " " << x;
        if (IsTie(from_y) || IsTie(from_x)) continue;
        ASSERT_EQ(nearest.Row(y)[i], ValueAt(source, std::llround(from_y), std::llround(from_x), c)) << y << " " << x;
      }
    }
  }
}

TEST(WarpTest, AnyMotionIsWhatTheMatrixSays) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int round = 0; round < 40; ++round) {
    for (const Picture& source : PicturesOfManySizes()) {
      const AffineMotion motion = {unit(random) * 180, unit(random) * 9,  unit(random) * 9,  std::exp(2 * unit(random)),
                                   unit(random) * 50,  unit(random) * 50, unit(random) * 30, unit(random) * 30};
      const AffineMatrix m = InverseAffineMatrix(motion);
      const double middle_y = (source.height_px - 1) / 2.0;
      const double middle_x = (source.width_px - 1) / 2.0;
      ExpectWarped(source, Warped(source, m, WarpFilter::kNearest), Warped(source, m, WarpFilter::kBilinear), [&](int y, int x) {
        return std::pair<double, double>{m[3] * (x - middle_x) + m[4] * (y - middle_y) + m[5] + middle_y,
                                         m[0] * (x - middle_x) + m[1] * (y - middle_y) + m[2] + middle_x};
      });
    }
  }
}

TEST(WarpTest, AnyPerspectiveIsWhatTheCoefficientsSay) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int round = 0; round < 40; ++round) {
    for (const Picture& source : PicturesOfManySizes()) {
      const PerspectiveCoefficients c = {1 + unit(random), unit(random),     5 * unit(random),   unit(random),
                                         1 + unit(random), 5 * unit(random), unit(random) / 150, unit(random) / 150};
      ExpectWarped(source, Warped(source, c, WarpFilter::kNearest), Warped(source, c, WarpFilter::kBilinear), [&](int row, int column) {
        const double y = row + 0.5;
        const double x = column + 0.5;
        const double divisor = c[6] * x + c[7] * y + 1;
        return std::pair<double, double>{(c[3] * x + c[4] * y + c[5]) / divisor - 0.5, (c[0] * x + c[1] * y + c[2]) / divisor - 0.5};
      });
    }
  }
}

TEST(WarpTest, NothingOfAMatrixIsTooLarge) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Picture picture = RandomPicture(20, 33, 3);
  for (const double extreme : {1e5, 1e10, 1e13, 1e40, 1e300, infinity, -infinity, std::nan("")}) {
    for (size_t i = 0; i < 8; ++i) {
      PerspectiveCoefficients coefficients = {1, 0, 0, 0, 1, 0, 0, 0};
      coefficients[i] = extreme;
      AffineMatrix matrix = {1, 0, 0, 0, 1, 0};
      matrix[i % 6] = extreme;
      for (const WarpFilter filter : kFilters) {
        EXPECT_EQ(Warped(picture, coefficients, filter).pixels.size(), picture.pixels.size());
        EXPECT_EQ(Warped(picture, matrix, filter).pixels.size(), picture.pixels.size());
      }
    }
  }
}

TEST(WarpTest, WhatLeavesThePictureIsFill) {
  AffineMotion motion;
  motion.translate_x_px = 1000;
  for (const WarpFilter filter : kFilters) {
    EXPECT_EQ(Warped(RandomPicture(5, 9, 3), InverseAffineMatrix(motion), filter), FlatPicture(5, 9, {210, 20, 99}));
    EXPECT_THAT(Warped(RandomPicture(5, 9, 1), InverseAffineMatrix(motion), filter).pixels, Each(210));
  }
}

TEST(WarpMatrixTest, TheCentreStays) {
  const AffineMotion motion = {30, 0, 0, 1.5, 10, -5, 12, -7};
  const AffineMatrix m = InverseAffineMatrix(motion);
  EXPECT_NEAR(m[0] * 12 + m[1] * -7 + m[2], 12, 1e-12);
  EXPECT_NEAR(m[3] * 12 + m[4] * -7 + m[5], -7, 1e-12);
}

TEST(WarpMatrixTest, PerspectiveTakesEachCornerBack) {
  const WarpCorners start = {{{0, 0}, {223, 0}, {223, 100}, {0, 100}}};
  const WarpCorners end = {{{10, 5}, {200, 30}, {210, 90}, {3, 99}}};
  const PerspectiveCoefficients c = PerspectiveBetween(start, end).value();
  for (size_t i = 0; i < end.size(); ++i) {
    const double divisor = c[6] * end[i].x + c[7] * end[i].y + 1;
    EXPECT_NEAR((c[0] * end[i].x + c[1] * end[i].y + c[2]) / divisor, start[i].x, 1e-9);
    EXPECT_NEAR((c[3] * end[i].x + c[4] * end[i].y + c[5]) / divisor, start[i].y, 1e-9);
  }
}

TEST(WarpMatrixTest, CornersOnOneLineHaveNoPerspective) {
  const WarpCorners square = {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}};
  const WarpCorners line = {{{0, 0}, {4, 4}, {9, 9}, {0, 9}}};
  EXPECT_FALSE(PerspectiveBetween(square, line).has_value());
  EXPECT_FALSE(PerspectiveBetween(square, {}).has_value());
}

}  // namespace
}  // namespace mica
