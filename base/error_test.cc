#include "base/error.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/status/statusor.h"

namespace mica {
namespace {

struct Maker {
  absl::Status (*make)(absl::string_view message);
  ExitCode exit_code;
  int number;  // as in docs and scripts
};

class ErrorTest : public testing::TestWithParam<Maker> {};

TEST_P(ErrorTest, KnowsItsExitCodeAndMessage) {
  const absl::Status status = GetParam().make("runs/a: disk full");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "runs/a: disk full");
  EXPECT_EQ(ExitCodeOf(status), GetParam().exit_code);
  EXPECT_EQ(static_cast<int>(ExitCodeOf(status)), GetParam().number);
}

TEST_P(ErrorTest, ExitCodeSurvivesCopiesMovesAndStatusOr) {
  absl::Status status = GetParam().make("message");
  const absl::Status copy = status;
  absl::StatusOr<int> status_or = copy;
  const absl::Status moved = std::move(status);
  EXPECT_EQ(ExitCodeOf(copy), GetParam().exit_code);
  EXPECT_EQ(ExitCodeOf(moved), GetParam().exit_code);
  EXPECT_EQ(ExitCodeOf(std::move(status_or).status()), GetParam().exit_code);
}

TEST_P(ErrorTest, EmptyMessageKeepsTheExitCode) {
  EXPECT_EQ(ExitCodeOf(GetParam().make("")), GetParam().exit_code);
}

TEST_P(ErrorTest, ControlCharactersAreShownAsEscapes) {
  const absl::Status status = GetParam().make("/a\tb\r\x1b[31m\x7f: caf\xc3\xa9\nnext line");
  EXPECT_EQ(status.message(), "/a\\tb\\r\\x1b[31m\\x7f: caf\xc3\xa9\nnext line");
  EXPECT_EQ(WithMessage(status, "\x1b").message(), "\\x1b");
  EXPECT_EQ(WithMessage(status, "\xc2\x9b \xc2\xa0").message(), "\\xc2\\x9b \xc2\xa0");
}

INSTANTIATE_TEST_SUITE_P(All, ErrorTest,
                         testing::Values(Maker{FlagError, ExitCode::kFlag, 1}, Maker{ConfigError, ExitCode::kConfig, 2},
                                         Maker{DataError, ExitCode::kData, 3}, Maker{CheckpointError, ExitCode::kCheckpoint, 4},
                                         Maker{OutputError, ExitCode::kOutput, 5}, Maker{NonFiniteError, ExitCode::kNonFinite, 6},
                                         Maker{InstallationError, ExitCode::kInstallation, 69}));

TEST(ExitCodeOfTest, OkIsZero) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kDone);
  EXPECT_EQ(static_cast<int>(ExitCode::kDone), 0);
}

TEST(ExitCodeOfTest, PlainStatusIsABugOfOurs) {
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("made elsewhere")), ExitCode::kInternal);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), ExitCode::kInternal);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("like a checkpoint error")), ExitCode::kInternal);
  EXPECT_EQ(static_cast<int>(ExitCode::kInternal), 70);
}

TEST(ExitCodeOfTest, PreemptionIsTempfail) {
  // EX_TEMPFAIL of sysexits.h: schedulers start the job again.
  EXPECT_EQ(static_cast<int>(ExitCode::kPreempted), 75);
}

TEST(ErrorTest, FieldsStayWithTheError) {
  const absl::Status error = WithFields(ConfigError("too long\nno field\ntoo short"), {"schedule.warmup.steps", "", "trainer.epochs"});

  EXPECT_EQ(FieldsOf(error), (std::vector<std::string>{"schedule.warmup.steps", "", "trainer.epochs"}));
  EXPECT_EQ(FieldsOf(WithMessage(error, "other")).size(), 3u);
  EXPECT_EQ(ExitCodeOf(error), ExitCode::kConfig);
  EXPECT_TRUE(FieldsOf(ConfigError("none")).empty());
}

}  // namespace
}  // namespace mica
