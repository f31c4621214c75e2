// A thread that hangs in a system call, as in a read from a server that is gone, cannot be joined.
// This lets its owner give it up safely: it says when it waits for the system, and asks afterwards
// whether it still belongs to anybody.
//   wait.Begin();                        // from here on it touches only what is its own
//   const ssize_t got = pread(…);        // may hang
//   if (!wait.End()) return Cancelled;   // given up: whatever it borrowed may be gone
// Thread-safe: one worker, one owner.
#ifndef MICA_DATA_LOADER_ABANDONABLE_WAIT_H_
#define MICA_DATA_LOADER_ABANDONABLE_WAIT_H_

#include <atomic>

namespace mica {

class AbandonableWait {
 public:
  // The worker's.
  void Begin() {
    State running = State::kRunning;
    state_.compare_exchange_strong(running, State::kWaiting);
  }
  [[nodiscard]] bool End() {
    State waiting = State::kWaiting;
    return state_.compare_exchange_strong(waiting, State::kRunning);
  }

  // The owner's: true if the worker waits and will touch nothing that is not its own any more.
  bool GiveUp() {
    State waiting = State::kWaiting;
    return state_.compare_exchange_strong(waiting, State::kGivenUp) || waiting == State::kGivenUp;
  }

  bool is_given_up() const { return state_ == State::kGivenUp; }

 private:
  enum class State { kRunning, kWaiting, kGivenUp };
  std::atomic<State> state_{State::kRunning};
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_ABANDONABLE_WAIT_H_
