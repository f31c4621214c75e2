// Every metric against scikit-learn, torchmetrics and scipy (testdata/make_reference_metrics.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <string>

#include "eval/metrics/calibration.h"
#include "eval/metrics/metric_set.h"
#include "eval/metrics/reference_tables.h"

namespace mica {
namespace {

const ReferenceCase kCases[] = {
    {"ten_classes", 1000, 10, 10, 1000, 0},
    {"tied", 500, 5, 5, 17, 0},
    {"two_classes", 400, 2, 2, 400, 0},
    {"empty_classes", 300, 8, 5, 300, 0},
    {"unlabelled", 300, 6, 6, 300, 4},
    {"tied_two_classes", 200, 2, 2, 6, 0},
    {"thousand_classes", 10000, 1000, 1000, 10000, 0},
};

std::map<std::string, double> ReadExpected(const std::string& name) {
  std::ifstream file("eval/metrics/testdata/reference_metrics.txt");
  std::map<std::string, double> expected;
  std::string of, metric;
  for (double value = 0; file >> of >> metric >> value;) {
    if (of == name) expected[metric] = value;
  }
  return expected;
}

class ReferenceMetricsTest : public testing::TestWithParam<ReferenceCase> {};
INSTANTIATE_TEST_SUITE_P(Tables, ReferenceMetricsTest, testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

TEST_P(ReferenceMetricsTest, AgreeWithOtherLibraries) {
  const PredictionTable table = ReferenceTable(GetParam());
  std::map<std::string, double> expected = ReadExpected(GetParam().name);
  ASSERT_GE(expected.size(), 20);
  const absl::StatusOr<double> temperature = FitTemperature(table);
  ASSERT_TRUE(temperature.ok()) << temperature.status();
  EXPECT_NEAR(*temperature / expected.at("temperature"), 1, 1e-6);
  expected.erase("temperature");

  std::vector<std::string> names;
  for (const auto& [name, value] : expected) names.push_back(name);
  const MetricSet metrics = ComputeMetrics(table, names);
  for (const auto& [name, value] : expected) EXPECT_NEAR(metrics.Get(name), value, 1e-6) << name;
}

}  // namespace
}  // namespace mica
