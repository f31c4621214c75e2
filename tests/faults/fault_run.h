// The run that the fault tests disturb, and what must hold of what is left of it.
//   const TinyExperiment tiny("kill");
//   const GoldenRun golden(tiny);
//   FakeFileCalls calls;
//   calls.FailNth(FileCall::kFsync, 3, EIO);
//   EXPECT_THAT(FaultRunHere(tiny, "a", calls), Fails(ExitCode::kOutput, HasSubstr("error")));
//   EXPECT_THAT(ExpectWholeRun(golden, "a"), SizeIs(Le(1)));   // files on their way
//   ExpectNextRunIsGolden(golden);
// It is TinyExperiment with a validation split and momentum, three epochs of five steps: so `best`,
// optimizer state and pruning come into play. All runs of a test lie in one output folder,
// runs/tiny/: those that were disturbed earlier must not disturb the later ones.
#ifndef MICA_TESTS_FAULTS_FAULT_RUN_H_
#define MICA_TESTS_FAULTS_FAULT_RUN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/files/file.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {

constexpr int kKilled = 128 + 9;

MicaCommand FaultRun(const TinyExperiment& tiny, const std::string& run, int cpu_threads = 1, int epochs = 3);

// The same run in this process: what `mica train` does between its flags and its exit code.
// order_test shows that its calls are mica's.
absl::Status FaultRunHere(const TinyExperiment& tiny, const std::string& run, FileCalls& calls, int cpu_threads = 1);

// An undisturbed run that kept all checkpoints.
class GoldenRun {
 public:
  // Trains in this process. `tiny` is borrowed.
  explicit GoldenRun(const TinyExperiment& tiny, int cpu_threads = 1);

  const TinyExperiment& tiny() const { return tiny_; }
  int cpu_threads() const { return cpu_threads_; }
  std::string Path(const std::string& file) const { return tiny_.Path("golden/tiny/golden/" + file); }

 private:
  const TinyExperiment& tiny_;
  const int cpu_threads_;
};

// Everything that stands at its final name is whole and as in the golden run, metrics.csv up to the
// row that is being written; `latest` and `best` name whole checkpoints; the newest checkpoint is
// at most one epoch behind metrics.csv. Returns the names of what is not at its final name:
// temporary files, folders of checkpoints that are being written or removed. A run that has no
// folder yet is whole.
std::vector<std::string> ExpectWholeRun(const GoldenRun& golden, const std::string& run);

// The run is finished and equals the golden one to the byte, but for times and memory; nothing else
// lies in its folder. log.txt may be missing.
void ExpectGoldenRun(const GoldenRun& golden, const std::string& run);

// A new run in this process, "next", in the folder where others were disturbed, is like any other.
void ExpectNextRunIsGolden(const GoldenRun& golden);

}  // namespace mica

#endif  // MICA_TESTS_FAULTS_FAULT_RUN_H_
