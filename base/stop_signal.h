// Ctrl-C and friends as a flag that the training loop reads once a step.
//   InstallStopSignals();
//   while (!StopSignal()) Step();
// SIGINT, SIGTERM and SIGUSR1 set the flag; a second SIGINT or SIGTERM a second or more after the first ends the process at once with
// 128+n. SIGUSR1, a scheduler's early warning, never ends it and is not the first of two. Signals closer together count as one, because a
// launcher and a scheduler may both deliver it.
#ifndef MICA_BASE_STOP_SIGNAL_H_
#define MICA_BASE_STOP_SIGNAL_H_

namespace mica {

void InstallStopSignals();

// A reader that has left and a limit on file sizes become errors of the write (EPIPE, EFBIG) instead of ending the process.
void IgnoreWriteSignals();

// The number of the first stop signal received, 0 if none.
int StopSignal();

}  // namespace mica

#endif  // MICA_BASE_STOP_SIGNAL_H_
