// Runs a program to its end and says what it took, measured from outside: the same way for mica and for its peers.
//   MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild({{"/usr/bin/python3", "peer.py"}, "/tmp"}));
// The child dies with this process (PR_SET_PDEATHSIG), and a stop signal (base/stop_signal.h) kills it with everything that it has started.
#ifndef MICA_BENCH_CHILD_PROCESS_H_
#define MICA_BENCH_CHILD_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mica {

struct ChildCommand {
  std::vector<std::string> words;  // the program, looked for on PATH unless it holds a slash, and its arguments
  std::string folder;              // to work in
};

struct ChildResult {
  std::string out;             // its standard output
  double wall_seconds = 0;     // from before its start until it is gone
  double peak_memory_mib = 0;  // largest resident size of the program or of one that it has waited for
};

// Standard input is empty, the environment is this process's. A program that cannot be started, fails or dies is an error with the command
// and the end of what it wrote on standard error; a stop signal is absl::StatusCode::kCancelled.
absl::StatusOr<ChildResult> RunChild(const ChildCommand& command);

}  // namespace mica

#endif  // MICA_BENCH_CHILD_PROCESS_H_
