// The samples that cleanlab 2 finds in the tables of testdata/label_issues.txt.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "eval/metrics/label_issues.h"

namespace mica {
namespace {

constexpr double kParts = 1 << 20;

struct CleanlabCase {
  std::vector<JudgedSample> samples;
  std::vector<std::vector<int64_t>> joint;
  std::vector<bool> is_issue;
};

CleanlabCase ReadCase(std::ifstream& file, int count, int classes) {
  CleanlabCase found;
  found.joint.assign(classes, std::vector<int64_t>(classes));
  for (auto& row : found.joint) {
    for (int64_t& cell : row) file >> cell;
  }
  for (int i = 0; i < count; ++i) {
    JudgedSample sample;
    int is_issue = 0;
    file >> sample.label >> is_issue;
    for (int32_t c = 0; c < classes; ++c) {
      int64_t parts = 0;
      file >> parts;
      sample.probabilities.push_back({c, static_cast<double>(parts) / kParts});
    }
    found.samples.push_back(sample);
    found.is_issue.push_back(is_issue == 1);
  }
  return found;
}

TEST(LabelIssuesCleanlabTest, FindsTheSameSamplesAndJoint) {
  std::ifstream file("eval/metrics/testdata/label_issues.txt");
  std::string name;
  int count = 0, classes = 0, cases = 0;
  while (file >> name >> count >> classes) {
    const CleanlabCase expected = ReadCase(file, count, classes);
    ASSERT_TRUE(file.good()) << name;
    const LabelAudit audit = AuditLabels(expected.samples, classes);
    std::vector<bool> is_issue(count, false);
    for (const LabelIssue& issue : audit.issues) is_issue[issue.sample] = true;
    EXPECT_EQ(is_issue, expected.is_issue) << name;
    for (int32_t label = 0; label < classes; ++label) {
      for (int32_t of = 0; of < classes; ++of) {
        const auto cell = audit.joint[label].find(of);
        EXPECT_EQ(cell == audit.joint[label].end() ? 0 : cell->second, expected.joint[label][of]) << name << " " << label << " " << of;
      }
    }
    ++cases;
  }
  EXPECT_EQ(cases, 5);
}

}  // namespace
}  // namespace mica
