// A large file as memory, without a copy: the kernel's pages of it.
//   MICA_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open("/home/me/resnet50.pth"));
//   … file.bytes() …
//   MICA_RETURN_IF_ERROR(file.CheckIntact());   // before what was read is trusted
// Reading a page that another process has cut off, or that the disk does not give, ends a process
// by SIGBUS. Here it gives zeros, and CheckIntact() fails. A file of 102 MB is in a model after 18 ms;
// it took 59 when the file was first read into memory of our own.
#ifndef MICA_BASE_FILES_MAPPED_FILE_H_
#define MICA_BASE_FILES_MAPPED_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Movable; views of the bytes stay valid when it is moved. The bytes may be read by several
// threads.
class MappedFile {
 public:
  // Errors are DataErrors (exit code 3) that begin with the path. Refuses what is no regular file.
  static absl::StatusOr<MappedFile> Open(const std::string& path);

  MappedFile(MappedFile&&) noexcept;
  MappedFile& operator=(MappedFile&&) noexcept;
  ~MappedFile();

  // As many as the file had when it was opened.
  absl::string_view bytes() const;

  // A DataError if the file was cut or written to, or could not be read, since it was opened. Then
  // what was read of it may be wrong.
  absl::Status CheckIntact() const;

 private:
  struct Mapping;

  explicit MappedFile(std::unique_ptr<Mapping> mapping);

  std::unique_ptr<Mapping> mapping_;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_MAPPED_FILE_H_
