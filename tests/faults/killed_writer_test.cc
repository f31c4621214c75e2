// F4 to F8 and F13 to F16 in one process: what a run writes, through file calls that die, fail or fall short at each place. It is what
// kill_test and error_test do with the binary, at more places (inside a write) and without strace.
#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/fake_file_calls.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "data/index/idx_test_files.h"
#include "eval/report/run_example.h"
#include "eval/report/run_folder.h"
#include "tests/faults/fault_run.h"
#include "tests/integration/run_files.h"
#include "training/checkpoint/checkpoint_store.h"

namespace mica {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr int kEpochs = 3;
constexpr char kExperimentText[] = "name: \"tiny\"\n";

CheckpointContents ContentsOf(int64_t step) {
  CheckpointContents contents;
  contents.files = {{kModelFile, {{"linear.weight", at::full({3, 4}, static_cast<double>(step))}, {"linear.bias", at::ones({3})}}},
                    {kOptimizerFile, {{"momentum.linear.weight", at::zeros({3, 4})}}}};
  contents.manifest.set_step(step);
  return contents;
}

// As experiments/runner does it: checkpoints after each epoch, `best` at the first two, the tables in the end.
absl::Status WriteCheckpoint(CheckpointStore& store, int64_t epoch) {
  const int64_t best = std::min<int64_t>(epoch, 2);
  if (!store.Has(epoch)) MICA_RETURN_IF_ERROR(store.Save(ContentsOf(epoch)));
  MICA_RETURN_IF_ERROR(store.Point("latest", epoch));
  if (best == epoch) MICA_RETURN_IF_ERROR(store.Point("best", epoch));
  return store.Prune({epoch, best});
}

absl::Status WriteRun(const std::string& output_dir, FileCalls& calls) {
  const DatasetIndex index = ExampleIndex();
  const PredictionTable predictions = ExamplePredictions();
  const ConfusionMatrix matrix(predictions);
  RunReport report;
  report.set_state(RunReport::RUNNING);
  MICA_ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> run, RunFolder::Create({output_dir, "tiny", "a", ExampleMetricsColumns()}, calls));
  MICA_RETURN_IF_ERROR(run->WriteExperiment(kExperimentText));
  MICA_RETURN_IF_ERROR(run->WriteClassMap(index));
  MICA_RETURN_IF_ERROR(run->WriteRunReport(report));
  CheckpointStore store(run->path() + "/checkpoints", calls);
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    run->Log(absl::StrCat("epoch=", epoch));
    MICA_RETURN_IF_ERROR(run->AppendMetrics(ExampleMetricsRow(epoch)));
    MICA_RETURN_IF_ERROR(WriteCheckpoint(store, epoch));
  }
  MICA_RETURN_IF_ERROR(run->WritePerClass(matrix, index.classes));
  MICA_RETURN_IF_ERROR(run->WriteConfusionMatrix(matrix, index.classes));
  MICA_RETURN_IF_ERROR(run->WritePredictions(predictions, index));
  MICA_RETURN_IF_ERROR(run->WriteSummary(ExampleSummary()));
  report.set_state(RunReport::FINISHED);
  return run->WriteRunReport(report);
}

// Each test has an output folder that is made anew for each run, and a whole run to compare with.
class KilledWriterTest : public testing::Test {
 protected:
  KilledWriterTest() : folder_(MakeTestFolder(testing::UnitTest::GetInstance()->current_test_info()->name())) {
    EXPECT_THAT(WriteRun(GoldenDir(), golden_calls_), IsOk());
    EXPECT_THAT(ExpectWhole(GoldenDir()), IsEmpty());
  }

  std::string GoldenDir() const { return folder_ + "/golden"; }
  std::string OutputDir() const { return folder_ + "/runs"; }
  void Clear() const { fs::remove_all(OutputDir()); }
  int CallsOfARun() const { return static_cast<int>(golden_calls_.log().size()); }

