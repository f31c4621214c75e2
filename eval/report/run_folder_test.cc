#include "eval/report/run_folder.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <string.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// The output folder and the experiment's folder. Their names are synced if they are new.
constexpr int kOpensOfNewFolders = 2;

class RunFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    // Names of parameterised tests hold a slash.
    const std::string test = absl::StrReplaceAll(testing::UnitTest::GetInstance()->current_test_info()->name(), {{"/", "_"}});
    output_dir_ = absl::StrCat(testing::TempDir(), "/", test, ".", getpid());
    std::filesystem::remove_all(output_dir_);
  }
  void TearDown() override { std::filesystem::remove_all(output_dir_); }

  RunFolder::Options Named(const std::string& run_name) const { return {output_dir_, "tiny", run_name, ExampleMetricsColumns()}; }
  std::string PathOf(const std::string& name) const { return absl::StrCat(output_dir_, "/tiny/first/", name); }
  std::unique_ptr<RunFolder> MakeRun() {
    auto run = RunFolder::Create(Named("first"), calls_);
    EXPECT_THAT(run, IsOk());
    return *std::move(run);
  }
  std::string TextOf(const std::string& name) const {
    const auto text = ReadFile(PathOf(name));
    EXPECT_THAT(text, IsOk());
    return text.value_or("");
  }
  static std::set<std::string> NamesIn(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
    return names;
  }

  std::string output_dir_;
  FakeFileCalls calls_;
};

TEST_F(RunFolderTest, StartsWithTheHeaderOfTheMetricsAndALog) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  EXPECT_EQ(run->run(), "first");
  EXPECT_EQ(run->path(), output_dir_ + "/tiny/first");
  EXPECT_EQ(TextOf("metrics.csv"), "epoch,train_loss,val_loss\n");
  EXPECT_EQ(TextOf("log.txt"), "");
}

TEST_F(RunFolderTest, WritesEveryFile) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  const DatasetIndex index = ExampleIndex();
  ASSERT_THAT(run->WriteExperiment("name: \"tiny\"\n"), IsOk());
  ASSERT_THAT(run->WriteRunReport(RunReport()), IsOk());
  ASSERT_THAT(run->WriteClassMap(index), IsOk());
  ASSERT_THAT(run->WriteSummary(ExampleSummary()), IsOk());
  ASSERT_THAT(run->WriteResults({ResultFile{"per_class.csv", "a\n"}, ResultFile{"curves.csv", "b\n"}}), IsOk());
  EXPECT_THAT(NamesIn(run->path()), UnorderedElementsAre("class_map.csv", "curves.csv", "experiment.textproto", "log.txt", "metrics.csv",
                                                         "per_class.csv", "run.textproto", "summary.csv"));
  EXPECT_EQ(TextOf("experiment.textproto"), "name: \"tiny\"\n");
  EXPECT_EQ(TextOf("class_map.csv"), ClassMapCsv(index));
  EXPECT_EQ(TextOf("summary.csv"), SummaryCsv(ExampleSummary()));
  EXPECT_EQ(TextOf("per_class.csv"), "a\n");
  EXPECT_EQ(TextOf("curves.csv"), "b\n");
}

TEST_F(RunFolderTest, TheRunReportReadsBack) {
  RunReport report;
  report.set_state(RunReport::FAILED);
  report.set_failure("two\nlines: \"käse\"");
  report.set_seed(18446744073709551615u);
  report.set_train_seconds(1.0 / 3);
  ASSERT_THAT(MakeRun()->WriteRunReport(report), IsOk());
  const std::string text = TextOf("run.textproto");
  EXPECT_THAT(text, StartsWith("# proto-file: eval/report/run_report.proto\n# proto-message: mica.RunReport\nstate: FAILED\n"));
  EXPECT_THAT(text, HasSubstr("käse"));
  RunReport read;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &read));
  EXPECT_EQ(read.SerializeAsString(), report.SerializeAsString());
}

TEST_F(RunFolderTest, MetricsGrowByOneWriteARow) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  const int before = calls_.count(FileCall::kWrite);
  ASSERT_THAT(run->AppendMetrics(ExampleMetricsRow(1)), IsOk());
  ASSERT_THAT(run->AppendMetrics(ExampleMetricsRow(1)), IsOk());
  EXPECT_EQ(calls_.count(FileCall::kWrite) - before, 2);
  EXPECT_EQ(TextOf("metrics.csv"), "epoch,train_loss,val_loss\n1,0.59,\n1,0.59,\n");
}

TEST_F(RunFolderTest, LogLinesCarryTheTimeInUtc) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  run->Log("epoch=1 loss=0.5");
  EXPECT_THAT(TextOf("log.txt"),
              MatchesRegex("[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9][0-9][0-9]Z epoch=1 loss=0\\.5\n"));
}

// Names of runs.

