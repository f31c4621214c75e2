// A program as a child process: arguments, environment and limits in; exit code, output, time and
// memory out.
//   MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild({{"python3", "peer.py"}, "/tmp"}));
// or, to watch it and to send it signals:
//   ChildProcess child({{"/bin/sh", "-c", "echo ready >&2; sleep 60"}, "/tmp"});
//   if (child.WaitForError("ready")) child.Signal(SIGTERM);
//   const ChildResult result = child.Wait();
// Tests and the benchmarks' programs use it, so it is neither testonly nor in base/testing.
// Single-thread.
//
// The child dies with this process (PR_SET_PDEATHSIG). A stop signal (base/stop_signal.h), the end
// of its time and the destructor kill it and everything that it has started. Standard input is
// empty.
#ifndef MICA_BASE_CHILD_PROCESS_H_
#define MICA_BASE_CHILD_PROCESS_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

struct ChildCommand {
  std::vector<std::string> words;  // the program, found on this process's PATH if it has no slash, and arguments
  std::string folder;              // the working folder
  std::optional<std::map<std::string, std::string>> environment = {};  // not given: this process's
  std::map<int, rlim_t> limits = {};                                   // RLIMIT_… -> bytes or number
  std::optional<mode_t> umask = {};
  std::vector<int> closed_streams = {};  // of 0, 1, 2
  std::string stdout_file = {};          // stdout goes there instead, e.g. to /dev/full
  bool stdout_has_no_reader = false;     // a pipe whose other end is closed
  double time_limit_seconds = std::numeric_limits<double>::infinity();
};

struct ChildResult {
  static constexpr int kTimedOut = -1;      // killed at the end of its time
  static constexpr int kCannotStart = 127;  // `err` says why

  int exit_code = kTimedOut;  // 128 + n when signal n ended the process
  std::string out;
  std::string err;
  double wall_seconds = 0;     // from before its start until it has ended
  double peak_memory_mib = 0;  // largest resident size of it or of a process it has waited for
};

class ChildProcess {
 public:
  explicit ChildProcess(const ChildCommand& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits until `text` has appeared on stderr; false at the end of the process or of its time.
  bool WaitForError(absl::string_view text);

  // Stops reading stderr and waits until the child waits, its pipe full, for somebody to go on: a
  // step that takes as long as the caller likes. False at the end of the process or of its time.
  bool StallByFullError();

  void Signal(int signal_number);

  // Waits until the process has ended and nobody holds its output any more.
  ChildResult Wait();

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    int file = -1;  // -1 at its end
    std::string text;
  };

  void Start(const ChildCommand& command);
  void FailToStart(absl::string_view call);
  int MillisecondsLeft() const;
  bool ReadSome();
  bool WaitForEnd(int* status, rusage* usage);
  void Kill();

  const Clock::time_point started_;
  const Clock::time_point deadline_;
  pid_t child_ = 0;    // 0 once it has been waited for
  Stream streams_[2];  // stdout, stderr
};

// Runs a program to its end. If it cannot be started, fails or dies, the error has the command and
// the end of its standard error. A stop signal gives absl::StatusCode::kCancelled.
absl::StatusOr<ChildResult> RunChild(const ChildCommand& command);

}  // namespace mica

#endif  // MICA_BASE_CHILD_PROCESS_H_
