#include "data/survey/perceptual_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <vector>

namespace mica {
namespace {

struct Picture {
  int height_px = 0;
  int width_px = 0;
  int channels = 0;
  std::vector<uint8_t> pixels;  // HWC

  SmallGrey Shrink() const { return ShrinkToGrey(pixels, height_px, width_px, channels); }
  std::optional<uint64_t> Hash() const { return PerceptualHash(Shrink()); }
};

// A picture whose value at (x, y), both in (0, 1), is `value(x, y, channel)`, whatever its size.
template <typename Value>
Picture Draw(int height_px, int width_px, int channels, Value value) {
  Picture picture{height_px, width_px, channels, {}};
  for (int y = 0; y < height_px; ++y) {
    for (int x = 0; x < width_px; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double drawn = value((x + 0.5) / width_px, (y + 0.5) / height_px, c);
        picture.pixels.push_back(static_cast<uint8_t>(std::clamp(drawn, 0.0, 255.0)));
      }
    }
  }
  return picture;
}

Picture Noise(int height_px, int width_px, int channels, uint32_t seed) {
  std::mt19937 random(seed);
  return Draw(height_px, width_px, channels, [&](double, double, int) { return random() % 256; });
}

// Smooth shapes in colour, as unlike as photographs: some soft spots at random places.
Picture Photograph(int height_px, int width_px, uint32_t seed) {
  struct Spot {
    double x, y, width, value[3];
  };
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<Spot> spots(25);
  for (Spot& spot : spots) {
    spot = {unit(random), unit(random), 0.03 + 0.15 * unit(random), {}};
    const double strength = 160 * (unit(random) - 0.5);
    for (double& value : spot.value) value = strength + 40 * (unit(random) - 0.5);
  }
  return Draw(height_px, width_px, 3, [&](double x, double y, int c) {
    double sum = 120;
    for (const Spot& spot : spots) {
      sum += spot.value[c] * std::exp(-((x - spot.x) * (x - spot.x) + (y - spot.y) * (y - spot.y)) / (2 * spot.width * spot.width));
    }
    return std::clamp(sum, 25.0, 230.0);
  });
}

Picture Changed(Picture picture, const std::function<double(uint8_t)>& change) {
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(std::clamp(change(value), 0.0, 255.0));
  return picture;
}

int Distance(uint64_t a, uint64_t b) {
  return static_cast<int>(std::bitset<64>(a ^ b).count());
}

int Distance(const Picture& a, const Picture& b) {
  return Distance(a.Hash().value(), b.Hash().value());
}

// How much of [low, high) lies in [begin, end).
double Common(double low, double high, double begin, double end) {
  return std::max(0.0, std::min(high, end) - std::max(low, begin));
}

// The definition: every pixel's share of the cell, in double.
std::vector<double> SlowShrink(const Picture& picture) {
  std::vector<double> cells;
  const double cell_height = picture.height_px / 32.0, cell_width = picture.width_px / 32.0;
  for (int i = 0; i < 32 * 32; ++i) {
    double sum = 0;
    for (int y = 0; y < picture.height_px; ++y) {
      const double rows = Common(y, y + 1, i / 32 * cell_height, (i / 32 + 1) * cell_height);
      for (int x = 0; rows > 0 && x < picture.width_px; ++x) {
        const uint8_t* const p = &picture.pixels[(y * picture.width_px + x) * picture.channels];
        const double grey = picture.channels == 1 ? p[0] : 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
        sum += grey * rows * Common(x, x + 1, i % 32 * cell_width, (i % 32 + 1) * cell_width);
      }
    }
    cells.push_back(sum / (cell_height * cell_width));
  }
  return cells;
}

// The 64 coefficients from the definition of the two-dimensional DCT-II.
std::vector<double> SlowDct(const std::vector<double>& cells) {
  std::vector<double> spectrum;
  for (int i = 0; i < 64; ++i) {
    double sum = 0;
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        sum += cells[32 * y + x] * std::cos(M_PI * (2 * y + 1) * (i / 8) / 64) * std::cos(M_PI * (2 * x + 1) * (i % 8) / 64);
      }
    }
    spectrum.push_back(sum);
  }
  return spectrum;
}

struct Shape {
  int height_px, width_px;
};
constexpr Shape kShapes[] = {{1, 1}, {1, 500}, {700, 1}, {3, 5}, {28, 28}, {31, 33}, {32, 32}, {33, 31}, {64, 96}, {150, 200}, {8500, 5}};

TEST(PerceptualHashTest, ShrinkingIsTheExactAreaAverage) {
  for (const Shape& shape : kShapes) {
    for (const int channels : {1, 3}) {
      const Picture picture = Noise(shape.height_px, shape.width_px, channels, 1);
      const SmallGrey small = picture.Shrink();
      const std::vector<double> expected = SlowShrink(picture);
      double mean = 0;
      for (int i = 0; i < 32 * 32; ++i) {
        ASSERT_NEAR(small.pixels[i], expected[i], 1e-4) << shape.height_px << "x" << shape.width_px << "x" << channels << " cell " << i;
        mean += expected[i] / (32 * 32);
      }
      EXPECT_NEAR(small.mean, mean, 1e-9);
    }
  }
}

