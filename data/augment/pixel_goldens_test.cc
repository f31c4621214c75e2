// What torchvision's functions give, made by testdata/make_pixel_goldens.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/testing/gzip_file.h"
#include "data/augment/blur.h"
#include "data/augment/colour_ops.h"
#include "data/augment/histogram_ops.h"
#include "data/augment/pad.h"
#include "data/augment/sharpness.h"
#include "data/augment/warp.h"
#include "data/augment/warp_matrix.h"
#include "data/picture/picture.h"

namespace mica {
namespace {

using Goldens = std::map<std::string, Picture>;

Goldens ReadGoldens() {
  Goldens goldens;
  const std::string bytes = ReadGzipFile("data/augment/testdata/pixel_goldens.gz");
  size_t place = 0;
  while (place < bytes.size()) {
    const size_t end = bytes.find('\n', place);
    const std::vector<std::string> words = absl::StrSplit(bytes.substr(place, end - place), ' ');
    Picture& picture = goldens[words[0]];
    picture.Reshape(std::atoi(words[1].c_str()), std::atoi(words[2].c_str()), std::atoi(words[3].c_str()));
    bytes.copy(reinterpret_cast<char*>(picture.pixels.data()), picture.pixels.size(), end + 1);
    place = end + 1 + picture.pixels.size();
  }
  return goldens;
}

using PixelFunction = std::function<void(Picture*)>;
using PixelFunctions = std::map<std::string, PixelFunction>;

PixelFunctions PointFunctions() {
  return {
      {"brightness_0.4", [](Picture* p) { AdjustBrightness(0.4, p); }},
      {"brightness_1.9", [](Picture* p) { AdjustBrightness(1.9, p); }},
      {"contrast_0", [](Picture* p) { AdjustContrast(0, p); }},
      {"contrast_0.37", [](Picture* p) { AdjustContrast(0.37, p); }},
      {"contrast_1.7", [](Picture* p) { AdjustContrast(1.7, p); }},
      {"saturation_0", [](Picture* p) { AdjustSaturation(0, p); }},
      {"saturation_0.6", [](Picture* p) { AdjustSaturation(0.6, p); }},
      {"saturation_1.9", [](Picture* p) { AdjustSaturation(1.9, p); }},
      {"hue_0", [](Picture* p) { AdjustHue(0, p); }},
      {"hue_-0.5", [](Picture* p) { AdjustHue(-0.5, p); }},
      {"hue_-0.13", [](Picture* p) { AdjustHue(-0.13, p); }},
      {"hue_0.31", [](Picture* p) { AdjustHue(0.31, p); }},
      {"to_grey", ToGrey},
      {"invert", Invert},
      {"posterize_0", [](Picture* p) { Posterize(0, p); }},
      {"posterize_3", [](Picture* p) { Posterize(3, p); }},
      {"posterize_8", [](Picture* p) { Posterize(8, p); }},
      {"solarize_0", [](Picture* p) { Solarize(0, p); }},
      {"solarize_110.5", [](Picture* p) { Solarize(110.5, p); }},
      {"solarize_255", [](Picture* p) { Solarize(255, p); }},
      {"auto_contrast", AutoContrast},
      {"equalize", Equalize},
  };
}

void Sharpen(double factor, Picture* picture) {
  Picture scratch;
  AdjustSharpness(factor, picture, &scratch);
}

void Blur(int kernel_px, double sigma, Picture* picture) {
  BlurScratch scratch;
  GaussianBlur(kernel_px, sigma, picture, &scratch);
}

constexpr std::array<uint8_t, 3> kFill = {200, 10, 77};

void PadBy(const PadMargins& margins, PadMode mode, Picture* picture) {
  Picture result;
  Pad(*picture, margins, mode, kFill, &result);
  *picture = std::move(result);
}

PixelFunctions NeighbourFunctions() {
  return {
      {"sharpness_0", [](Picture* p) { Sharpen(0, p); }},
      {"sharpness_0.3", [](Picture* p) { Sharpen(0.3, p); }},
      {"sharpness_1.9", [](Picture* p) { Sharpen(1.9, p); }},
      {"blur_3_0.5", [](Picture* p) { Blur(3, 0.5, p); }},
      {"blur_5_0.15", [](Picture* p) { Blur(5, 0.15, p); }},
      {"blur_23_1.7", [](Picture* p) { Blur(23, 1.7, p); }},
      {"blur_9_40", [](Picture* p) { Blur(9, 40, p); }},
      {"pad_constant",
       [](Picture* p) {
         PadBy({3, 1, 2, 4}, PadMode::kConstant, p);
       }},
      {"pad_edge",
       [](Picture* p) {
         PadBy({7, 2, 3, 5}, PadMode::kEdge, p);
       }},
      {"pad_reflect",
       [](Picture* p) {
         PadBy({7, 2, 3, 5}, PadMode::kReflect, p);
       }},
      {"pad_symmetric",
       [](Picture* p) {
         PadBy({7, 2, 3, 5}, PadMode::kSymmetric, p);
       }},
  };
}

double Degrees(double slope) {
  return std::atan(slope) * (180 / M_PI);
}

// By name, for pictures of 17 x 22.
std::map<std::string, AffineMotion> Motions() {
  std::map<std::string, AffineMotion> motions;
  motions["rotate_33"].angle_degrees = -33;
  motions["shear_x"].shear_x_degrees = Degrees(0.27183);
  motions["shear_y"].shear_y_degrees = Degrees(-0.19137);
  for (const char* name : {"shear_x", "shear_y"}) {
    motions[name].centre_x_px = -11;
    motions[name].centre_y_px = -8.5;
  }
  motions["translate"].translate_x_px = 5;
  motions["translate"].translate_y_px = -3;
  motions["all"] = {-20, 2, 4, 1.3, 8, -5, 0, 0};
  motions["shrunk"] = {70, 0, 0, 0.37, 0, 0, 0, 0};
  return motions;
}

using Warp = std::function<void(const Picture&, WarpFilter, const std::array<uint8_t, 3>&, Picture*)>;

void AddWarps(const std::string& name, const Warp& warp, PixelFunctions* functions) {
  const auto add = [&](const char* suffix, WarpFilter filter, std::array<uint8_t, 3> fill) {
    (*functions)[name + suffix] = [=](Picture* picture) {
      Picture result;
      warp(*picture, filter, fill, &result);
      *picture = std::move(result);
    };
  };
  add("_nearest", WarpFilter::kNearest, {});
  add("_nearest_filled", WarpFilter::kNearest, kFill);
  add("_bilinear", WarpFilter::kBilinear, {});
  add("_bilinear_filled", WarpFilter::kBilinear, kFill);
}

PixelFunctions Warps() {
  PixelFunctions functions;
  for (const auto& [name, motion] : Motions()) {
    const AffineMatrix matrix = InverseAffineMatrix(motion);
    const Warp warp = [matrix](const Picture& source, WarpFilter filter, const auto& fill, Picture* result) {
      WarpAffine(source, matrix, filter, fill, result);
    };
    AddWarps(name, warp, &functions);
  }
  const WarpCorners start = {{{0, 0}, {21, 0}, {21, 16}, {0, 16}}};
  const WarpCorners end = {{{3, 2}, {18, 4}, {21, 13}, {1, 15}}};
  const PerspectiveCoefficients coefficients = PerspectiveBetween(start, end).value();
  const Warp warp = [coefficients](const Picture& source, WarpFilter filter, const auto& fill, Picture* result) {
    WarpPerspective(source, coefficients, filter, fill, result);
  };
  AddWarps("perspective", warp, &functions);
  return functions;
}

struct Difference {
  int largest = 0;
  int count = 0;  // of values that differ
};

Difference Compare(const Picture& a, const Picture& b) {
  Difference difference;
  EXPECT_EQ(a.height_px, b.height_px);
  EXPECT_EQ(a.width_px, b.width_px);
  EXPECT_EQ(a.channels, b.channels);
  if (a.pixels.size() != b.pixels.size()) return {256, 0};
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const int levels = std::abs(a.pixels[i] - b.pixels[i]);
    difference.largest = std::max(difference.largest, levels);
    difference.count += levels > 0 ? 1 : 0;
  }
  return difference;
}

// How many results of these functions there are.
int CheckGoldens(const PixelFunctions& functions, Difference allowed) {
  const Goldens goldens = ReadGoldens();
  int count = 0;
  for (const auto& [name, golden] : goldens) {
    const std::vector<std::string> words = absl::StrSplit(name, absl::MaxSplits('.', 1));
    if (words.size() != 2 || functions.count(words[1]) == 0) continue;
    Picture picture = goldens.at(words[0]);
    functions.at(words[1])(&picture);
    const Difference difference = Compare(picture, golden);
    EXPECT_LE(difference.largest, allowed.largest) << name << ": " << difference.count << " values differ";
    EXPECT_LE(difference.count, allowed.count) << name;
    ++count;
  }
  return count;
}

TEST(PixelGoldensTest, HasAResultOfEachFunction) {
  PixelFunctions functions = PointFunctions();
  functions.merge(NeighbourFunctions());
  functions.merge(Warps());
  for (const auto& [name, golden] : ReadGoldens()) {
    const std::vector<std::string> words = absl::StrSplit(name, absl::MaxSplits('.', 1));
    EXPECT_EQ(functions.count(words.back()), words.size() - 1) << name;
  }
}

TEST(PixelGoldensTest, PointFunctionsAreTorchvisionsToTheBit) {
  EXPECT_EQ(CheckGoldens(PointFunctions(), {0, 0}), 6 * 22);
}

TEST(PixelGoldensTest, NeighbourFunctionsAreTorchvisionsToTheBit) {
  EXPECT_EQ(CheckGoldens(NeighbourFunctions(), {0, 0}), 6 * 3 + 2 * 8);
}

// In this perspective, places lie in the middle between two pixels, and rounding in torch chooses.
constexpr char kTies[] = "perspective_nearest";

TEST(PixelGoldensTest, WarpsAreTorchvisionsToTheBit) {
  PixelFunctions warps = Warps();
  warps.erase(kTies);
  EXPECT_EQ(CheckGoldens(warps, {0, 0}), 2 * (3 * 7));
}

TEST(PixelGoldensTest, TheNearestPixelMayBeTheOtherOneOfTwo) {
  EXPECT_EQ(CheckGoldens({{kTies, Warps().at(kTies)}}, {255, 3 * 3}), 2);
}

}  // namespace
}  // namespace mica
