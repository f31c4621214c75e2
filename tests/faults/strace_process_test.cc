#include "tests/faults/strace_process.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

// Two threads in each other's way.
TEST(ParseStraceLogTest, CallsMayEndLater) {
  const std::vector<SystemCall> calls = ParseStraceLog(
      "7 write(3</runs/a>, \"x\", 1 <unfinished ...>\n"
      "8 read(4</b>, \"\", 9) = 0\n"
      "7 <... write resumed>) = 1\n"
      "7 write(3</runs/a>, \"x\", 1) = -1 ENOSPC (No space left on device)\n"
      "7 fsync(3</runs/a>) = ?\n"
      "7 +++ killed by SIGKILL +++\n");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].nth, 1);
  EXPECT_TRUE(calls[0].ok);
  EXPECT_EQ(calls[1].thread, 8);
  EXPECT_EQ(calls[2].nth, 2);
  EXPECT_FALSE(calls[2].ok);
  EXPECT_EQ(calls[3].name, "fsync");
  EXPECT_EQ(calls[3].path, "/runs/a");
  EXPECT_FALSE(calls[3].ok);
}

}  // namespace
}  // namespace mica
