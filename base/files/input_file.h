// A regular file that is read piece by piece.
//   InputFile file("/data/labels");
//   MICA_RETURN_IF_ERROR(file.Open());
//   MICA_ASSIGN_OR_RETURN(const size_t got, file.Read(buffer, sizeof(buffer)));
// Errors are DataErrors (exit code 3) that begin with the path. Single-thread.
#ifndef MICA_BASE_FILES_INPUT_FILE_H_
#define MICA_BASE_FILES_INPUT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mica {

class InputFile {
 public:
  explicit InputFile(std::string path) : path_(std::move(path)) {}
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  // Refuses what is not a regular file.
  absl::Status Open();

  // Returns fewer than `size` bytes only at the end of the file.
  absl::StatusOr<size_t> Read(char* to, size_t size);

  // Like Read(), but from `position` on, and without moving what Read() returns next.
  absl::StatusOr<size_t> ReadAt(int64_t position, char* to, size_t size) const;

  const std::string& path() const { return path_; }
  int64_t size() const { return size_; }  // when it was opened
  int descriptor() const { return file_; }  // stays this object's

 private:
  const std::string path_;
  int file_ = -1;
  int64_t size_ = 0;
  int64_t position_ = 0;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_INPUT_FILE_H_
