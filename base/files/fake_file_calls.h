// The system calls of base/files/file.h for tests: passes them on to the system, logs them, and
// makes them fail on request.
//   FakeFileCalls calls;
//   calls.FailNth(FileCall::kFsync, 1, EIO);
//   EXPECT_THAT(WriteFileAtomically(path, "text", calls),
//               Fails(ExitCode::kOutput, HasSubstr("Input/output error")));
//   EXPECT_THAT(calls.log(), ElementsAre("open …", "write …", "fsync …", "close …", "unlink …"));
// To kill a child process at any of its calls (docs/faults.md):
//   EXPECT_EXIT({ FakeFileCalls calls; calls.DieAt(3);
//                 WriteFileAtomically(path, "text", calls).IgnoreError(); _exit(0); },
//               testing::ExitedWithCode(FakeFileCalls::kDied), "");
// A failing call has no effect, except that close closes the file anyway, as on Linux. What the
// calls did is in records(), for base/files/sync_order.h. Not thread-safe.
#ifndef MICA_BASE_FILES_FAKE_FILE_CALLS_H_
#define MICA_BASE_FILES_FAKE_FILE_CALLS_H_

#include <array>
#include <limits>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/files/file.h"

namespace mica {

// kOpenToRead is an open of a file, not of a folder, that only reads.
enum class FileCall { kOpen, kWrite, kFsync, kClose, kRename, kUnlink, kMkdir, kRmdir, kExchange, kOpenToRead, kRead, kList, kSyncfs };

struct FileCallRecord {
  FileCall call;
  std::string path;      // that of the open file for read, write, fsync, syncfs and close
  std::string new_path;  // the second of rename and exchange
  bool creates = false;  // an open that may create or cut a file
  bool ok = false;

  // Whether it changes what is on the disk, or what will be there.
  bool Changes() const;
};

// "mkdir PATH", "rename FROM to TO", …
std::ostream& operator<<(std::ostream& stream, const FileCallRecord& record);

class FakeFileCalls : public FileCalls {
 public:
  // The nth call of this kind fails with `error`, an errno; the next one is n = 1. Later calls
  // succeed.
  void FailNth(FileCall call, int nth, int error);

  // A disk that becomes full: writes take `bytes` more bytes, the last of them perhaps as a short
  // write, and then fail with `error`.
  void FailWritesAfter(size_t bytes, int error);

  // No write takes more than `bytes` bytes.
  void ShortenWrites(size_t bytes) { max_write_ = bytes; }

  // fsync and syncfs are logged and succeed without syncing, so that thousands of writes run
  // quickly; rename removes what it replaces first, as ext4 flushes otherwise. Tests see no other
  // difference.
  void DoNotSync() { syncs_ = false; }

  // The nth call from now on, of any kind, ends the process with kDied and has no effect; but a
  // write takes up to `torn_bytes` bytes first.
  void DieAt(int nth, size_t torn_bytes = 0);
  static constexpr int kDied = 137;  // a shell's exit code for a killed process

  // All calls so far, failed ones included.
  const std::vector<FileCallRecord>& records() const { return records_; }

  // The same as text: "open PATH", "write PATH", "rename FROM to TO", …
  std::vector<std::string> log() const;

  // How often a call was made.
  int count(FileCall call) const;

  // Files that were opened but not closed.
  int open_files() const { return static_cast<int>(paths_.size()); }

  int Open(const char* path, int flags, mode_t mode) override;
  ssize_t Read(int file, void* bytes, size_t size) override;
  ssize_t Write(int file, const void* bytes, size_t size) override;
  int Fsync(int file) override;
  int Syncfs(int file) override;
  int Close(int file) override;
  int Rename(const char* from, const char* to) override;
  int Unlink(const char* path) override;
  int Mkdir(const char* path, mode_t mode) override;
  int Rmdir(const char* path) override;
  int Exchange(const char* a, const char* b) override;
  int List(const char* path, std::vector<std::string>* names) override;

 private:
  // Records the call. Returns true, with errno set, if it must fail.
  bool Fails(FileCall call, absl::string_view path, absl::string_view new_path = "", bool creates = false);

  // Records whether the call that was begun last has succeeded; returns its result.
  template <typename Result>
  Result End(Result result) {
    records_.back().ok = result >= 0;
    return result;
  }

  // Whether the next call is the one to die at.
  bool DiesNow() const { return dies_at_ == static_cast<int>(records_.size()) + 1; }

  static constexpr size_t kKinds = static_cast<size_t>(FileCall::kSyncfs) + 1;
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  std::vector<FileCallRecord> records_;
  std::map<int, std::string> paths_;               // of the open files
  std::array<std::map<int, int>, kKinds> errors_;  // by call: number of the call -> errno
  std::array<int, kKinds> counts_ = {};            // by call
  size_t max_write_ = kUnlimited;
  size_t bytes_left_ = kUnlimited;
  int full_error_ = 0;
  bool syncs_ = true;
  int dies_at_ = 0;  // index in records_, from 1; 0 for never
  size_t torn_bytes_ = 0;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_FAKE_FILE_CALLS_H_
