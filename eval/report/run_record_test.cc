#include "eval/report/run_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/fingerprint.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kExperiment[] = "name: \"x\"\n";

std::string Host() {
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  return host;
}

// The id of a process that has ended.
pid_t DeadProcess() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

class RunRecordTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_), std::filesystem::create_directories(folder_); }

  void Write(const std::string& name, const std::string& text) {
    ASSERT_THAT(WriteFileAtomically(absl::StrCat(folder_, "/", name), text), IsOk());
  }

  void WriteRun(const std::string& report) {
    Write("experiment.textproto", kExperiment);
    Write("run.textproto", absl::StrCat(report, " experiment_fingerprint: \"", FormatFingerprint(Fingerprint(kExperiment)), "\""));
  }

  const std::string parent_ = absl::StrCat(testing::TempDir(), "/run_record");
  const std::string folder_ = absl::StrCat(parent_, "/x/a");
};

TEST_F(RunRecordTest, ReadsReportAndExperiment) {
  WriteRun("state: FINISHED seed: 7");

  const absl::StatusOr<RunRecord> record = ReadRunRecord(folder_ + "/");

  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->folder, folder_);
  EXPECT_EQ(record->state, RunReport::FINISHED);
  EXPECT_EQ(record->report.seed(), 7);
  EXPECT_EQ(record->experiment_text, kExperiment);
}

TEST_F(RunRecordTest, ARunWhoseProcessIsGoneWasInterrupted) {
  WriteRun(absl::StrCat("state: RUNNING host: \"", Host(), "\" pid: ", DeadProcess()));
  EXPECT_EQ(ReadRunRecord(folder_)->state, RunReport::INTERRUPTED);

  WriteRun(absl::StrCat("state: RUNNING host: \"", Host(), "\" pid: ", getpid()));
  EXPECT_EQ(ReadRunRecord(folder_)->state, RunReport::RUNNING);

  WriteRun(absl::StrCat("state: RUNNING host: \"another\" pid: ", DeadProcess()));
  EXPECT_EQ(ReadRunRecord(folder_)->state, RunReport::RUNNING) << "nobody here can know";
}

TEST_F(RunRecordTest, WhatIsNoRunIsNamed) {
  EXPECT_THAT(ReadRunRecord("/no/such").status(), Fails(ExitCode::kData, StartsWith("/no/such: no such run folder")));
  EXPECT_THAT(ReadRunRecord(folder_).status(), Fails(ExitCode::kData, HasSubstr("is not the folder of a run")));
}

TEST_F(RunRecordTest, AFolderOfRunsOrAFileOfOneLeadsToTheRun) {
  WriteRun("state: FINISHED");

  for (const std::string& above : {parent_, absl::StrCat(parent_, "/x")}) {
    EXPECT_THAT(ReadRunRecord(above).status(), Fails(ExitCode::kData, AllOf(HasSubstr("but holds 1"), HasSubstr(folder_)))) << above;
  }
  EXPECT_THAT(ReadRunRecord(folder_ + "/run.textproto").status(),
              Fails(ExitCode::kData, HasSubstr("expected the folder of a run: " + folder_)));
}

TEST_F(RunRecordTest, OfManyRunsSomeAreNamed) {
  for (int i = 0; i < 7; ++i) {
    std::filesystem::create_directories(absl::StrCat(parent_, "/y/r", i));
    ASSERT_THAT(WriteFileAtomically(absl::StrCat(parent_, "/y/r", i, "/run.textproto"), "state: FINISHED"), IsOk());
  }
  EXPECT_THAT(ReadRunRecord(parent_ + "/y").status(),
              Fails(ExitCode::kData, AllOf(HasSubstr("holds 7"), HasSubstr("/y/r4 …"), Not(HasSubstr("/y/r5")))));
}

TEST_F(RunRecordTest, DamagedFilesAreNamed) {
  Write("run.textproto", "state: FINISHED bogus: 1");
  EXPECT_THAT(ReadRunRecord(folder_).status(), Fails(ExitCode::kData, HasSubstr("run.textproto:1:17: unknown field \"bogus\"")));

  Write("run.textproto", "");
  EXPECT_THAT(ReadRunRecord(folder_).status(), Fails(ExitCode::kData, HasSubstr("says no state")));

  Write("run.textproto", "state: FINISHED");
  EXPECT_THAT(ReadRunRecord(folder_).status(), Fails(ExitCode::kData, HasSubstr("experiment.textproto")));
}

TEST_F(RunRecordTest, AnExperimentChangedAfterwardsIsRefused) {
  WriteRun("state: FINISHED");
  Write("experiment.textproto", "name: \"y\"\n");

  EXPECT_THAT(ReadRunRecord(folder_).status(), Fails(ExitCode::kData, HasSubstr("experiment.textproto: was changed after the run")));
}

}  // namespace
}  // namespace mica