// More than 256 rows of the largest value in one row of cells.
TEST(PerceptualHashTest, SumsDoNotOverflow) {
  const Picture white{20000, 7, 3, std::vector<uint8_t>(20000 * 7 * 3, 255)};
  EXPECT_THAT(white.Shrink().pixels, testing::Each(255.0f));
  EXPECT_EQ(white.Shrink().mean, 255);
}

TEST(PerceptualHashTest, BitsAreThoseOfTheDefinition) {
  int bits = 0;
  for (uint32_t seed = 0; seed < 30; ++seed) {
    for (const Picture& picture : {Photograph(90, 120, seed), Noise(40, 30, 1, seed), Noise(5, 7, 3, seed)}) {
      const std::vector<double> spectrum = SlowDct(SlowShrink(picture));
      std::vector<double> sorted = spectrum;
      std::sort(sorted.begin(), sorted.end());
      const double median = (sorted[31] + sorted[32]) / 2;
      const uint64_t hash = picture.Hash().value();
      for (int i = 0; i < 64; ++i) {
        if (std::abs(spectrum[i] - median) <= 1) continue;  // rounding decides
        EXPECT_EQ(hash >> (63 - i) & 1, spectrum[i] > median) << "bit " << i << " of seed " << seed;
        ++bits;
      }
    }
  }
  EXPECT_GT(bits, 5500) << "of 5760";
}

// Black beside white: odd horizontal frequencies with signs - + - + beside zeros.
TEST(PerceptualHashTest, AnEdgeHasTheHashWorkedOutByHand) {
  for (const Shape& shape : {Shape{1, 2}, Shape{2, 2}, Shape{50, 64}, Shape{333, 1000}}) {
    for (const int channels : {1, 3}) {
      const Picture edge = Draw(shape.height_px, shape.width_px, channels, [](double x, double, int) { return x < 0.5 ? 0 : 255; });
      EXPECT_EQ(edge.Hash(), uint64_t{0b10010001} << 56) << shape.width_px;
    }
  }
}

TEST(PerceptualHashTest, AnotherSizeChangesFewBits) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const Picture picture = Photograph(120, 160, seed);
    EXPECT_LE(Distance(picture, Photograph(240, 320, seed)), 2) << seed;
    EXPECT_LE(Distance(picture, Photograph(80, 61, seed)), 4) << seed;
  }
}

TEST(PerceptualHashTest, NoiseChangesFewBits) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const Picture picture = Photograph(120, 160, seed);
    std::mt19937 random(seed);
    const Picture noisy = Changed(picture, [&](uint8_t value) { return value + static_cast<double>(random() % 21) - 10; });
    EXPECT_LE(Distance(picture, noisy), 2) << seed;
    // As strong compression leaves: few levels.
    EXPECT_LE(Distance(picture, Changed(picture, [](uint8_t value) { return value / 12 * 12 + 6; })), 4) << seed;
  }
}

TEST(PerceptualHashTest, BrightnessAndContrastChangeFewBits) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const Picture picture = Photograph(120, 160, seed);
    EXPECT_LE(Distance(picture, Changed(picture, [](uint8_t value) { return value + 24; })), 1) << seed;
    EXPECT_LE(Distance(picture, Changed(picture, [](uint8_t value) { return 0.7 * value + 20; })), 2) << seed;
  }
}

TEST(PerceptualHashTest, UnrelatedPicturesDifferInHalfOfTheBits) {
  constexpr int kPictures = 60;
  std::vector<uint64_t> hashes;
  for (uint32_t seed = 0; seed < kPictures; ++seed) hashes.push_back(Photograph(60, 80, seed).Hash().value());
  double sum = 0;
  int smallest = 64;
  for (int a = 0; a < kPictures; ++a) {
    for (int b = 0; b < a; ++b) {
      const int distance = Distance(hashes[a], hashes[b]);
      sum += distance;
      smallest = std::min(smallest, distance);
    }
  }
  EXPECT_NEAR(sum / (kPictures * (kPictures - 1) / 2), 32, 2);
  EXPECT_GT(smallest, 10);
}

TEST(PerceptualHashTest, FlatPicturesHaveNoHash) {
  for (const int value : {0, 128, 255}) {
    for (const Shape& shape : kShapes) {
      const Picture flat = Draw(shape.height_px, shape.width_px, 3, [&](double, double, int) { return value; });
      EXPECT_EQ(flat.Hash(), std::nullopt) << value;
    }
  }
  std::mt19937 random(1);
  EXPECT_EQ(Draw(300, 400, 3, [&](double, double, int) { return 250 + random() % 3; }).Hash(), std::nullopt) << "a white wall";
  EXPECT_EQ(Draw(320, 320, 1, [](double x, double, int) { return static_cast<int>(x * 320) % 2 * 255; }).Hash(), std::nullopt)
      << "stripes that no low frequency sees";
}

TEST(PerceptualHashTest, DarkPicturesHaveAHash) {
  EXPECT_NE(Changed(Photograph(100, 100, 5), [](uint8_t value) { return value / 12; }).Hash(), std::nullopt);
}

}  // namespace
}  // namespace mica
