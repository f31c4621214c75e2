#include "base/stop_signal.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <thread>

namespace mica {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

// Forked children receive the signals, so no test sees another's flag.
class StopSignalTest : public testing::TestWithParam<int> {};

void Wait(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

// In a child: receives the signals one after the other, `pause_seconds` apart, and exits with the
// flag's value if none of them ended it.
[[noreturn]] void Receive(std::initializer_list<int> signals, double pause_seconds) {
  signal(SIGHUP, SIG_DFL);  // whatever started this test may ignore it
  InstallStopSignals();
  bool first = true;
  for (const int signal_number : signals) {
    if (!first) Wait(pause_seconds);
    first = false;
    raise(signal_number);
  }
  _exit(StopSignal());
}

TEST_F(StopSignalTest, NoSignalLeavesTheFlagAtZero) {
  EXPECT_EXIT(Receive({}, 0), ExitedWithCode(0), "");
}

TEST_P(StopSignalTest, EndsTheProcessWhereNothingIsInstalled) {
  EXPECT_EXIT((signal(GetParam(), SIG_DFL), raise(GetParam())), KilledBySignal(GetParam()), "");
}

TEST_P(StopSignalTest, FirstOneSetsTheFlagAlone) {
  EXPECT_EXIT(Receive({GetParam()}, 0), ExitedWithCode(GetParam()), "");
}

TEST_P(StopSignalTest, SecondOneWithinASecondIsIgnored) {
  EXPECT_EXIT(Receive({GetParam(), GetParam(), GetParam()}, 0.1), ExitedWithCode(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Each, StopSignalTest, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGUSR1));

// F11 (docs/faults.md): 143, 130 and 129.
TEST_F(StopSignalTest, SecondOneAfterASecondEndsAtOnce) {
  EXPECT_EXIT(Receive({SIGTERM, SIGTERM}, 1.05), ExitedWithCode(143), "");
  EXPECT_EXIT(Receive({SIGINT, SIGINT}, 1.05), ExitedWithCode(130), "");
  EXPECT_EXIT(Receive({SIGHUP, SIGHUP}, 1.05), ExitedWithCode(129), "");
  EXPECT_EXIT(Receive({SIGINT, SIGTERM}, 1.05), ExitedWithCode(143), "") << "the last one names the code";
}

TEST_F(StopSignalTest, TheSecondCountsFromTheFirstSignal) {
  EXPECT_EXIT(Receive({SIGTERM, SIGTERM, SIGTERM}, 0.6), ExitedWithCode(143), "");
}

TEST_F(StopSignalTest, Usr1NeverEndsTheProcess) {
  EXPECT_EXIT(Receive({SIGUSR1, SIGUSR1}, 1.05), ExitedWithCode(SIGUSR1), "");
  EXPECT_EXIT(Receive({SIGTERM, SIGUSR1}, 1.05), ExitedWithCode(SIGTERM), "");
}

// A scheduler's early warning (SIGUSR1), then its first SIGTERM: the checkpoint may still be being
// written.
TEST_F(StopSignalTest, Usr1DoesNotCountAsTheFirstOfTwo) {
  EXPECT_EXIT(Receive({SIGUSR1, SIGTERM}, 1.05), ExitedWithCode(SIGUSR1), "");
  EXPECT_EXIT(Receive({SIGUSR1, SIGTERM, SIGTERM}, 1.05), ExitedWithCode(143), "");
}

// As nohup starts programs.
TEST_F(StopSignalTest, AHangUpThatWasIgnoredStaysIgnored) {
  const auto hang_up = [] {
    signal(SIGHUP, SIG_IGN);
    InstallStopSignals();
    raise(SIGHUP);
    _exit(StopSignal() == 0 ? 0 : 1);
  };
  EXPECT_EXIT(hang_up(), ExitedWithCode(0), "");
}

TEST_F(StopSignalTest, ClosedPipeIsAnErrorOfTheWrite) {
  const auto write_to_closed_pipe = [] {
    IgnoreWriteSignals();
    int ends[2];
    if (pipe(ends) != 0) _exit(1);
    close(ends[0]);
    _exit(write(ends[1], "x", 1) == -1 && errno == EPIPE && StopSignal() == 0 ? 0 : 2);
  };
  EXPECT_EXIT(write_to_closed_pipe(), ExitedWithCode(0), "");
}

TEST_F(StopSignalTest, LimitOnFileSizesIsAnErrorOfTheWrite) {
  const auto write_over_the_limit = [] {
    IgnoreWriteSignals();
    FILE* const file = std::tmpfile();
    const rlimit limit = {4, 4};
    if (file == nullptr || setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(1);
    if (write(fileno(file), "12345678", 8) != 4) _exit(2);
    _exit(write(fileno(file), "x", 1) == -1 && errno == EFBIG ? 0 : 3);
  };
  EXPECT_EXIT(write_over_the_limit(), ExitedWithCode(0), "");
}

TEST_F(StopSignalTest, SystemCallsGoOnAfterASignal) {
  const auto read_during_a_signal = [] {
    InstallStopSignals();
    int ends[2];
    if (pipe(ends) != 0) _exit(1);
    const pid_t reader = getpid();
    if (fork() == 0) {
      Wait(0.1);
      kill(reader, SIGTERM);
      Wait(0.1);
      _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    char byte;
    _exit(read(ends[0], &byte, 1) == 1 && StopSignal() == SIGTERM ? 0 : 2);
  };
  EXPECT_EXIT(read_during_a_signal(), ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mica
