#include "base/files/report_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "base/error.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kNames[] = {"a.csv", "b.png"};

TEST(ReportFolderTest, TakesTheOlderReportsPlace) {
  const std::string folder = MakeTestFolder("report_folder") + "/made/x";
  ASSERT_THAT(WriteReportFolder(folder, {{"a.csv", "1"}, {"b.png", "2"}}, kNames, "mica test"), IsOk());
  ASSERT_THAT(WriteReportFolder(folder, {{"a.csv", "3"}}, kNames, "mica test"), IsOk());
  EXPECT_THAT(ReadFile(folder + "/a.csv"), IsOkAndHolds("3"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/b.png"));
}

TEST(ReportFolderTest, AFolderWithOtherThingsStays) {
  const std::string folder = MakeTestFolder("report_folder_other");
  WriteTestFile(folder + "/a.csv", "mine");
  WriteTestFile(folder + "/run", "");
  EXPECT_THAT(WriteReportFolder(folder, {{"a.csv", "1"}}, kNames, "mica test"),
              Fails(ExitCode::kOutput, HasSubstr("holds run, so it is no report of mica test")));
  EXPECT_THAT(ReadFile(folder + "/a.csv"), IsOkAndHolds("mine"));
}

TEST(ReportFolderTest, AFullDiskLeavesTheOlderReport) {
  const std::string folder = MakeTestFolder("report_folder_full") + "/x";
  ASSERT_THAT(WriteReportFolder(folder, {{"a.csv", "old"}}, kNames, "mica test"), IsOk());
  FakeFileCalls full;
  full.FailWritesAfter(10, ENOSPC);
  EXPECT_THAT(WriteReportFolder(folder, {{"a.csv", "new"}, {"b.png", "12345678"}}, kNames, "mica test", full),
              Fails(ExitCode::kOutput, HasSubstr("b.png")));
  EXPECT_THAT(ReadFile(folder + "/a.csv"), IsOkAndHolds("old"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(std::filesystem::path(folder).parent_path()), {}), 1);
}

}  // namespace
}  // namespace mica
