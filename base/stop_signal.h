// Ctrl-C and the like as a flag, which the training loop reads once a step.
//   InstallStopSignals();
//   while (!StopSignal()) Step();
// SIGINT, SIGTERM, SIGHUP and SIGUSR1 set the flag. A second one of the first three, a second or
// more after the first, ends the process at once with 128+n. Closer ones count as one, because a
// launcher and a scheduler may both send it. SIGUSR1, a scheduler's early warning, never ends the
// process and does not count as the first of two. SIGQUIT still ends it with a core dump.
#ifndef MICA_BASE_STOP_SIGNAL_H_
#define MICA_BASE_STOP_SIGNAL_H_

namespace mica {

// SIGHUP, which tells that the terminal was closed, stays ignored if it was: so nohup starts
// programs.
void InstallStopSignals();

// A closed pipe and a limit on file sizes make the write fail (EPIPE, EFBIG) instead of ending the
// process.
void IgnoreWriteSignals();

// The number of the first stop signal received, 0 if none.
int StopSignal();

}  // namespace mica

#endif  // MICA_BASE_STOP_SIGNAL_H_
