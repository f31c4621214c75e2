#include "eval/report/evaluation_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/files/sync_order.h"
#include "base/testing/status_matchers.h"
#include "eval/report/result_files.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

std::map<std::string, std::string> Tree(const std::string& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (!entry.is_directory()) tree[path.substr(folder.size() + 1)] = ReadFile(path).value();
  }
  return tree;
}

class EvaluationFolderTest : public testing::Test {
 protected:
  EvaluationFolderTest() {
    std::filesystem::remove_all(run_);
    std::filesystem::create_directories(run_);
    report_.set_experiment("x");
    report_.set_run("a");
    report_.set_checkpoint("step-000000018");
    report_.set_step(18);
    report_.set_split("test");
    report_.set_samples(predictions_.size());
  }

  absl::Status Write(FileCalls& calls = SystemFileCalls()) {
    return WriteEvaluation(run_ + "/evaluations/test", {report_, predictions_, index_}, calls);
  }

  const std::string run_ = testing::TempDir() + "evaluation_folder_test/run";
  const DatasetIndex index_ = ExampleIndex();
  const PredictionTable predictions_ = ExamplePredictions();
  EvaluationReport report_;
};

TEST_F(EvaluationFolderTest, HoldsTheResultsASummaryAndItsRecord) {
  ASSERT_THAT(Write(), IsOk());
  std::vector<std::string> names = {"test/summary.csv", "test/evaluation.textproto"};
  for (const ResultFile& file : ResultFiles(predictions_, index_, std::nullopt)) names.push_back("test/" + file.name);
  std::vector<std::string> found;
  for (const auto& [name, text] : Tree(run_ + "/evaluations")) found.push_back(name);
  EXPECT_THAT(found, UnorderedElementsAreArray(names));
  EXPECT_THAT(ReadFile(run_ + "/evaluations/test/evaluation.textproto").value(), HasSubstr("checkpoint: \"step-000000018\""));
}

TEST_F(EvaluationFolderTest, MetricsAreCalledAsInTheRunsOwnTables) {
  EXPECT_THAT(EvaluationSummaryCsv({report_, predictions_, index_}), HasSubstr("samples,device,test_loss,test_accuracy,"));
  report_.set_split("validation");
  EXPECT_THAT(EvaluationSummaryCsv({report_, predictions_, index_}), HasSubstr("samples,device,val_loss,val_accuracy,"));
  report_.set_split("train");
  EXPECT_THAT(EvaluationSummaryCsv({report_, predictions_, index_}), HasSubstr("samples,device,train_loss,train_accuracy,"));
}

// F7, F13: each call fails once. The older evaluation stays whole, and nothing lies beside it.
// After the exchange, the new evaluation is there instead.
TEST_F(EvaluationFolderTest, F7NoFailureLeavesAHalfWrittenEvaluation) {
  for (const FileCall call : {FileCall::kOpen, FileCall::kWrite, FileCall::kFsync, FileCall::kClose}) {
    for (int nth = 1;; ++nth) {
      report_.set_step(1);
      ASSERT_THAT(Write(), IsOk());
      const auto before = Tree(run_);
      report_.set_step(2);
      FakeFileCalls calls;
      calls.FailNth(call, nth, ENOSPC);

      const absl::Status status = Write(calls);

      if (calls.count(call) < nth) break;
      auto after = Tree(run_);
      const bool is_new = absl::StrContains(after["evaluations/test/evaluation.textproto"], "step: 2");
      EXPECT_EQ(after.size(), before.size()) << nth;
      if (status.ok() || is_new) continue;  // a folder's close, or its fsync after the exchange
      EXPECT_THAT(status, Fails(ExitCode::kOutput, HasSubstr("No space left")));
      EXPECT_EQ(after, before) << nth;
    }
  }
}

// F7: killed (-9) at any call.
TEST_F(EvaluationFolderTest, F7ADeathAtAnyCallLeavesTheOlderEvaluationOrTheNewOne) {
  const auto write_step = [&](int step, FileCalls& calls) {
    report_.set_step(step);
    return Write(calls);
  };
  FakeFileCalls counted;
  for (const int step : {1, 2}) ASSERT_THAT(write_step(step, counted), IsOk());
  const int calls_of_two = static_cast<int>(counted.records().size());
  const size_t files = Tree(run_ + "/evaluations/test").size();
  int wholes = 0;
  for (int nth = 1; nth <= calls_of_two; ++nth) {
    std::filesystem::remove_all(run_ + "/evaluations");
    const pid_t child = fork();
    if (child == 0) {
      FakeFileCalls calls;
      calls.DoNotSync();
      calls.DieAt(nth);
      for (const int step : {1, 2}) write_step(step, calls).IgnoreError();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), FakeFileCalls::kDied) << nth;
    if (!std::filesystem::exists(run_ + "/evaluations/test")) continue;
    ++wholes;
    EXPECT_EQ(Tree(run_ + "/evaluations/test").size(), files) << nth;
    EXPECT_THAT(ReadFile(run_ + "/evaluations/test/evaluation.textproto").value(), AnyOf(HasSubstr("step: 1"), HasSubstr("step: 2")));
  }
  EXPECT_GT(wholes, calls_of_two / 2);
}

// F7 where the power fails instead of the process, on file systems with and without an exchange of
// names.
TEST_F(EvaluationFolderTest, F7NothingReliesOnWhatAPowerCutCouldUndo) {
  for (const bool exchanges : {true, false}) {
    std::filesystem::remove_all(run_ + "/evaluations");
    FakeFileCalls calls;
    if (!exchanges) calls.FailNth(FileCall::kExchange, 1, EINVAL);
    for (int i = 0; i < 2; ++i) ASSERT_THAT(Write(calls), IsOk());
    EXPECT_EQ(calls.count(FileCall::kExchange), 1);
    EXPECT_THAT(SyncOrderProblems(calls.records(), run_), IsEmpty());
  }
}

}  // namespace
}  // namespace mica
