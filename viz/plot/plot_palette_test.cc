#include "viz/plot/plot_palette.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace mica {
namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

Triple Times(const Matrix& matrix, const Triple& vector) {
  Triple result = {};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) result[i] += matrix[i][j] * vector[j];
  }
  return result;
}

// sRGB without its gamma (IEC 61966-2-1).
Triple Linear(PlotColour colour) {
  Triple linear;
  const double parts[] = {colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0};
  for (int i = 0; i < 3; ++i) linear[i] = parts[i] <= 0.04045 ? parts[i] / 12.92 : std::pow((parts[i] + 0.055) / 1.055, 2.4);
  return linear;
}

constexpr Matrix kToXyz = {{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};

// CIE 1976 L*a*b* under D65.
Triple Lab(Triple linear) {
  for (double& part : linear) part = std::clamp(part, 0.0, 1.0);
  Triple f = Times(kToXyz, linear);
  const double white[] = {0.9505, 1, 1.089};
  for (int i = 0; i < 3; ++i) {
    const double ratio = f[i] / white[i];
    f[i] = ratio > 0.008856 ? std::cbrt(ratio) : 7.787 * ratio + 16.0 / 116;
  }
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double Distance(const Triple& a, const Triple& b) {
  return std::sqrt(std::pow(a[0] - b[0], 2) + std::pow(a[1] - b[1], 2) + std::pow(a[2] - b[2], 2));
}

// Normal sight, protanopia, deuteranopia, tritanopia: Machado, Oliveira and Fernandes 2009, table
// 1, severity 1.
constexpr Matrix kSights[] = {
    {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
};

// WCAG 2.1: from 1 to 21.
double Contrast(PlotColour a, PlotColour b) {
  const double first = Times(kToXyz, Linear(a))[1] + 0.05, second = Times(kToXyz, Linear(b))[1] + 0.05;
  return std::max(first, second) / std::min(first, second);
}

TEST(PlotPaletteTest, ColoursAreWrittenAsGnuplotReadsThem) {
  EXPECT_EQ(HexColour({0, 0x72, 0xb2}), "#0072B2");
  EXPECT_EQ(GnuplotColour({0, 0x72, 0xb2}), "rgb \"#0072B2\"");
  EXPECT_EQ(RgbNumber({0, 0x72, 0xb2}), 0x0072b2);
  EXPECT_EQ(HexColour(LookOfCategory(0).colour), "#0072B2");
  EXPECT_EQ(HexColour(LookOfCategory(1).colour), "#D55E00");
}

TEST(PlotPaletteTest, CategoriesAreToldApartWithAnyColourSight) {
  for (const Matrix& sight : kSights) {
    for (size_t a = 0; a < kCategoryColours; ++a) {
      const Triple lab = Lab(Times(sight, Linear(LookOfCategory(a).colour)));
      EXPECT_GT(Distance(lab, Lab(Times(sight, Linear(kPaper)))), 20) << a;
      for (size_t b = a + 1; b < kCategoryColours; ++b) {
        EXPECT_GT(Distance(lab, Lab(Times(sight, Linear(LookOfCategory(b).colour)))), 16) << a << " " << b;
      }
    }
  }
}

TEST(PlotPaletteTest, A130CategoriesHaveDifferentPairsOfColourAndMarker) {
  std::set<std::pair<int, int>> looks;
  for (size_t i = 0; i < kCategoryColours * kCategoryMarkers; ++i)
    looks.insert({RgbNumber(LookOfCategory(i).colour), LookOfCategory(i).marker});
  EXPECT_EQ(looks.size(), 130u);
  EXPECT_EQ(LookOfCategory(130).marker, LookOfCategory(0).marker);
}

TEST(PlotPaletteTest, NeighboursDifferInMarkerAndDashToo) {
  for (size_t i = 1; i < 130; ++i) {
    EXPECT_NE(LookOfCategory(i).marker, LookOfCategory(i - 1).marker);
    EXPECT_NE(LookOfCategory(i).dash, LookOfCategory(i - 1).dash);
  }
}

TEST(PlotPaletteTest, LargerSharesAreDarker) {
  double before = 2;
  for (int i = 0; i <= 100; ++i) {
    const double luminance = Times(kToXyz, Linear(ShareColour(i / 100.0)))[1];
    EXPECT_LT(luminance, before) << i;
    before = luminance;
  }
  EXPECT_EQ(ShareColour(0), kPaper);
  EXPECT_EQ(ShareColour(NAN), kPaper);
  EXPECT_EQ(ShareColour(-1), kPaper);
  EXPECT_EQ(ShareColour(7), ShareColour(1));
}

TEST(PlotPaletteTest, NumbersCanBeReadOnEveryShare) {
  for (int i = 0; i <= 200; ++i) {
    const double share = i / 200.0;
    EXPECT_GT(Contrast(ShareColour(share), share > 0.5 ? kPaper : kInk), 3.4) << share;
  }
}

TEST(PlotPaletteTest, LighterColoursShowBlackLines) {
  for (size_t i = 0; i < 4; ++i) EXPECT_GT(Contrast(Lighter(LookOfCategory(i).colour), kInk), 5) << i;
  EXPECT_EQ(Lighter(kPaper), kPaper);
}

}  // namespace
}  // namespace mica
