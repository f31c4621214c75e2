#include "experiments/listing/run_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "experiments/compare/example_runs.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RunListingTest : public testing::Test {
 protected:
  RunListingTest() : folder_(absl::StrCat(testing::TempDir(), testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  std::vector<std::string> Names() const {
    const auto listing = ListRuns(folder_);
    std::vector<std::string> names;
    if (!listing.ok()) return {std::string(listing.status().message())};
    for (const ListedRun& run : listing->runs) names.push_back(run.name);
    return names;
  }

  const std::string folder_;
};

TEST_F(RunListingTest, FindsRunsAtAnyDepthButNotWithinRuns) {
  WriteExampleRunFolder(Path("tiny/b"), RunReport::FINISHED);
  WriteExampleRunFolder(Path("tiny/a"), RunReport::FINISHED);
  WriteExampleRunFolder(Path("old/2025/tiny/c"), RunReport::FINISHED);
  WriteExampleRunFolder(Path("tiny/a/checkpoints/copy"), RunReport::FINISHED);
  EXPECT_THAT(Names(), ElementsAre("old/2025/tiny/c", "tiny/a", "tiny/b"));
  const auto one = ListRuns(Path("tiny/a/"));
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(one->runs, SizeIs(1));
  EXPECT_EQ(one->runs[0].name, ".");
}

TEST_F(RunListingTest, AFinishedRunHasItsSummary) {
  WriteExampleRunFolder(Path("a"), RunReport::FINISHED);
  const auto listing = ListRuns(folder_);
  ASSERT_THAT(listing, IsOk());
  const ListedRun& run = listing->runs[0];
  EXPECT_EQ(run.state, RunReport::FINISHED);
  EXPECT_EQ(run.Text("state"), "finished");
  EXPECT_EQ(run.Number("accuracy"), 0.75);
  EXPECT_EQ(run.Text("accuracy"), run.Text("test_accuracy"));
  EXPECT_EQ(run.Text("split"), "test");
  EXPECT_EQ(run.Text("no_such_field"), "");
  int64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(Path("a"))) bytes += static_cast<int64_t>(entry.file_size());
  EXPECT_EQ(run.bytes, bytes);
  EXPECT_THAT(run.problems, IsEmpty());
}

TEST_F(RunListingTest, OfAnUnfinishedRunTheBestEpochSoFarCounts) {
  WriteExampleRunFolder(Path("a"), RunReport::INTERRUPTED);
  WriteExampleFile(Path("a"), "metrics.csv", "epoch,val_accuracy,test_accuracy\n1,0.5,\n2,0.75,\n3,0.7,\n4,0.9");
  const auto listing = ListRuns(folder_);
  ASSERT_THAT(listing, IsOk());
  EXPECT_EQ(listing->runs[0].Number("accuracy"), 0.75);
  EXPECT_EQ(listing->runs[0].Text("split"), "validation");
  EXPECT_EQ(listing->runs[0].Text("epochs"), "3") << "the fourth row is torn";
}

TEST_F(RunListingTest, DamagedRunsAreListedWithTheirProblems) {
  WriteExampleRunFolder(Path("a"), RunReport::FINISHED);
  WriteExampleRunFolder(Path("b"), RunReport::FINISHED);
  WriteExampleRunFolder(Path("c"), RunReport::FINISHED);
  std::filesystem::remove(Path("a/summary.csv"));
  WriteExampleFile(Path("b"), "run.textproto", "state: FINI");
  WriteExampleFile(Path("c"), "summary.csv", "experiment,test_accuracy\ntiny\n");
  const auto listing = ListRuns(folder_);
  ASSERT_THAT(listing, IsOk());
  ASSERT_THAT(listing->runs, SizeIs(3));
  EXPECT_THAT(listing->runs[0].problems, ElementsAre(HasSubstr("a/summary.csv: cannot open")));
  EXPECT_EQ(listing->runs[0].state, RunReport::FINISHED);
  EXPECT_THAT(listing->runs[1].problems, ElementsAre(HasSubstr("b/run.textproto:1:8")));
  EXPECT_EQ(listing->runs[1].state, RunReport::STATE_UNSPECIFIED);
  EXPECT_THAT(listing->runs[2].problems, ElementsAre(HasSubstr("c/summary.csv:2: 1 field,")));
}

TEST_F(RunListingTest, FoldersWithoutRunsAreTold) {
  std::filesystem::create_directories(folder_);
  EXPECT_THAT(ListRuns(folder_), Fails(ExitCode::kData, HasSubstr("holds no run; mica train makes some")));
  EXPECT_THAT(ListRuns(Path("none")), Fails(ExitCode::kData, HasSubstr("no such folder")));
  WriteExampleFile(folder_, "file", "x");
  EXPECT_THAT(ListRuns(Path("file")), Fails(ExitCode::kData, HasSubstr("is a file; expected a folder with runs")));
}

TEST_F(RunListingTest, LinksInCirclesDoNotMatter) {
  WriteExampleRunFolder(Path("a"), RunReport::FINISHED);
  std::filesystem::create_directory_symlink(folder_, Path("loop"));
  EXPECT_THAT(Names(), ElementsAre("a"));
}

}  // namespace
}  // namespace mica
