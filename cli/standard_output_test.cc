#include "cli/standard_output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "base/testing/status_matchers.h"

namespace mica {
namespace {

// Redirects stdout into a file during its lifetime.
class StdoutGoesTo {
 public:
  explicit StdoutGoesTo(int file) : own_(dup(STDOUT_FILENO)) {
    fflush(stdout);
    dup2(file, STDOUT_FILENO);
    close(file);
  }
  ~StdoutGoesTo() {
    dup2(own_, STDOUT_FILENO);
    close(own_);
  }

 private:
  const int own_;
};

int PipeWithoutReader() {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  close(ends[0]);
  return ends[1];
}

const std::string& LongText() {
  // Larger than any buffer, so writing fails before the flush.
  static const auto* const text = new std::string(1 << 20, '.');
  return *text;
}

TEST(StandardOutputTest, AFullDiskIsToldWithItsReasonHoweverLongTheTextAndHoweverOften) {
  absl::Status of_short, of_long, of_another;
  {
    const StdoutGoesTo full(open("/dev/full", O_WRONLY));
    of_short = PrintToStdout("a\n", "the summary");
    of_long = PrintToStdout(LongText(), "the summary");
    of_another = PrintToStdout("b\n", "the rest");
  }
  EXPECT_THAT(of_short, Fails(ExitCode::kOutput, "stdout: cannot write the summary: No space left on device"));
  EXPECT_THAT(of_long, Fails(ExitCode::kOutput, "stdout: cannot write the summary: No space left on device"));
  EXPECT_THAT(of_another, Fails(ExitCode::kOutput, "stdout: cannot write the rest: No space left on device"));
}

TEST(StandardOutputTest, AReaderThatHasSeenEnoughIsNoError) {
  signal(SIGPIPE, SIG_IGN);
  absl::Status of_long, of_short;
  {
    const StdoutGoesTo pipe(PipeWithoutReader());
    of_long = PrintToStdout(LongText(), "the summary");
    of_short = PrintToStdout("a\n", "the summary");
  }
  EXPECT_THAT(of_long, IsOk());
  EXPECT_THAT(of_short, IsOk());
}

}  // namespace
}  // namespace mica
