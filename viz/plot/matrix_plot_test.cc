#include "viz/plot/matrix_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "viz/plot/sample_plots.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Rows: cat, dog. 8 cats are right, 2 are taken for dogs; a dog for a cat, 999 are right.
MatrixPlot TwoClasses(MatrixCells cells) {
  return {{}, {"cat", "dog"}, {8, 2, 1, 999}, cells};
}

// The label's whole command.
std::string LabelOf(const PlotScript& script, absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(script.commands, '\n')) {
    if (line.find(absl::StrCat("set label ", text)) == 0) return std::string(line);
  }
  return "";
}

double Screen(const std::string& command, int axis) {
  const std::string place = std::vector<std::string>(absl::StrSplit(command, ' '))[5];
  return std::stod(std::vector<std::string>(absl::StrSplit(place, ','))[axis]);
}

TEST(MatrixPlotTest, RowsAreTheTruthAndTheFirstIsAbove) {
  const PlotScript script = MatrixPlotScript(TwoClasses(MatrixCells::kCounts));
  const std::string two = LabelOf(script, "\"2\""), one = LabelOf(script, "\"1\""), eight = LabelOf(script, "\"8\"");
  EXPECT_GT(Screen(two, 0), Screen(one, 0));  // predicted as dog: the right column
  EXPECT_GT(Screen(two, 1), Screen(one, 1));  // cats: the upper row
  EXPECT_EQ(Screen(two, 1), Screen(eight, 1));
  EXPECT_THAT(LabelOf(script, "\"truth\""), HasSubstr("rotate by 90"));
  EXPECT_THAT(LabelOf(script, "\"prediction\""), Not(HasSubstr("rotate")));
}

TEST(MatrixPlotTest, AboveHalfOfTheMaximumNumbersAreWhite) {
  const PlotScript counts = MatrixPlotScript(TwoClasses(MatrixCells::kCounts));
  EXPECT_THAT(LabelOf(counts, "\"999\""), HasSubstr("textcolor rgb \"#FFFFFF\""));
  EXPECT_THAT(LabelOf(counts, "\"8\""), HasSubstr("textcolor rgb \"#262626\""));
  EXPECT_THAT(LabelOf(MatrixPlotScript(TwoClasses(MatrixCells::kRowPercents)), "\"80.0\""), HasSubstr("textcolor rgb \"#FFFFFF\""));
}

TEST(MatrixPlotTest, RowsSumTo100PerCent) {
  const PlotScript script = MatrixPlotScript(TwoClasses(MatrixCells::kRowPercents));
  for (const char* const number : {"\"80.0\"", "\"20.0\"", "\"0.1\"", "\"99.9\""})
    EXPECT_THAT(LabelOf(script, number), Not(IsEmpty())) << number;
}

TEST(MatrixPlotTest, OneOfManyIsNotRoundedToNone) {
  EXPECT_THAT(MatrixPlotScript({{}, {"a", "b"}, {9999, 1, 0, 5}, MatrixCells::kRowPercents}).commands,
              AllOf(HasSubstr("\"\\0740.1\""), HasSubstr("\"99.9\""), HasSubstr("\"100\"")));
}

TEST(MatrixPlotTest, EmptyCellsAndRowsHaveNoNumbers) {
  const PlotScript script = MatrixPlotScript({{}, {"a", "b"}, {5, 0, 0, 0}, MatrixCells::kRowPercents});
  EXPECT_THAT(LabelOf(script, "\"0"), HasSubstr("\"0 \\045\""));  // only that of the scale
  EXPECT_THAT(script.data, HasSubstr("$d0 << EOD\n0 0 "));
}

TEST(MatrixPlotTest, LargeCountsAreShort) {
  EXPECT_THAT(MatrixPlotScript({{}, {"a", "b"}, {1234, 56789, 7'000'000, 0}}).commands,
              AllOf(HasSubstr("\"1234\""), HasSubstr("\"56.8k\""), HasSubstr("\"7M\"")));
}

TEST(MatrixPlotTest, Above30ClassesThereAreColoursOnly) {
  EXPECT_THAT(MatrixPlotScript(SampleMatrix(30, MatrixCells::kCounts)).commands, HasSubstr("set label \"90\""));
  const PlotScript script = MatrixPlotScript(SampleMatrix(31, MatrixCells::kCounts));
  EXPECT_THAT(script.commands, AllOf(Not(HasSubstr("set label \"90\"")), HasSubstr("set label \"class 30\""), HasSubstr("with rgbimage")));
}

TEST(MatrixPlotTest, PagesStayReadableUpTo100Classes) {
  for (const size_t classes : {1, 2, 5, 12, 20, 30, 31, 60, 100}) {
    const PlotScript script = MatrixPlotScript(SampleMatrix(classes, MatrixCells::kRowPercents));
    EXPECT_LT(script.width_px, 1000) << classes;
    EXPECT_LT(script.height_px, 1000) << classes;
    EXPECT_THAT(script.commands, HasSubstr(absl::StrCat("set label \"class ", classes - 1, "\""))) << classes;
  }
}

TEST(MatrixPlotTest, LongNamesEndInAnEllipsis) {
  EXPECT_THAT(MatrixPlotScript({{}, {std::string(200, 'n'), "b"}, {1, 2, 3, 4}}).commands, HasSubstr("nnn…\""));
}

TEST(MatrixPlotTest, MoreThan100ClassesBecomeTheirLargestConfusions) {
  const PlotScript script = MatrixPlotScript(SampleMatrix(101, MatrixCells::kCounts));
  EXPECT_THAT(script.commands,
              AllOf(HasSubstr("101 classes are too many for a matrix"), HasSubstr("\"class 0 → class 1\""), Not(HasSubstr("rgbimage"))));
}

TEST(MatrixPlotTest, TheMostConfusedPairsAreSortedByWhatIsShown) {
  const MatrixPlot plot = {{}, {"a", "b", "c"}, {50, 9, 0, 1, 1, 0, 9, 3, 70}, MatrixCells::kCounts};
  const BarPlot counts = MostConfusedBars(plot, 3);
  EXPECT_THAT(counts.names, ElementsAre("a → b", "c → a", "c → b"));
  EXPECT_THAT(counts.series[0].values, ElementsAre(9, 9, 3));
  MatrixPlot percents = plot;
  percents.cells = MatrixCells::kRowPercents;
  EXPECT_THAT(MostConfusedBars(percents, 2).names, ElementsAre("b → a", "a → b"));
  EXPECT_THAT(MostConfusedBars(percents, 1).series[0].values, ElementsAre(50));
  EXPECT_THAT(MostConfusedBars({{}, {"a"}, {3}}).names, IsEmpty());
}

}  // namespace
}  // namespace mica
