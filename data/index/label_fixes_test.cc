#include "data/index/label_fixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Four pictures /d/0.jpg … /d/3.jpg of classes cat, dog, cat, dog, and one without a label.
std::vector<DatasetPart> ExampleParts() {
  std::vector<DatasetPart> parts(2);
  for (int i = 0; i < 5; ++i) {
    SampleList& list = parts[i < 4 ? 0 : 1].samples;
    ImageRecord record;
    record.file = static_cast<int32_t>(list.files.size());
    record.label = i < 4 ? i % 2 : -1;
    list.files.emplace_back().path = absl::StrCat("/d/", i, ".jpg");
    list.records.push_back(record);
  }
  parts[1].split = Split::kUnlabelled;
  return parts;
}

const ClassMap& Classes() {
  static const auto* const classes = new ClassMap({"cat", "dog"});
  return *classes;
}

LabelFixes Fixes(const std::vector<std::pair<std::string, std::string>>& rows) {
  LabelFixes fixes{"/f.csv", {}};
  for (const auto& [path, name] : rows) fixes.fixes.push_back({path, name, absl::StrCat("/f.csv:", fixes.fixes.size() + 2)});
  return fixes;
}

std::vector<int32_t> LabelsOf(const std::vector<DatasetPart>& parts) {
  std::vector<int32_t> labels;
  for (const ImageRecord& record : parts[0].samples.records) labels.push_back(record.label);
  return labels;
}

TEST(ApplyLabelFixesTest, ChangesDropsAndCounts) {
  std::vector<DatasetPart> parts = ExampleParts();
  const FixedLabels fixed = ApplyLabelFixes(Fixes({{"/d/2.jpg", "dog"}, {"/d/0.jpg", ""}, {"/d/1.jpg", "dog"}}), Classes(), {}, &parts);
  EXPECT_THAT(fixed.problems, IsEmpty());
  EXPECT_THAT(LabelsOf(parts), ElementsAre(1, 1, 1));
  EXPECT_EQ(fixed.changed, 1);
  EXPECT_EQ(fixed.dropped, 1);
  EXPECT_EQ(fixed.unchanged, 1);
}

TEST(ApplyLabelFixesTest, TheFingerprintIsThatOfTheChanges) {
  const auto fingerprint = [](const std::vector<std::pair<std::string, std::string>>& rows) {
    std::vector<DatasetPart> parts = ExampleParts();
    return ApplyLabelFixes(Fixes(rows), Classes(), {}, &parts).fingerprint;
  };
  EXPECT_EQ(fingerprint({}), 0);
  EXPECT_EQ(fingerprint({{"/d/1.jpg", "dog"}}), 0);
  EXPECT_NE(fingerprint({{"/d/1.jpg", "cat"}}), fingerprint({{"/d/3.jpg", "cat"}}));
  EXPECT_NE(fingerprint({{"/d/1.jpg", "cat"}}), fingerprint({{"/d/1.jpg", ""}}));
  EXPECT_EQ(fingerprint({{"/d/1.jpg", "cat"}, {"/d/2.jpg", ""}}), fingerprint({{"/d/2.jpg", ""}, {"/d/1.jpg", "cat"}}))
      << "the order of the file does not matter";
}

TEST(ApplyLabelFixesTest, EveryBadEntryIsNamedAndNothingIsChanged) {
  std::vector<DatasetPart> parts = ExampleParts();
  const FixedLabels fixed =
      ApplyLabelFixes(Fixes({{"/d/0.jpg", "dog"}, {"/d/1.jpg", "cta"}, {"/d/9.jpg", "cat"}, {"/d/4.jpg", "cat"}}), Classes(), {}, &parts);
  EXPECT_THAT(fixed.problems, ElementsAre(HasSubstr("/f.csv:3: there is no class \"cta\"; did you mean \"cat\"?"),
                                          HasSubstr("/f.csv:4: no labelled sample has the path \"/d/9.jpg\""),
                                          HasSubstr("/f.csv:5: no labelled sample has the path \"/d/4.jpg\"")));
  EXPECT_THAT(LabelsOf(parts), ElementsAre(0, 1, 0, 1));
}

TEST(ApplyLabelFixesTest, SamplesThatAreLeftOutAreNoProblem) {
  std::vector<DatasetPart> parts = ExampleParts();
  EXPECT_THAT(ApplyLabelFixes(Fixes({{"/d/bad.jpg", "cat"}}), Classes(), {"/d/bad.jpg"}, &parts).problems, IsEmpty());
}

TEST(ReadLabelFixesTest, ReadsOtherColumnsTooAndNamesLines) {
  const std::string file = MakeTestFolder("label_fixes") + "/fixes.csv";
  WriteTestFile(file, "path,label_name,note\n\"/d/a,b.jpg\",dog,seen\n/d/c.jpg,,blurred\n");
  const absl::StatusOr<LabelFixes> fixes = ReadLabelFixes(file);
  ASSERT_THAT(fixes, IsOk());
  ASSERT_EQ(fixes->fixes.size(), 2);
  EXPECT_EQ(fixes->fixes[0].path, "/d/a,b.jpg");
  EXPECT_EQ(fixes->fixes[1].label_name, "");
  EXPECT_EQ(fixes->fixes[1].place, file + ":3");

  WriteTestFile(file, "path,label_name\n/d/a.jpg,dog\n/d/a.jpg,cat\n");
  EXPECT_THAT(ReadLabelFixes(file), Fails(ExitCode::kData, HasSubstr("fixes.csv:3: path \"/d/a.jpg\" stands twice")));
  WriteTestFile(file, "path,label\n");
  EXPECT_THAT(ReadLabelFixes(file), Fails(ExitCode::kData, HasSubstr("label_name")));
  EXPECT_THAT(ReadLabelFixes(file + ".gone"), Fails(ExitCode::kData, HasSubstr("fixes.csv.gone")));
}

}  // namespace
}  // namespace mica
