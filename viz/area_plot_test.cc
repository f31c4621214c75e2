#include "viz/area_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace mica {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n');
}

std::string Repeated(absl::string_view part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text.append(part.data(), part.size());
  return text;
}

TEST(AreaPlotTest, WarmUpAndStepsAreSeen) {
  std::vector<double> rates;
  for (int step = 0; step < 160; ++step) rates.push_back(step < 40 ? 0.05 * (step + 1) / 40 : step < 100 ? 0.05 : 0.005);
  const std::string text = AreaPlot(rates, {{0, "1"}, {0.5, "2"}}, "epoch");
  const std::string full = Repeated("█", 30);
  EXPECT_EQ(text, "0.05 │                 ▂▅█" + full + "\n     │               ▃▆███" + full + "\n     │            ▂▅██████" + full +
                      "\n     │          ▃▆████████" + full + "\n     │       ▂▅███████████" + full + "\n     │     ▃▆█████████████" +
                      full + "\n     │  ▂▅████████████████" + full + "\n     │▃▆██████████████████" + full + Repeated("▆", 30) +
                      "\n   0 └┬" + Repeated("─", 39) + "┬" + Repeated("─", 39) +
                      "\n      1                                       2  epoch\n");
}

TEST(AreaPlotTest, APeakInManyValuesIsSeen) {
  std::vector<double> values(100'000, 0.25);
  values[70'000] = 1;
  const std::vector<std::string> lines = Lines(AreaPlot(values, {}, "step"));
  EXPECT_EQ(lines[0], "1 │" + std::string(56, ' ') + "█");
  EXPECT_EQ(lines[7], "  │" + Repeated("█", kPlotColumns));
}

TEST(AreaPlotTest, FewValuesAreStretched) {
  const std::vector<std::string> lines = Lines(AreaPlot({1, 0}, {}, "step"));
  EXPECT_EQ(lines[7], "  │" + Repeated("█", kPlotColumns / 2));
}

TEST(AreaPlotTest, ZerosAreEmptyAndAlmostZerosAreSeen) {
  EXPECT_THAT(AreaPlot({0}, {}, "step"), StartsWith("0 │\n  │\n"));
  EXPECT_THAT(AreaPlot({1, 1e-30}, {}, "step"), HasSubstr(Repeated("▁", kPlotColumns / 2)));
}

TEST(AreaPlotTest, LabelsDoNotRunIntoOneAnother) {
  EXPECT_THAT(AreaPlot({1}, {{0, "1000"}, {0.05, "2000"}, {0.1, "3000"}, {1, "9"}}, "step"),
              EndsWith("\n   1000    3000" + std::string(67, ' ') + "9  step\n"));
}

}  // namespace
}  // namespace mica
