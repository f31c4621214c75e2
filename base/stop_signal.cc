#include "base/stop_signal.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <initializer_list>

namespace mica {
namespace {

volatile sig_atomic_t stop_signal = 0;
bool asked = false;  // to stop, not just warned; only the handler uses this and the next variable
timespec first_asked;

void OnSignal(int signal_number) {
  if (stop_signal == 0) stop_signal = signal_number;
  if (signal_number == SIGUSR1) return;
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (!asked) {
    first_asked = now;
    asked = true;
    return;
  }
  const double seconds =
      static_cast<double>(now.tv_sec - first_asked.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec - first_asked.tv_nsec);
  if (seconds >= 1) _exit(128 + signal_number);
}

bool IsIgnored(int signal_number) {
  struct sigaction action = {};
  return sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void InstallStopSignals() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);  // one handler at a time
  for (const int signal_number : {SIGINT, SIGTERM, SIGUSR1}) sigaction(signal_number, &action, nullptr);
  if (!IsIgnored(SIGHUP)) sigaction(SIGHUP, &action, nullptr);
}

void IgnoreWriteSignals() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

int StopSignal() {
  return stop_signal;
}

}  // namespace mica
