#include "viz/plot/reliability_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ReliabilityPlotTest, GapsReachFromTheAccuracyToTheConfidence) {
  const ReliabilityPlot plot = {{}, {{0, 0.5, 10, 0.25, 0.5}, {0.5, 1, 30, 1, 0.75}}};
  const PlotScript script = ReliabilityPlotScript(plot);
  EXPECT_THAT(script.data, AllOf(HasSubstr("$d0 << EOD\n0.25 0 0.015 0.485 0 0.5\n0.75 0 0.515 0.985 0 0.75\nEOD"),  // accuracy
                                 HasSubstr("$d1 << EOD\n0.75 0.75 0.515 0.985 0.75 1\nEOD"),                         // too sure
                                 HasSubstr("$d2 << EOD\n0.25 0.25 0.015 0.485 0.25 0.5\nEOD"),                       // not sure enough
                                 HasSubstr("$d3 << EOD\n0 0\n1 1\nEOD"),                                             // the diagonal
                                 HasSubstr("$d4 << EOD\n0.25 0 0.015 0.485 0 25\n0.75 0 0.515 0.985 0 75\nEOD")));   // per cent
}

TEST(ReliabilityPlotTest, EmptyBinsAreNotDrawn) {
  const ReliabilityPlot plot = {{}, {{0, 0.5, 0, 0.25, 0.5}, {0.5, 1, 3, 0.75, 0.75}}};
  EXPECT_THAT(ReliabilityPlotScript(plot).data, HasSubstr("$d0 << EOD\n0.75 0 0.515 0.985 0 0.75\nEOD"));
}

TEST(ReliabilityPlotTest, WithoutSamplesItSaysSo) {
  EXPECT_THAT(ReliabilityPlotScript({}).commands, HasSubstr("\"no data\""));
}

}  // namespace
}  // namespace mica
