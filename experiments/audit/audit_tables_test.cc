#include "experiments/audit/audit_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Nine cats and ten dogs are labelled right, one dog is called a cat.
AuditedRuns ExampleRuns() {
  AuditedRuns runs;
  runs.folders = {"/r/a"};
  runs.class_names = {"cat, grey", "dog"};
  for (int i = 0; i < 20; ++i) {
    const double dog = i < 9 ? .1 : .9;
    runs.judged.push_back({i < 10 ? 0 : 1, {{0, 1 - dog}, {1, dog}}});
    runs.ids.push_back(100 + i);
    runs.paths.push_back(absl::StrCat("/d/", i, ".jpg"));
  }
  return runs;
}

TEST(AuditTablesTest, FilesNameSuspectsAndSuggestions) {
  const AuditedRuns runs = ExampleRuns();
  const LabelAudit audit = AuditLabels(runs.judged, 2);
  ASSERT_EQ(audit.issues.size(), 1);
  EXPECT_THAT(LabelIssuesCsv(runs, audit),
              AllOf(HasSubstr("rank,id,path,label,label_name,suggestion,suggestion_name,self_confidence,margin\n"),
                    HasSubstr("1,109,/d/9.jpg,0,\"cat, grey\",1,dog,0.0")));
  EXPECT_EQ(LabelFixesCsv(runs, audit), "path,label_name,old_label_name\n/d/9.jpg,dog,\"cat, grey\"\n");
}

TEST(AuditTablesTest, TextTellsHowManyAreWrong) {
  AuditedRuns runs = ExampleRuns();
  const LabelAudit audit = AuditLabels(runs.judged, 2);
  const std::string text = LabelAuditText(runs, audit);
  EXPECT_THAT(text, AllOf(HasSubstr("estimated: 1 (5.00 %); suspects listed: 1"), HasSubstr("What is mixed up most"),
                          Not(HasSubstr("validation")), Not(HasSubstr("100 classes"))));
  runs.is_selected_by = true;
  EXPECT_THAT(LabelAuditText(runs, audit), HasSubstr("validation"));
}

TEST(AuditTablesTest, LinesFitIntoATerminal) {
  AuditedRuns runs = ExampleRuns();
  runs.class_names = {std::string(200, 'x'), "with\na line"};
  runs.class_names.resize(150, "other");
  runs.is_selected_by = true;
  for (const auto line : absl::StrSplit(LabelAuditText(runs, AuditLabels(runs.judged, 150)), '\n')) {
    EXPECT_LE(absl::string_view(line).size(), 104) << line;  // "…" has three bytes
  }
}

TEST(AuditTablesTest, WithoutSuspectsThereAreNoTables) {
  AuditedRuns runs = ExampleRuns();
  runs.judged[9].label = 1;
  const LabelAudit audit = AuditLabels(runs.judged, 2);
  EXPECT_THAT(LabelAuditText(runs, audit), AllOf(HasSubstr("suspects listed: 0"), Not(HasSubstr("mixed up"))));
}

}  // namespace
}  // namespace mica
