// The bytes of a large file, read into memory of their own by several threads.
//   MICA_ASSIGN_OR_RETURN(const FileMemory memory, FileMemory::Read("/home/me/resnet50.pth"));
//   memory.bytes()
// 100 MB cost 45 ms of processor time, which up to four cores share, where ReadFile (file.h) needs
// 63 ms of one: nothing is filled with zeros first. The kernel is not asked for large pages: where
// memory is in pieces it took 0.3 s to find them. Not a mapping of the file: another process that
// cuts the file later would end this one. For small files and for those that tests make fail, take
// ReadFile.
#ifndef MICA_BASE_FILES_FILE_MEMORY_H_
#define MICA_BASE_FILES_FILE_MEMORY_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Movable; views of the bytes stay valid when it is moved. The bytes may be read by several
// threads.
class FileMemory {
 public:
  // Errors are DataErrors (exit code 3) that begin with the path: what is no regular file, is
  // larger than the memory of this machine, or shrinks while it is read.
  static absl::StatusOr<FileMemory> Read(const std::string& path);

  FileMemory() = default;
  FileMemory(FileMemory&& other) noexcept : begin_(std::exchange(other.begin_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  FileMemory& operator=(FileMemory&& other) noexcept;
  ~FileMemory();

  absl::string_view bytes() const { return {begin_, size_}; }

 private:
  char* begin_ = nullptr;
  size_t size_ = 0;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_FILE_MEMORY_H_
