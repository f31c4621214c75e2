// GoogleTest matchers for absl::Status and absl::StatusOr.
//   EXPECT_THAT(ReadFile("/nope"), Fails(ExitCode::kData, HasSubstr("/nope")));
//   ASSERT_THAT(ReadFile(path), IsOkAndHolds("text"));
#ifndef MICA_BASE_TESTING_STATUS_MATCHERS_H_
#define MICA_BASE_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"

namespace mica {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(IsOkAndHolds, value, "is OK and holds " + testing::PrintToString(value)) {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  *result_listener << "holds " << testing::PrintToString(*arg) << " ";
  return testing::ExplainMatchResult(value, *arg, result_listener);
}

// An error that gives `exit_code` and whose text matches `message`.
MATCHER_P2(Fails, exit_code, message, "fails with exit code " + std::to_string(static_cast<int>(exit_code))) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString() << " (exit code " << static_cast<int>(ExitCodeOf(status)) << ")";
  return !status.ok() && ExitCodeOf(status) == exit_code &&
         testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

}  // namespace mica

#endif  // MICA_BASE_TESTING_STATUS_MATCHERS_H_
