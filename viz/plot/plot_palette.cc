#include "viz/plot/plot_palette.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace mica {
namespace {

constexpr PlotColour kCategories[kCategoryColours] = {
    {0x00, 0x72, 0xb2},  // blue
    {0xd5, 0x5e, 0x00},  // vermilion
    {0x00, 0x9e, 0x73},  // bluish green
    {0xcc, 0x79, 0xa7},  // reddish purple
    {0xe6, 0x9f, 0x00},  // orange
    {0x56, 0xb4, 0xe9},  // sky blue
    {0x00, 0x00, 0x00},  // black
    {0x5a, 0x3e, 0x1b},  // brown
    {0x33, 0x22, 0x88},  // indigo
    {0xf0, 0xe4, 0x42},  // yellow
};

// Filled ones first: circle, square, triangles, diamond, pentagon; then the same with holes; a
// cross.
constexpr int kMarkers[kCategoryMarkers] = {7, 5, 9, 13, 11, 15, 6, 4, 8, 12, 10, 14, 2};

// Solid, dashed, dotted, dash and dot, long dashes; in units of the line's width.
constexpr absl::string_view kDashes[] = {"1", "(8,4)", "(2,3)", "(9,3,2,3)", "(14,5)"};
constexpr size_t kDashCount = sizeof(kDashes) / sizeof(*kDashes);

// The first steps are steep, so that rare confusions are seen.
struct ShareStop {
  double share;
  PlotColour colour;
};
constexpr ShareStop kShares[] = {{0, {0xff, 0xff, 0xff}},    {0.02, {0xe9, 0xf2, 0xfa}}, {0.1, {0xcf, 0xe2, 0xf2}},
                                 {0.25, {0xa3, 0xc9, 0xe4}}, {0.5, {0x4b, 0x90, 0xc3}},  {0.75, {0x1a, 0x5f, 0xa3}},
                                 {1, {0x08, 0x2d, 0x63}}};

uint8_t Between(uint8_t from, uint8_t to, double part) {
  return static_cast<uint8_t>(std::lround(from + (to - from) * part));
}

PlotColour Mixed(PlotColour from, PlotColour to, double part) {
  return {Between(from.red, to.red, part), Between(from.green, to.green, part), Between(from.blue, to.blue, part)};
}

}  // namespace

std::string HexColour(PlotColour colour) {
  return absl::StrFormat("#%06X", RgbNumber(colour));
}

std::string GnuplotColour(PlotColour colour) {
  return absl::StrCat("rgb \"", HexColour(colour), "\"");
}

int RgbNumber(PlotColour colour) {
  return colour.red << 16 | colour.green << 8 | colour.blue;
}

CategoryLook LookOfCategory(size_t category) {
  // Within the first ten the markers differ as well; later each round takes the next ones.
  const size_t round = category / kCategoryColours;
  return {kCategories[category % kCategoryColours], kMarkers[(category + round) % kCategoryMarkers], kDashes[category % kDashCount]};
}

PlotColour ShareColour(double share) {
  if (!(share > 0)) return kPaper;
  const ShareStop* high = kShares + 1;
  while (high->share < std::min(share, 1.0)) ++high;
  const ShareStop* const low = high - 1;
  return Mixed(low->colour, high->colour, (std::min(share, 1.0) - low->share) / (high->share - low->share));
}

PlotColour Lighter(PlotColour colour) {
  return Mixed(kPaper, colour, 0.6);
}

}  // namespace mica
