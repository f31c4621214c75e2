// Ctrl-C and friends as a flag that the training loop reads once a step.
//   InstallStopSignals();
//   while (!StopSignal()) Step();
// SIGINT, SIGTERM and SIGUSR1 set the flag; a second SIGINT or SIGTERM a second or more after the first ends the process at once with
// 128+n. SIGUSR1, a scheduler's early warning, never ends it and is not the first of two. Signals closer together count as one, because a
// launcher and a scheduler may both deliver it. SIGPIPE and SIGXFSZ are ignored, so that they arrive as the errors EPIPE and EFBIG of the
// write.
#ifndef MICA_BASE_STOP_SIGNAL_H_
#define MICA_BASE_STOP_SIGNAL_H_

namespace mica {

void InstallStopSignals();

// The number of the first stop signal received, 0 if none.
int StopSignal();

}  // namespace mica

#endif  // MICA_BASE_STOP_SIGNAL_H_