  // What stands at its final name is as in the golden run, or, where it grows or is replaced, as that once was. Returns the other names.
  std::vector<std::string> ExpectWhole(const std::string& output_dir) const {
    std::vector<std::string> on_their_way;
    const std::string run = output_dir + "/tiny/a";
    if (!fs::exists(run)) return on_their_way;
    for (const std::string& name : FilesBelow(run)) {
      if (absl::StartsWith(name, "checkpoints/") || name == "log.txt") continue;
      const std::string text = ReadTestFile(absl::StrCat(run, "/", name));
      if (absl::StrContains(name, ".tmp.")) {
        on_their_way.push_back(name);
      } else if (name == "metrics.csv") {
        EXPECT_THAT(ReadTestFile(GoldenDir() + "/tiny/a/metrics.csv"), StartsWith(text));
      } else if (name == "run.textproto") {
        EXPECT_THAT(ReadTextproto<RunReport>(absl::StrCat(run, "/", name)).state(), AnyOf(RunReport::RUNNING, RunReport::FINISHED));
      } else {
        EXPECT_EQ(text, ReadTestFile(absl::StrCat(GoldenDir(), "/tiny/a/", name))) << name;
      }
    }
    if (!fs::exists(run + "/checkpoints")) return on_their_way;
    const std::vector<std::string> checkpoints = ExpectWholeCheckpoints(run + "/checkpoints");
    on_their_way.insert(on_their_way.end(), checkpoints.begin(), checkpoints.end());
    return on_their_way;
  }

 private:
  const std::string folder_;
  FakeFileCalls golden_calls_;
};

// F4, F5, F6, F8.
TEST_F(KilledWriterTest, AtAnyCallAndInsideAnyWriteLeavesOnlyWholeFiles) {
  const auto write_and_die = [&](int nth, size_t torn_bytes) {
    FakeFileCalls calls;
    calls.DoNotSync();
    calls.DieAt(nth, torn_bytes);
    _exit(WriteRun(OutputDir(), calls).ok() ? 0 : 1);
  };
  ASSERT_GT(CallsOfARun(), 150);
  for (int nth = 1; nth <= CallsOfARun(); ++nth) {
    for (const size_t torn_bytes : {0, 7}) {
      SCOPED_TRACE(absl::StrCat("died at call ", nth, " of ", CallsOfARun(), ", ", torn_bytes, " bytes of a write taken"));
      Clear();
      ASSERT_EXIT(write_and_die(nth, torn_bytes), testing::ExitedWithCode(FakeFileCalls::kDied), "");
      EXPECT_LE(ExpectWhole(OutputDir()).size(), 1u);
      ASSERT_FALSE(HasFailure());
    }
  }
}

// F13, F15: of the many files of a run one call fails, whichever.
TEST_F(KilledWriterTest, AnyErrorAtAnyCallLeavesOnlyWholeFiles) {
  for (const int error : {ENOSPC, EIO}) {
    for (const FileCall call :
         {FileCall::kOpen, FileCall::kWrite, FileCall::kFsync, FileCall::kClose, FileCall::kRename, FileCall::kMkdir}) {
      for (int nth = 1;; ++nth) {
        SCOPED_TRACE(absl::StrCat(strerrorname_np(error), " at call ", nth, " of kind ", static_cast<int>(call)));
        Clear();
        FakeFileCalls calls;
        calls.DoNotSync();
        calls.FailNth(call, nth, error);
        const absl::Status status = WriteRun(OutputDir(), calls);
        if (calls.count(call) < nth) break;  // there are no more
        if (!status.ok()) {
          EXPECT_THAT(status, Fails(ExitCode::kOutput, testing::HasSubstr(strerror(error))));
        }
        EXPECT_THAT(ExpectWhole(OutputDir()), IsEmpty());
        EXPECT_EQ(calls.open_files(), 0);
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

TEST_F(KilledWriterTest, ShortWritesMakeNoDifference) {
  for (const size_t bytes : {1, 7, 100}) {
    Clear();
    FakeFileCalls calls;
    calls.ShortenWrites(bytes);
    ASSERT_THAT(WriteRun(OutputDir(), calls), IsOk());
    EXPECT_THAT(ExpectWhole(OutputDir()), IsEmpty());
    EXPECT_EQ(ReadTestFile(OutputDir() + "/tiny/a/metrics.csv"), ReadTestFile(GoldenDir() + "/tiny/a/metrics.csv"));
  }
}

// F13: at bytes all over what a run writes. The disk stays full, so the run ends there.
TEST_F(KilledWriterTest, ADiskThatRunsFullLeavesOnlyWholeFiles) {
  for (size_t room = 0;; room += 29) {
    SCOPED_TRACE(room);
    Clear();
    FakeFileCalls calls;
    calls.DoNotSync();
    calls.FailWritesAfter(room, ENOSPC);
    const absl::Status status = WriteRun(OutputDir(), calls);
    EXPECT_THAT(ExpectWhole(OutputDir()), IsEmpty());
    ASSERT_FALSE(HasFailure());
    if (status.ok()) break;
    EXPECT_THAT(status, Fails(ExitCode::kOutput, testing::HasSubstr("No space left on device")));
  }
}

}  // namespace
}  // namespace mica
