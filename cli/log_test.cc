#include "cli/log.h"

#include <glog/logging.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <vector>

namespace mica {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<void (*)(int)> SignalHandlers() {
  std::vector<void (*)(int)> handlers;
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    struct sigaction action = {};
    if (sigaction(signal, nullptr, &action) == 0) handlers.push_back(action.sa_handler);
  }
  return handlers;
}

// The first test: the log starts once in a process.
TEST(LogTest, StartsWithoutSignalHandlersAndWithoutAWord) {
  const std::vector<void (*)(int)> before = SignalHandlers();
  testing::internal::CaptureStderr();
  StartLog("bin/mica");
  StartLog("mica");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(SignalHandlers(), before);
}

TEST(LogTest, MessagesGoToStderr) {
  StartLog("mica");
  FLAGS_v = 1;
  testing::internal::CaptureStderr();
  VLOG(1) << "shown seconds=0.5";
  VLOG(2) << "hidden";
  const std::string text = testing::internal::GetCapturedStderr();
  FLAGS_v = 0;
  EXPECT_THAT(text, EndsWith("] shown seconds=0.5\n"));
  EXPECT_THAT(text, Not(HasSubstr("WARNING")));
}

TEST(LogTest, ACheckThatFailsSaysWhy) {
  StartLog("mica");
  EXPECT_DEATH(CHECK_EQ(1, 2) << "the reason", "Check failed: 1 == 2 .1 vs. 2. the reason");
}

}  // namespace
}  // namespace mica
