// The system calls of base/file.h for tests: passes them on to the system, writes them down, and fails where it is told to.
//   FakeFileCalls calls;
//   calls.FailNth(FileCall::kFsync, 1, EIO);
//   EXPECT_THAT(WriteFileAtomically(path, "text", calls), Fails(ExitCode::kOutput, HasSubstr("Input/output error")));
//   EXPECT_THAT(calls.log(), ElementsAre("open …", "write …", "fsync …", "close …", "unlink …"));
// A process that is killed at any of its calls, in a child (docs/faults.md):
//   EXPECT_EXIT({ FakeFileCalls calls; calls.DieAt(3); WriteFileAtomically(path, "text", calls).IgnoreError(); _exit(0); },
//               testing::ExitedWithCode(FakeFileCalls::kDied), "");
// A failing call has no effect, but for close, which closes the file all the same, as Linux does. Not thread-safe.
#ifndef MICA_BASE_FAKE_FILE_CALLS_H_
#define MICA_BASE_FAKE_FILE_CALLS_H_

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/file.h"

namespace mica {

enum class FileCall { kOpen, kWrite, kFsync, kClose, kRename, kUnlink, kMkdir };

class FakeFileCalls : public FileCalls {
 public:
  // The nth call of this kind (1 is the next one) fails with `error`, an errno; those behind it do not.
  void FailNth(FileCall call, int nth, int error);

  // Takes `bytes` bytes more, then every write fails with `error`: a disk that runs full at a byte. The last good write is a short one.
  void FailWritesAfter(size_t bytes, int error);

  // No write takes more than `bytes` bytes.
  void ShortenWrites(size_t bytes) { longest_write_ = bytes; }

  // fsync is written down and says yes, which makes a run of thousands of writes bearable: no test sees the difference but by the time.
  void DoNotSync() { syncs_ = false; }

  // The nth call from now on, of whatever kind, ends the process with kDied in place of taking effect; but a write has taken up to
  // `torn_bytes` bytes by then.
  void DieAt(int nth, size_t torn_bytes = 0);
  static constexpr int kDied = 137;  // what a shell says of a process that was killed

  // All calls so far, failed ones included: "open PATH", "write PATH", "rename FROM to TO", …
  const std::vector<std::string>& log() const { return log_; }

  // How often a call was made.
  int count(FileCall call) const;

  // Files that were opened and not closed.
  int open_files() const { return static_cast<int>(paths_.size()); }

  int Open(const char* path, int flags, mode_t mode) override;
  ssize_t Write(int file, const void* bytes, size_t size) override;
  int Fsync(int file) override;
  int Close(int file) override;
  int Rename(const char* from, const char* to) override;
  int Unlink(const char* path) override;
  int Mkdir(const char* path, mode_t mode) override;

 private:
  // Writes the call down; true, with errno set, if it is to fail.
  bool Fails(FileCall call, absl::string_view arguments);

  // The next call is the one to die at.
  bool DiesNow() const { return dies_at_ == static_cast<int>(log_.size()) + 1; }

  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  std::vector<std::string> log_;
  std::map<int, std::string> paths_;          // of the open files
  std::array<std::map<int, int>, 7> errors_;  // by call: number of the call -> errno
  std::array<int, 7> counts_ = {};            // by call
  size_t longest_write_ = kUnlimited;
  size_t bytes_left_ = kUnlimited;
  int full_error_ = 0;
  bool syncs_ = true;
  int dies_at_ = 0;  // place in log_ from 1; 0 for none
  size_t torn_bytes_ = 0;
};

}  // namespace mica

#endif  // MICA_BASE_FAKE_FILE_CALLS_H_