TEST_F(RunFolderTest, AGivenNameThatExistsIsRefused) {
  MakeRun();
  const std::set<std::string> before = NamesIn(output_dir_ + "/tiny/first");
  EXPECT_THAT(RunFolder::Create(Named("first")),
              Fails(ExitCode::kOutput, AllOf(HasSubstr("/tiny/first: exists"), HasSubstr("resumed"), HasSubstr("another --run_name"))));
  EXPECT_EQ(NamesIn(output_dir_ + "/tiny/first"), before);
}

TEST_F(RunFolderTest, UnnamedRunsAreDatedAndNeverClash) {
  std::set<std::string> runs;
  for (int i = 0; i < 5; ++i) {
    const auto run = RunFolder::Create(Named(""));
    ASSERT_THAT(run, IsOk());
    EXPECT_THAT((*run)->run(), MatchesRegex("[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9](-[2-9])?"));
    runs.insert((*run)->run());
  }
  EXPECT_EQ(runs.size(), 5u);
  EXPECT_EQ(NamesIn(output_dir_ + "/tiny"), runs);
}

TEST_F(RunFolderTest, NamesThatAreNoPlainPartOfAPathAreRefused) {
  for (const std::string& name : {std::string("."), std::string(".."), std::string(".a"), std::string("a/b"), std::string("/etc"),
                                  std::string("a\nb"), std::string("a\0b", 3), std::string("\x1b[2J")}) {
    EXPECT_THAT(RunFolder::Create(Named(name)), Fails(ExitCode::kFlag, StartsWith("--run_name must be 1 to 100 bytes"))) << name;
    EXPECT_THAT(RunFolder::Create({output_dir_, name, "first", {}}), Fails(ExitCode::kConfig, StartsWith("name must be 1 to 100 bytes")))
        << name;
  }
  EXPECT_THAT(RunFolder::Create({output_dir_, "", "first", {}}), Fails(ExitCode::kConfig, StartsWith("name must be 1 to 100 bytes")));
  EXPECT_FALSE(std::filesystem::exists(output_dir_));
}

TEST_F(RunFolderTest, NamesMayHoldSpacesAndLetters) {
  EXPECT_THAT(RunFolder::Create(Named("lr 0.1, käse")), IsOk());
}

// Faults. F13 ENOSPC, F15 EIO on fsync, F16 EDQUOT, EMFILE and ENOMEM, F17 EACCES and EROFS.

struct Fault {
  FileCall call;
  int error;
};

// Each step of writing a file up to its publication.
const Fault kFaults[] = {
    {FileCall::kOpen, EMFILE},  {FileCall::kOpen, EACCES},  {FileCall::kOpen, EROFS},    {FileCall::kWrite, ENOSPC},
    {FileCall::kWrite, EDQUOT}, {FileCall::kWrite, ENOMEM}, {FileCall::kFsync, EIO},     {FileCall::kFsync, ENOSPC},
    {FileCall::kClose, EDQUOT}, {FileCall::kClose, EIO},    {FileCall::kRename, EACCES}, {FileCall::kRename, ENOSPC},
};

class RunFolderFaultTest : public RunFolderTest, public testing::WithParamInterface<Fault> {};
INSTANTIATE_TEST_SUITE_P(F13ToF17, RunFolderFaultTest, testing::ValuesIn(kFaults));

TEST_P(RunFolderFaultTest, KeepsTheOldFilesAndNamesPathAndReason) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  const DatasetIndex index = ExampleIndex();
  const std::vector<std::pair<std::string, std::function<absl::Status()>>> writers = {
      {"experiment.textproto", [&] { return run->WriteExperiment("new"); }},
      {"run.textproto", [&] { return run->WriteRunReport(RunReport()); }},
      {"class_map.csv", [&] { return run->WriteClassMap(index); }},
      {"summary.csv", [&] { return run->WriteSummary(ExampleSummary()); }},
      {"per_class.csv", [&] { return run->WriteResults({ResultFile{"per_class.csv", "new"}}); }},
  };
  for (const auto& [name, write] : writers) {
    SCOPED_TRACE(name);
    ASSERT_THAT(WriteFileAtomically(PathOf(name), "old"), IsOk());
    const std::set<std::string> before = NamesIn(run->path());
    calls_.FailNth(GetParam().call, 1, GetParam().error);
    EXPECT_THAT(write(), Fails(ExitCode::kOutput, AllOf(HasSubstr(PathOf(name)), HasSubstr(strerror(GetParam().error)))));
    EXPECT_EQ(TextOf(name), "old");
    EXPECT_EQ(NamesIn(run->path()), before);
    EXPECT_THAT(write(), IsOk());
    EXPECT_NE(TextOf(name), "old");
  }
}

