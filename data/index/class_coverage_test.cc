#include "data/index/class_coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Samples of classes with these names: for each split the labels.
DatasetIndex IndexOf(std::vector<std::string> names, const std::vector<std::vector<int>>& labels_of_splits) {
  DatasetIndex index;
  index.classes = ClassMap(std::move(names));
  for (size_t split = 0; split < labels_of_splits.size(); ++split) {
    for (const int label : labels_of_splits[split]) {
      ImageRecord record;
      record.label = label;
      record.split = kSplits[split];
      index.records.push_back(record);
    }
  }
  return index;
}

ClassCoverageOptions Options() {
  ClassCoverageOptions options;
  options.origin = "/data";
  options.begin_labels_at = [](int64_t first) { return absl::StrCat("set first_label: ", first); };
  return options;
}

TEST(ClassCoverageTest, FindsNothingWhereEveryClassIsEverywhere) {
  for (const auto& splits : {std::vector<std::vector<int>>{{0, 1}, {1, 0}, {0, 1}}, {{0, 1}, {}, {1, 0}}, {{0, 1}, {}, {}}}) {
    const SplitFindings findings = CheckClassCoverage(IndexOf({"cat", "dog"}, splits), Options());
    EXPECT_THAT(findings.problems, IsEmpty());
    EXPECT_THAT(findings.warnings, IsEmpty());
  }
}

TEST(ClassCoverageTest, LabelsFromOneLeaveClassZeroEmpty) {
  EXPECT_THAT(CheckClassCoverage(IndexOf({"0", "1", "2"}, {{1, 2}, {}, {1, 2}}), Options()).problems,
              ElementsAre("/data: no sample of class \"0\" (1 of 3); labels begin at 1: set first_label: 1, or set "
                          "dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, TheRemedyCountsFromTheFirstLabel) {
  ClassCoverageOptions options = Options();
  options.first_label = 1;
  EXPECT_THAT(CheckClassCoverage(IndexOf({"0", "1"}, {{1}, {}, {}}), options).problems,
              ElementsAre("/data: no sample of class \"0\" (1 of 2); labels begin at 2: set first_label: 2, or set "
                          "dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, AnOutlyingLabelMakesManyEmptyClasses) {
  std::vector<std::string> names;
  for (int i = 0; i < 256; ++i) names.push_back(std::to_string(i));
  EXPECT_THAT(CheckClassCoverage(IndexOf(names, {{0, 1, 2, 255}, {}, {}}), Options()).problems,
              ElementsAre("/data: no sample of classes \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\", \"11\", \"12\", … "
                          "(252 of 256); labels must go from 0 to the largest without gaps: correct them or name the classes, or set "
                          "dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, ANameTooManyIsAnEmptyClass) {
  ClassCoverageOptions options = Options();
  options.has_names = true;
  EXPECT_THAT(CheckClassCoverage(IndexOf({"name", "cat", "dog"}, {{0, 1}, {}, {}}), options).problems,
              ElementsAre("/data: no sample of class \"dog\" (1 of 3); remove names that no label has (is the first line of the names a "
                          "heading?), or set dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, TheRemedyIsThatOfTheSource) {
  ClassCoverageOptions options = Options();
  options.origin = "/da\nta";
  options.begin_labels_at = nullptr;
  options.empty_class_remedy = "take its column out";
  EXPECT_THAT(
      CheckClassCoverage(IndexOf({"cat", "dog"}, {{0}, {}, {}}), options).problems,
      ElementsAre("/da\\nta: no sample of class \"dog\" (1 of 2); take its column out, or set dataset { allow_empty_class: true }"));
  options.empty_class_remedy = "";
  EXPECT_THAT(CheckClassCoverage(IndexOf({"cat", "dog"}, {{0}, {}, {}}), options).problems,
              ElementsAre(testing::HasSubstr("; none of its samples can be used: mend them or take the class out of the labels, or set")));
}

TEST(ClassCoverageTest, AClassOfTestSamplesAloneCannotBeLearned) {
  EXPECT_THAT(CheckClassCoverage(IndexOf({"cat", "dog"}, {{0}, {}, {0, 1}}), Options()).problems,
              ElementsAre("/data: no training sample of class \"dog\" (1 of 2); it can never be learned from what is there: correct "
                          "the labels or divide the data otherwise, or set dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, ADrawnSplitMayTakeAllSamplesOfARareClass) {
  ClassCoverageOptions options = Options();
  options.is_drawn = true;
  EXPECT_THAT(CheckClassCoverage(IndexOf({"cat", "dog"}, {{0}, {0, 1, 1}, {}}), options).problems,
              ElementsAre("/data: no training sample of class \"dog\" (1 of 2); the validation or test split took them all: choose another "
                          "split_seed or smaller fractions, or set dataset { allow_empty_class: true }"));
}

TEST(ClassCoverageTest, AClassThatIsNotEvaluatedIsAWarning) {
  const SplitFindings findings = CheckClassCoverage(IndexOf({"cat", "dog"}, {{0, 1}, {0}, {1}}), Options());
  EXPECT_THAT(findings.problems, IsEmpty());
  EXPECT_THAT(
      findings.warnings,
      ElementsAre("/data: no validation sample of class \"dog\" (1 of 2); balanced_accuracy and the macro means of this split count "
                  "it as 0",
                  "/data: no test sample of class \"cat\" (1 of 2); balanced_accuracy and the macro means of this split count it as "
                  "0"));
}

TEST(ClassCoverageTest, AllowedEmptyClassesAreWarnings) {
  ClassCoverageOptions options = Options();
  options.allow_empty = true;
  const SplitFindings findings = CheckClassCoverage(IndexOf({"cat", "dog", "ox"}, {{0}, {}, {0, 1}}), options);
  EXPECT_THAT(findings.problems, IsEmpty());
  EXPECT_THAT(findings.warnings,
              ElementsAre("/data: no sample of class \"ox\" (1 of 3)", "/data: no training sample of class \"dog\" (1 of 3)"));
}

}  // namespace
}  // namespace mica
