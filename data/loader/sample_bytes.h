// The bytes of samples, wherever they lie: a file each, members of an archive, or memory.
//   SampleBytes bytes(index);  // one a thread
//   MICA_ASSIGN_OR_RETURN(const absl::string_view encoded, bytes.Read(record));
// A file that has vanished, cannot be read, or changes its size meanwhile is an error with its path
// and the system's reason (exit code 3).
#ifndef MICA_DATA_LOADER_SAMPLE_BYTES_H_
#define MICA_DATA_LOADER_SAMPLE_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/decode/picture_file.h"
#include "data/index/dataset_index.h"
#include "data/loader/abandonable_wait.h"

namespace mica {

// Single-thread. Takes no memory from sample to sample once it has read the largest. Keeps an
// archive open until a sample of another file is read: one descriptor.
class SampleBytes {
 public:
  // Both are borrowed. `wait`, if any, is told of each read from the system.
  explicit SampleBytes(const DatasetIndex& index, AbandonableWait* wait = nullptr) : index_(index), wait_(wait) {}

  // The view holds until the next call. If `wait` was given up, the error is kCancelled.
  absl::StatusOr<absl::string_view> Read(const ImageRecord& record);

 private:
  // Both touch only members. "" or why not.
  std::string OpenAndRead(int32_t file, int64_t offset, int64_t length, absl::string_view* bytes);
  std::string ReadOpen(int64_t offset, int64_t length, absl::string_view* bytes);

  const DatasetIndex& index_;
  AbandonableWait* const wait_;
  PictureFile file_;
  std::string path_;  // of file_
  int32_t open_file_ = -1;
};

}  // namespace mica

#endif  // MICA_DATA_LOADER_SAMPLE_BYTES_H_