// The new file is whole by then, but perhaps not on the disk yet.
TEST_F(RunFolderTest, AFolderThatCannotBeSyncedIsAnError) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  calls_.FailNth(FileCall::kFsync, 2, EIO);
  EXPECT_THAT(run->WriteExperiment("new"), Fails(ExitCode::kOutput, HasSubstr(run->path())));
  EXPECT_EQ(TextOf("experiment.textproto"), "new");
}

// F14: metrics.csv is a product of the run.
TEST_F(RunFolderTest, MetricsThatCannotBeWrittenAreAnError) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  calls_.FailNth(FileCall::kWrite, 1, ENOSPC);
  EXPECT_THAT(run->AppendMetrics(ExampleMetricsRow(1)),
              Fails(ExitCode::kOutput, AllOf(HasSubstr(PathOf("metrics.csv")), HasSubstr("free"))));
  calls_.FailNth(FileCall::kFsync, 1, EIO);
  EXPECT_THAT(run->AppendMetrics(ExampleMetricsRow(1)), Fails(ExitCode::kOutput, HasSubstr(PathOf("metrics.csv"))));
}

// F14: the log is none, so it is given up with one message.
TEST_F(RunFolderTest, ALogThatCannotBeWrittenIsGivenUp) {
  const std::unique_ptr<RunFolder> run = MakeRun();
  calls_.FailNth(FileCall::kWrite, 1, ENOSPC);
  testing::internal::CaptureStderr();
  run->Log("lost");
  const std::string first = testing::internal::GetCapturedStderr();
  EXPECT_THAT(first, AllOf(StartsWith("warning: "), HasSubstr(PathOf("log.txt")), EndsWith("\n")));
  testing::internal::CaptureStderr();
  run->Log("lost as well");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
  EXPECT_THAT(run->AppendMetrics(ExampleMetricsRow(1)), IsOk());
}

TEST_F(RunFolderTest, ARunStartsWithoutALogThatCannotBeCreated) {
  calls_.FailNth(FileCall::kOpen, kOpensOfNewFolders + 2, EMFILE);  // metrics.csv is opened first
  testing::internal::CaptureStderr();
  const std::unique_ptr<RunFolder> run = MakeRun();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), AllOf(HasSubstr(PathOf("log.txt")), HasSubstr("goes on without log.txt")));
  run->Log("goes nowhere");
  EXPECT_THAT(run->AppendMetrics(ExampleMetricsRow(1)), IsOk());
  EXPECT_THAT(NamesIn(run->path()), UnorderedElementsAre("metrics.csv"));
}

// F17: refused before training, and nothing of the run remains.
TEST_F(RunFolderTest, AnOutputFolderThatCannotBeWrittenIsRefused) {
  calls_.FailNth(FileCall::kMkdir, 1, EROFS);
  EXPECT_THAT(RunFolder::Create(Named("first"), calls_), Fails(ExitCode::kOutput, HasSubstr(strerror(EROFS))));
  calls_.FailNth(FileCall::kMkdir, 1, EACCES);
  EXPECT_THAT(RunFolder::Create(Named(""), calls_), Fails(ExitCode::kOutput, HasSubstr("choose a folder that you may write to")));
  EXPECT_FALSE(std::filesystem::exists(output_dir_));
}

TEST_F(RunFolderTest, AFileInPlaceOfTheOutputFolderIsRefused) {
  ASSERT_THAT(WriteNewFile(output_dir_, "a file"), IsOk());
  EXPECT_THAT(RunFolder::Create(Named("first")), Fails(ExitCode::kOutput, AllOf(HasSubstr(output_dir_), HasSubstr("not a folder"))));
  EXPECT_THAT(ReadFile(output_dir_), IsOkAndHolds("a file"));
}

TEST_F(RunFolderTest, AFailedStartLeavesNoRunBehind) {
  struct NthFault {
    FileCall call;
    int nth;
    int error;
  };
  // Created and synced in this order: metrics.csv, log.txt (not synced), the run's folder, the
  // experiment's folder.
  ASSERT_THAT(MakeFolders(output_dir_ + "/tiny"), IsOk());
  for (const NthFault& fault :
       {NthFault{FileCall::kOpen, 1, EMFILE}, NthFault{FileCall::kWrite, 1, ENOSPC}, NthFault{FileCall::kFsync, 1, EIO},
        NthFault{FileCall::kFsync, 2, EIO}, NthFault{FileCall::kFsync, 3, EIO}}) {
    calls_.FailNth(fault.call, fault.nth, fault.error);
    EXPECT_THAT(RunFolder::Create(Named("first"), calls_), Fails(ExitCode::kOutput, HasSubstr(strerror(fault.error))));
    EXPECT_THAT(NamesIn(output_dir_ + "/tiny"), IsEmpty());
  }
  EXPECT_THAT(RunFolder::Create(Named("first"), calls_), IsOk());
}

}  // namespace
}  // namespace mica
