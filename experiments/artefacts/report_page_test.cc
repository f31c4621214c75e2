#include "experiments/artefacts/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing/test_files.h"
#include "experiments/artefacts/example_run_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSections[] = {"figures",     "curves", "matrix",      "classes",  "errors",      "samples",
                                     "calibration", "slices", "data-report", "settings", "environment", "repeat"};

// What stands before the scripts.
std::string BodyOf(const std::string& page) {
  return page.substr(0, page.find("<script type=\"application/json\""));
}

RunFiles ExampleFiles(RunReport::State state) {
  return ReadRunFiles(WriteExampleRun("run", state)).value();
}

void ExpectEverySection(const std::string& page) {
  for (const std::string section : kSections) {
    EXPECT_THAT(page, HasSubstr(absl::StrCat("<section id=\"", section, "\""))) << section;
    EXPECT_THAT(page, HasSubstr(absl::StrCat("href=\"#", section, "\""))) << section;
  }
}

TEST(ReportPageTest, AFinishedRunHasEverySection) {
  const std::string body = BodyOf(ReportPage(ExampleFiles(RunReport::FINISHED), "mica train 'x y'"));
  ExpectEverySection(body);
  EXPECT_THAT(body, HasSubstr("75.0 %"));                                                  // accuracy
  EXPECT_THAT(body, HasSubstr("30.1 % to 95.4 %"));                                        // its interval
  EXPECT_THAT(body, HasSubstr("largest class 50.0 %"));                                    // its baseline
  EXPECT_THAT(body, HasSubstr("data-cell=\"0,1,1\" data-count=\"1\" data-share=\"50\""));  // a cell
  EXPECT_THAT(body, HasSubstr("mica train &#39;x y&#39;"));
  EXPECT_THAT(body, HasSubstr("<code>optimizer.sgd.learning_rate</code>"));
  EXPECT_THAT(body, Not(HasSubstr("What could not be shown")));
}

TEST(ReportPageTest, AnUnfinishedRunSaysWhatIsNotThereYet) {
  const std::string body = BodyOf(ReportPage(ExampleFiles(RunReport::INTERRUPTED), "mica train x"));
  ExpectEverySection(body);
  EXPECT_THAT(body, AllOf(HasSubstr("There is no confusion matrix: the run has not finished."), HasSubstr("data-plot=\"loss\"")));
}

TEST(ReportPageTest, EveryTableCanBeMissing) {
  const RunFiles whole = ExampleFiles(RunReport::FINISHED);
  for (const auto& [name, table] : whole.tables) {
    RunFiles run = whole;
    run.tables.erase(name);
    run.problems = {absl::StrCat("/r/", name, ": is missing")};
    const std::string body = BodyOf(ReportPage(run, ""));
    ExpectEverySection(body);
    EXPECT_THAT(body, AllOf(HasSubstr("What could not be shown"), HasSubstr(absl::StrCat("/r/", name)))) << name;
  }
  ExpectEverySection(ReportPage(RunFiles(), ""));
}

TEST(ReportPageTest, TablesWithoutRowsAreAsMissingOnes) {
  RunFiles run = ExampleFiles(RunReport::FINISHED);
  for (auto& [name, table] : run.tables) {
    std::vector<RunTable::Column> columns = table.columns();
    for (RunTable::Column& column : columns) column.texts.clear();
    table = RunTable(0, std::move(columns));
  }
  ExpectEverySection(BodyOf(ReportPage(run, "")));
}

// Wherever a name of the data or of the user may stand.
TEST(ReportPageTest, NamesAreTextEverywhere) {
  const std::string hostile = "<script>alert(1)</script>\" onload='x' \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xf0\x9f\x90\xb1";
  RunFiles run = ExampleFiles(RunReport::FINISHED);
  for (auto& [file, table] : run.tables) {
    std::vector<RunTable::Column> columns = table.columns();
    for (RunTable::Column& column : columns) {
      for (std::string& text : column.texts) text = absl::StrReplaceAll(text, {{"shirt, long", hostile}});
      if (column.name == "learning_rate") column.texts[0] = hostile;
      column.name = absl::StrReplaceAll(column.name, {{"shirt, long", hostile}});
    }
    table = RunTable(table.size(), std::move(columns));
  }
  run.class_names[0] = run.folder = hostile;
  run.record->report.set_experiment(hostile);
  run.record->report.set_host(hostile);
  run.record->report.set_reported_split(hostile);
  run.record->report.mutable_calibration()->set_temperature(2);
  run.experiment->set_name(hostile);
  run.problems = {hostile};
  const std::string page = ReportPage(run, hostile);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(BodyOf(page), Not(HasSubstr("\" onload")));
  EXPECT_THAT(page, HasSubstr("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload"));
}

TEST(ReportPageTest, AThousandClassesHaveTheirMostConfusedPairs) {
  RunFiles run = ExampleFiles(RunReport::FINISHED);
  std::vector<RunTable::Column> columns(1001);
  for (int i = 0; i < 1000; ++i) {
    columns[0].texts.push_back(absl::StrCat("class ", i));
    columns[i + 1] = {absl::StrCat("class ", i), std::vector<std::string>(1000, "0")};
  }
  run.tables.at("confusion_matrix.csv") = RunTable(1000, std::move(columns));
  const std::string page = ReportPage(run, "");
  EXPECT_THAT(page, AllOf(HasSubstr("1000 classes are too many for a matrix"), Not(HasSubstr("<table class=\"matrix"))));
  EXPECT_LT(page.size(), 1'000'000u);
}

}  // namespace
}  // namespace mica
