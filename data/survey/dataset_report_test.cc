#include "data/survey/dataset_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/csv_reader.h"
#include "base/files/fake_file_calls.h"
#include "base/files/sync_order.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/survey/examination_example.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DatasetExamination Example() {
  DatasetExamination examination = ExampleExamination({"cat, \"black\"", "dog"});
  AddExample({"a\nb.jpg", 0, Split::kTrain, 0x1234}, &examination);
  AddExample({"dog.jpg", 1, Split::kTest, 0x1234}, &examination);
  AddExample({"page.jpg", -1, Split::kUnlabelled}, &examination) = PictureFacts();
  AddExampleProblem(2, {PictureFault::kNotAPicture, false, "is a web page; download the file itself"}, &examination);
  examination.draft.index.groups = {"p7"};
  examination.draft.index.records[1].group = 0;
  return examination;
}

TEST(DatasetReportTest, ARowASample) {
  const DatasetExamination examination = Example();
  const std::vector<Finding> findings = FindEverything(DatasetConfig(), examination);
  EXPECT_EQ(IndexCsv(examination, findings),
            "id,path,offset,split,label,class,width,height,format,colour,hash,group,problems\n"
            "0,\"/d/a\nb.jpg\",0,train,0,\"cat, \"\"black\"\"\",40,30,JPEG,RGB,0000000000001234,,\n"
            "1,/d/dog.jpg,0,test,1,dog,40,30,JPEG,RGB,0000000000001234,p7,conflicting labels; leak\n"
            "2,/d/page.jpg,0,unlabelled,,,,,,,,,unusable\n");
  EXPECT_EQ(Quarantine(examination), "/d/page.jpg\n");
}

TEST(DatasetReportTest, ARowAFinding) {
  const DatasetExamination examination = Example();
  const std::string csv = ProblemsCsv(examination, FindEverything(DatasetConfig(), examination));
  const auto table = ParseCsv(csv, "problems.csv", {"kind", "severity", "path", "other_path", "remedy"});
  ASSERT_THAT(table, IsOk());
  std::vector<std::string> kinds;
  for (size_t row = 0; row < table->size(); ++row) kinds.push_back(table->Text(row, "kind"));
  EXPECT_THAT(kinds, ElementsAre("dataset", "dataset", "unusable", "conflicting labels", "leak"));
  EXPECT_EQ(table->Text(2, "remedy"), "download the file itself");
  EXPECT_EQ(table->Text(4, "severity"), "error");
  EXPECT_EQ(table->Text(4, "path"), "/d/dog.jpg");
  EXPECT_EQ(table->Text(4, "other_path"), "/d/a\nb.jpg");
}

TEST(DatasetReportTest, TheFolderAppearsWholeAndReplacesAnOlderOne) {
  const std::string root = MakeTestFolder("dataset_report");
  const std::string folder = root + "/index/x";
  const DatasetExamination examination = Example();
  FakeFileCalls calls;
  ASSERT_THAT(WriteDatasetReport(folder, examination, {}, calls), IsOk());
  EXPECT_THAT(SyncOrderProblems(calls.records(), root), IsEmpty());
  WriteTestFile(folder + "/index.csv", "old");
  ASSERT_THAT(WriteDatasetReport(folder, examination, {}), IsOk());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("index.csv", "problems.csv", "quarantine.txt"));
}

TEST(DatasetReportTest, AFolderThatIsNoReportStays) {
  const std::string folder = MakeTestFolder("dataset_report_runs");
  WriteTestFile(folder + "/run", "");
  EXPECT_THAT(WriteDatasetReport(folder, Example(), {}),
              Fails(ExitCode::kOutput, HasSubstr("holds run, so it is no report of mica index")));
  EXPECT_TRUE(std::filesystem::exists(folder + "/run"));
}

TEST(DatasetReportTest, AFullDiskLeavesTheOlderOne) {
  const std::string folder = MakeTestFolder("dataset_report_full") + "/x";
  ASSERT_THAT(WriteDatasetReport(folder, Example(), {}), IsOk());
  FakeFileCalls full;
  full.FailWritesAfter(50, ENOSPC);
  EXPECT_THAT(WriteDatasetReport(folder, ExampleExamination({"a", "b"}), {}, full), Fails(ExitCode::kOutput, HasSubstr("index.csv")));
  EXPECT_THAT(*ReadFile(folder + "/quarantine.txt"), "/d/page.jpg\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(std::filesystem::path(folder).parent_path()), {}), 1);
}

}  // namespace
}  // namespace mica
