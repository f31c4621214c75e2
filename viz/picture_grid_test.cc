#include "viz/picture_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "viz/filled_picture.h"

namespace mica {
namespace {

using testing::Each;
using testing::ElementsAre;

std::vector<uint8_t> PixelAt(const Picture& picture, int y, int x) {
  const uint8_t* pixel = picture.Row(y) + x * picture.channels;
  return {pixel, pixel + picture.channels};
}

// Pixels of the region that are not paper.
int64_t Ink(const Picture& picture, PictureRegion region) {
  int64_t ink = 0;
  for (int y = region.top_px; y < region.bottom_px(); ++y) {
    for (int x = region.left_px; x < region.right_px(); ++x) {
      const uint8_t* pixel = picture.Row(y) + 3 * x;
      ink += std::min({pixel[0], pixel[1], pixel[2]}) < 200 ? 1 : 0;
    }
  }
  return ink;
}

// The mean over the pixels with ink, [R, G, B].
std::vector<double> ColourOfInk(const Picture& picture, PictureRegion region) {
  std::vector<double> sum(3);
  for (int y = region.top_px; y < region.bottom_px(); ++y) {
    for (int x = region.left_px; x < region.right_px(); ++x) {
      for (int c = 0; c < 3; ++c) sum[c] += 255 - picture.Row(y)[3 * x + c];
    }
  }
  return sum;
}

PictureGrid Captioned(const std::string& title) {
  PictureGrid grid;
  grid.cells.push_back({nullptr, {title}, {}});
  return grid;
}

TEST(PictureGridTest, PicturesAreFittedIntoTheirCells) {
  EXPECT_EQ(FittedSize({28, 28}, 160), (PictureSize{140, 140}));
  EXPECT_EQ(FittedSize({1, 1}, 160), (PictureSize{160, 160}));
  EXPECT_EQ(FittedSize({100, 60}, 160), (PictureSize{100, 60}));
  EXPECT_EQ(FittedSize({480, 640}, 160), (PictureSize{120, 160}));
  EXPECT_EQ(FittedSize({1, 50'000}, 160), (PictureSize{1, 160}));
  EXPECT_EQ(FittedSize({65'500, 65'500}, 160), (PictureSize{160, 160}));
}

TEST(PictureGridTest, FittingAgainChangesNothing) {
  for (const int side : {1, 7, 28, 79, 80, 81, 160, 161, 500}) {
    Picture picture = Filled(side, 1 + side / 3, {1, 2, 3});
    for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * 37);
    const Picture once = FitIntoCell(picture, 160);
    EXPECT_EQ(FitIntoCell(once, 160).pixels, once.pixels) << side;
  }
}

TEST(PictureGridTest, EverythingIsWhereTheLayoutSays) {
  const Picture tall = Filled(320, 160, {9, 9, 9}), tiny = Filled(2, 8, {7});
  PictureGrid grid;
  grid.columns = 2;
  grid.cell_px = 160;
  grid.note_lines = 2;
  grid.cells = {{&tall, {"a"}, {}}, {&tiny, {"b"}, {}}, {nullptr, {"c"}, {}}};
  const GridLayout layout = LayOutGrid(grid);
  EXPECT_EQ(layout.size, (PictureSize{12 + 20 + 160 + 3 + 26 + 12 + 20 + 3 + 26 + 12, 12 + 160 + 10 + 160 + 12}));
  EXPECT_THAT(layout.pictures, ElementsAre(PictureRegion{12 + 40, 32, 80, 160}, PictureRegion{182, 32 + 60, 160, 40},
                                           PictureRegion{12 + 80, 32 + 160 + 29 + 12 + 20, 0, 0}));
  EXPECT_EQ(layout.titles[1], (PictureRegion{182, 12, 160, 20}));
  EXPECT_EQ(layout.notes[1], (PictureRegion{182, 195, 160, 26}));

  const Picture drawn = DrawPictureGrid(grid).picture;
  EXPECT_EQ(drawn.channels, 3);
  EXPECT_EQ(drawn.height_px, layout.size.height_px);
  EXPECT_EQ(drawn.width_px, layout.size.width_px);
  for (const auto& [region, colour] : {std::pair(layout.pictures[0], 9), std::pair(layout.pictures[1], 7)}) {
    EXPECT_THAT(PixelAt(drawn, region.top_px, region.left_px), Each(colour));
    EXPECT_THAT(PixelAt(drawn, region.bottom_px() - 1, region.right_px() - 1), Each(colour));
    EXPECT_THAT(PixelAt(drawn, region.top_px - 1, region.left_px), Each(testing::Gt(200)));  // the frame
    EXPECT_THAT(PixelAt(drawn, region.bottom_px(), region.right_px() - 1), Each(testing::Gt(200)));
  }
}

TEST(PictureGridTest, EnlargedPixelsAreSquares) {
  Picture picture = Filled(2, 2, {0, 0, 0});
  picture.pixels[0] = 250;  // red, top left
  PictureGrid grid;
  grid.cell_px = 16;
  grid.cells = {{&picture, {}, {}}};
  const PictureRegion at = LayOutGrid(grid).pictures[0];
  const Picture drawn = DrawPictureGrid(grid).picture;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      EXPECT_THAT(PixelAt(drawn, at.top_px + y, at.left_px + x), ElementsAre(y < 8 && x < 8 ? 250 : 0, 0, 0)) << y << " " << x;
    }
  }
}

TEST(PictureGridTest, ReducedPicturesAreAveraged) {
  Picture stripes = Filled(640, 640, {0});
  for (int y = 0; y < 640; ++y) {
    for (int x = y % 2; x < 640; x += 2) stripes.Row(y)[x] = 200;
  }
  PictureGrid grid;
  grid.cells = {{&stripes, {}, {}}};
  const PictureRegion at = LayOutGrid(grid).pictures[0];
  const Picture drawn = DrawPictureGrid(grid).picture;
  EXPECT_THAT(PixelAt(drawn, at.top_px + 80, at.left_px + 80), Each(testing::AllOf(testing::Ge(98), testing::Le(102))));
}

TEST(PictureGridTest, CaptionsInAnyScriptAreDrawn) {
  for (const std::string title : {"cat", "γάτα", "кот", "猫科动物", "ねこ", "고양이", "قطة", "חתול", "Ä/ñ", "x² ≤ ½"}) {
    const PictureGrid grid = Captioned(title);
    const DrawnGrid drawn = DrawPictureGrid(grid);
    EXPECT_GT(Ink(drawn.picture, LayOutGrid(grid).titles[0]), 20) << title;
  }
  EXPECT_EQ(DrawPictureGrid(Captioned("cat кот γάτα")).missing_glyphs, 0);
}

TEST(PictureGridTest, LettersThatNoFontHasAreCounted) {
  const PictureGrid grid = Captioned("\xF4\x8F\xBF\xBD\xF4\x8F\xBF\xBD");  // U+10FFFD, private use
  const DrawnGrid drawn = DrawPictureGrid(grid);
  EXPECT_EQ(drawn.missing_glyphs, 2);
  EXPECT_GT(Ink(drawn.picture, LayOutGrid(grid).titles[0]), 20);
}

TEST(PictureGridTest, WhateverBytesACaptionHoldsItStaysInItsPlace) {
  std::string any = "\x1b[31m\n\r\t\xff\xc3 \xe2\x80\xae rtl \xed\xa0\x80 <b>&amp;</b>";
  any.push_back('\0');
  std::string combining = "e";
  for (int i = 0; i < 5000; ++i) combining += "\xcc\x81";
  for (const std::string& title : {any, combining, std::string(1'000'000, 'x'), std::string(100'000, '\xff'), std::string(" ")}) {
    const PictureGrid grid = Captioned(title);
    const GridLayout layout = LayOutGrid(grid);
    const Picture drawn = DrawPictureGrid(grid).picture;
    EXPECT_EQ(Ink(drawn, PictureRegion::Whole(layout.size)), Ink(drawn, layout.titles[0])) << title.substr(0, 20);
  }
}

TEST(PictureGridTest, LongCaptionsEndInAnEllipsis) {
  const PictureGrid grid = Captioned(std::string(60, 'l')), shorter = Captioned(std::string(50, 'l'));
  EXPECT_EQ(DrawPictureGrid(grid).picture.pixels, DrawPictureGrid(shorter).picture.pixels);
}

TEST(PictureGridTest, NotesHaveSeveralLines) {
  PictureGrid grid;
  grid.note_lines = 3;
  grid.cells.push_back({nullptr, {}, {"crop 42 % at 17, 33 with a horizontal flip and brightness 0.8 and hue -0.02"}});
  PictureRegion note = LayOutGrid(grid).notes[0];
  const Picture drawn = DrawPictureGrid(grid).picture;
  note.height_px /= 3;
  for (int line = 0; line < 3; ++line, note.top_px += note.height_px) EXPECT_GT(Ink(drawn, note), 20) << line;
}

TEST(PictureGridTest, ColoursTellRightFromWrong) {
  PictureGrid grid;
  grid.columns = 2;
  grid.heading = {"validation"};
  grid.cells = {{nullptr, {"cat", CaptionColour::kGreen}, {}}, {nullptr, {"dog", CaptionColour::kRed}, {}}};
  const GridLayout layout = LayOutGrid(grid);
  const Picture drawn = DrawPictureGrid(grid).picture;
  const std::vector<double> green = ColourOfInk(drawn, layout.titles[0]), red = ColourOfInk(drawn, layout.titles[1]);
  EXPECT_LT(green[1], 0.7 * green[0]);
  EXPECT_LT(red[0], 0.7 * red[1]);
  EXPECT_GT(Ink(drawn, layout.heading), 100);
}

TEST(PictureGridTest, NoCellsAreAnEmptyPage) {
  EXPECT_THAT(DrawPictureGrid({}).picture.pixels, Each(255));
}

}  // namespace
}  // namespace mica
