#include "base/status_macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::Pointee;

// What a function did before it returned.
struct Calls {
  int evaluated = 0;
  bool reached_end = false;
};

absl::Status ReturnIfError(const absl::Status& status, Calls& calls) {
  MICA_RETURN_IF_ERROR((++calls.evaluated, status));
  calls.reached_end = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> Assign(absl::StatusOr<std::string> text, Calls& calls) {
  MICA_ASSIGN_OR_RETURN(const std::string first, (++calls.evaluated, text));
  std::string second;
  MICA_ASSIGN_OR_RETURN(second, text);
  calls.reached_end = true;
  return first + second;
}

TEST(StatusMacrosTest, ReturnIfErrorGoesOnAfterOk) {
  Calls calls;
  EXPECT_THAT(ReturnIfError(absl::OkStatus(), calls), IsOk());
  EXPECT_TRUE(calls.reached_end);
  EXPECT_EQ(calls.evaluated, 1);
}

TEST(StatusMacrosTest, ReturnIfErrorReturnsTheErrorWithItsExitCode) {
  Calls calls;
  EXPECT_THAT(ReturnIfError(DataError("no such file"), calls), Fails(ExitCode::kData, "no such file"));
  EXPECT_FALSE(calls.reached_end);
  EXPECT_EQ(calls.evaluated, 1);
}

TEST(StatusMacrosTest, AssignOrReturnAssignsToNewAndOldVariables) {
  Calls calls;
  EXPECT_THAT(Assign("ab", calls), IsOkAndHolds("abab"));
  EXPECT_TRUE(calls.reached_end);
  EXPECT_EQ(calls.evaluated, 1);
}

TEST(StatusMacrosTest, AssignOrReturnReturnsTheErrorWithItsExitCode) {
  Calls calls;
  EXPECT_THAT(Assign(CheckpointError("cut"), calls), Fails(ExitCode::kCheckpoint, "cut"));
  EXPECT_FALSE(calls.reached_end);
}

TEST(StatusMacrosTest, AssignOrReturnMovesWhatCannotBeCopied) {
  const auto pass_on = []() -> absl::StatusOr<std::unique_ptr<int>> {
    MICA_ASSIGN_OR_RETURN(std::unique_ptr<int> number, absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(7)));
    return number;
  };
  EXPECT_THAT(pass_on(), IsOkAndHolds(Pointee(7)));
}

TEST(StatusMacrosTest, ReturnIfErrorIsOneStatementUnderIfAndElse) {
  const auto choose = [](bool fail) -> absl::Status {
    if (fail)
      MICA_RETURN_IF_ERROR(ConfigError("chosen"));
    else
      MICA_RETURN_IF_ERROR(absl::OkStatus());
    return absl::OkStatus();
  };
  EXPECT_THAT(choose(true), Fails(ExitCode::kConfig, "chosen"));
  EXPECT_THAT(choose(false), IsOk());
}

TEST(StatusMacrosTest, ErrorCrossesFromOneValueTypeToAnother) {
  const auto length = [](absl::StatusOr<std::string> text) -> absl::StatusOr<size_t> {
    MICA_ASSIGN_OR_RETURN(const auto& value, text);
    return value.size();
  };
  EXPECT_THAT(length(OutputError("full")), Fails(ExitCode::kOutput, "full"));
  EXPECT_THAT(length("four"), IsOkAndHolds(4u));
}

}  // namespace
}  // namespace mica
