// mica under strace: which system calls it makes on files, or killed at one of them.
//   if (!WhyNoStrace().empty()) GTEST_SKIP() << WhyNoStrace();
//   const TracedRun counted = RunTraced(command);
//   const TracedRun killed = RunTracedAndKillAt(counted.calls[7], command);
//   EXPECT_EQ(killed.result.exit_code, 137);
// strace counts per thread and name, so a call is found again only in a thread whose calls do not
// depend on time: mica's first, which writes all files. A kill comes before the call takes effect.
#ifndef MICA_TESTS_FAULTS_STRACE_PROCESS_H_
#define MICA_TESTS_FAULTS_STRACE_PROCESS_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/integration/mica_process.h"

namespace mica {

// A call that names a file or works on an open one.
struct SystemCall {
  int thread = 0;
  std::string name;      // "openat"
  int nth = 0;           // of this name in its thread, from 1
  std::string path;      // absolute; that of the open file for write, fsync, close
  std::string new_path;  // rename's second
  std::string flags;     // openat's: "O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC"
  bool ok = false;       // came to an end, without an error

  bool creates() const;  // opens a file that need not exist, or cuts one
};

// For messages: "write 12 of /tmp/runs/tiny/a/metrics.csv".
std::ostream& operator<<(std::ostream& stream, const SystemCall& call);

struct TracedRun {
  MicaResult result;
  std::vector<SystemCall> calls;  // in the order in which they began; the first one's thread is mica's first
};

// Why mica cannot run under strace here, or "".
std::string WhyNoStrace();

TracedRun RunTraced(const MicaCommand& command);

// strace ends the process at this call's place.
TracedRun RunTracedAndKillAt(const SystemCall& call, const MicaCommand& command);

// The calls of a log as `strace -f -y -o` writes it.
std::vector<SystemCall> ParseStraceLog(const std::string& log);

}  // namespace mica

#endif  // MICA_TESTS_FAULTS_STRACE_PROCESS_H_
