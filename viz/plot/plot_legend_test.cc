#include "viz/plot/plot_legend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/rng.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kPage = 1000;  // width and height

CanvasPanel Panel() {
  CanvasPanel panel;
  panel.box = {100, 500, 800, 300};
  panel.x.range = {0, 800};  // so an x is 100 pixels left of its place
  return panel;
}

// The lines of the script that begin so.
std::vector<std::string> Commands(const PlotCanvas& canvas, absl::string_view begin) {
  std::vector<std::string> commands;
  for (const absl::string_view line : absl::StrSplit(canvas.Finish(kPage).commands, '\n')) {
    if (line.substr(0, begin.size()) == begin) commands.emplace_back(line);
  }
  return commands;
}

struct DrawnText {
  std::string text;
  double x = 0, y = 0, left = 0, right = 0;
  bool is_right_aligned = false;
};

// Reads labels back: set label "text" at screen 0.1,0.2 left font …
std::vector<DrawnText> Texts(const PlotCanvas& canvas, double size_px) {
  std::vector<DrawnText> texts;
  for (const std::string& command : Commands(canvas, "set label")) {
    const std::vector<std::string> parts = absl::StrSplit(command, '"'), words = absl::StrSplit(parts[2], ' ');
    DrawnText text;
    text.text = parts[1];
    const std::vector<std::string> place = absl::StrSplit(words[3], ',');
    EXPECT_TRUE(absl::SimpleAtod(place[0], &text.x) && absl::SimpleAtod(place[1], &text.y)) << command;
    text.x *= kPage;
    text.y = (1 - text.y) * kPage;
    const double width = TextWidth(text.text, size_px);
    text.is_right_aligned = words[4] == "right";
    text.left = text.x - (text.is_right_aligned ? width : 0);
    text.right = text.left + width;
    texts.push_back(text);
  }
  return texts;
}

TEST(PlotLegendTest, EntriesFlowIntoRows) {
  PlotCanvas canvas("", kPage);
  std::vector<LegendEntry> entries;
  for (int i = 0; i < 10; ++i) entries.push_back({absl::StrCat("entry ", i), LegendSample::kMarker, kInk});
  const double bottom = AddLegendRows(entries, {0, 50, 300, 0}, &canvas);
  std::vector<DrawnText> texts = Texts(canvas, 10);
  texts.erase(std::remove_if(texts.begin(), texts.end(), [](const DrawnText& text) { return text.text.empty(); }), texts.end());  // markers
  ASSERT_EQ(texts.size(), 10u);
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_LE(texts[i].right, 300.1);
    EXPECT_LT(texts[i].y, bottom);
    EXPECT_TRUE(i == 0 || texts[i].left > texts[i - 1].right || texts[i].y > texts[i - 1].y + 10);
  }
  EXPECT_GT(texts[9].y, texts[0].y);
}

TEST(PlotLegendTest, NoEntriesTakeNoRoom) {
  PlotCanvas canvas("", kPage);
  EXPECT_EQ(AddLegendRows({}, {0, 50, 300, 0}, &canvas), 50);
  EXPECT_EQ(AddLegendColumns({}, {0, 0}, 5, &canvas), 0);
  EXPECT_THAT(Commands(canvas, "set label"), IsEmpty());
}

TEST(PlotLegendTest, SamplesLookLikeTheData) {
  PlotCanvas canvas("", kPage);
  AddLegendRows({{"a", LegendSample::kLineAndMarker, kRightInk, 5, {kRightInk, 1.5, "(8,4)"}}, {"b", LegendSample::kBar, kWrongInk}},
                {0, 0, 300, 0}, &canvas);
  EXPECT_THAT(Commands(canvas, "set arrow"), ElementsAre(HasSubstr("lc rgb \"#0072B2\" lw 1.51 dt (8,4)")));
  EXPECT_THAT(Commands(canvas, "set label \"\""), ElementsAre(HasSubstr("point pt 5 ps 0.8 lc rgb \"#0072B2\"")));
  EXPECT_THAT(Commands(canvas, "set object"), ElementsAre(HasSubstr("fc rgb \"#D55E00\"")));
}

TEST(PlotLegendTest, ColumnsBeginAgainAtTheTop) {
  PlotCanvas canvas("", kPage);
  std::vector<LegendEntry> entries(5, {"name", LegendSample::kBar, kInk});
  const double width = AddLegendColumns(entries, {10, 20}, 3, &canvas);
  const std::vector<DrawnText> texts = Texts(canvas, 10);
  EXPECT_NEAR(texts[3].y, texts[0].y, 0.1);
  EXPECT_GT(texts[3].left, texts[0].right);
  EXPECT_LE(texts[4].right, 10 + width);
}

TEST(PlotLegendTest, EventsThatAreFarApartShareARow) {
  PlotCanvas canvas("", kPage);
  const std::vector<PlotEvent> events = {{50, "resumed"}, {300, "best epoch"}, {790, "early stop"}};
  AddEvents(events, Panel(), 800, &canvas);
  const std::vector<DrawnText> texts = Texts(canvas, 9);
  ASSERT_EQ(texts.size(), 3u);
  for (const DrawnText& text : texts) EXPECT_NEAR(text.y, texts[0].y, 0.1);
  EXPECT_LT(texts[0].y, 500);
  EXPECT_GT(texts[0].y, 500 - EventsHeight(events, Panel()));
  EXPECT_THAT(Commands(canvas, "set arrow"), ElementsAre(HasSubstr("screen 0.4,"), HasSubstr("screen 0.15,"), HasSubstr("screen 0.89,")));
}

TEST(PlotLegendTest, EventsOutsideTheAxisAreNotDrawn) {
  PlotCanvas canvas("", kPage);
  const std::vector<PlotEvent> events = {{-1, "a"}, {801, "b"}, {NAN, "c"}};
  AddEvents(events, Panel(), 800, &canvas);
  EXPECT_THAT(Commands(canvas, "set arrow"), IsEmpty());
  EXPECT_EQ(EventsHeight(events, Panel()), 0);
}

TEST(PlotLegendTest, NoNameMeetsAnotherNameOrALine) {
  for (int trial = 0; trial < 300; ++trial) {
    Rng rng(5, RngStream::kShuffle, 1, trial);
    std::vector<PlotEvent> events;
    for (uint64_t left = 1 + rng.UniformBelow(12); left > 0; --left) {
      events.push_back({800 * rng.Uniform(), std::string(1 + rng.UniformBelow(20), 'n')});
    }
    PlotCanvas canvas("", kPage);
    AddEvents(events, Panel(), 800, &canvas);
    EXPECT_EQ(Commands(canvas, "set arrow").size(), events.size());
    const std::vector<DrawnText> texts = Texts(canvas, 9);
    for (const DrawnText& a : texts) {
      EXPECT_GT(a.y, 500 - EventsHeight(events, Panel()));
      for (const DrawnText& b : texts) {
        if (&a == &b) continue;
        const bool is_one_row = std::abs(a.y - b.y) < 1, b_is_higher = b.y < a.y - 1;
        EXPECT_FALSE(is_one_row && a.right > b.left && b.right > a.left) << trial;
        const double line = b.is_right_aligned ? b.right + 3.5 : b.left - 3.5;  // of b's event
        EXPECT_FALSE(b_is_higher && line > a.left && line < a.right) << trial;
      }
    }
  }
}

}  // namespace
}  // namespace mica
