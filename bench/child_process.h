// Runs a program to its end and measures it from outside, in the same way for mica and its peers.
//   MICA_ASSIGN_OR_RETURN(const ChildResult result,
//                         RunChild({{"/usr/bin/python3", "peer.py"}, "/tmp"}));
// The child dies with this process (PR_SET_PDEATHSIG). A stop signal (base/stop_signal.h) kills it
// and everything that it has started.
#ifndef MICA_BENCH_CHILD_PROCESS_H_
#define MICA_BENCH_CHILD_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

struct ChildCommand {
  std::vector<std::string> words;  // the program, found on PATH if it has no slash, and arguments
  std::string folder;              // the working folder
};

struct ChildResult {
  std::string out;             // its standard output
  double wall_seconds = 0;     // from before its start until it has ended
  double peak_memory_mib = 0;  // largest resident size of it or of a process it has waited for
};

// Standard input is empty; the environment is this process's. If the program cannot be started,
// fails or dies, the error has the command and the end of its standard error. A stop signal gives
// absl::StatusCode::kCancelled.
absl::StatusOr<ChildResult> RunChild(const ChildCommand& command);

}  // namespace mica

#endif  // MICA_BENCH_CHILD_PROCESS_H_
