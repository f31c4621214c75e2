#include "eval/report/evaluation_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::Key;
using testing::UnorderedElementsAre;

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

TEST_F(EvaluationFolderTest, HoldsFiveFiles) {
  ASSERT_THAT(Write(), IsOk());
  EXPECT_THAT(Tree(run_ + "/evaluations"),
              UnorderedElementsAre(Key("test/summary.csv"), Key("test/per_class.csv"), Key("test/confusion_matrix.csv"),
                                   Key("test/predictions.csv"), Key("test/evaluation.textproto")));
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
      EXPECT_EQ(after.size(), 5) << nth;
      if (status.ok() || is_new) continue;  // a folder's close, or its fsync after the exchange
      EXPECT_THAT(status, Fails(ExitCode::kOutput, HasSubstr("No space left")));
      EXPECT_EQ(after, before) << nth;
    }
  }
}

}  // namespace
}  // namespace mica
