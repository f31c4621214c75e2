// The bytes of a picture that is a file. One object serves any number of files, one after another,
// without taking memory for each.
//   PictureFile file;
//   for (const std::string& path : paths) {
//     if (std::optional<PictureProblem> problem = file.Open(path)) … problem->message
//     const ProbeResult probe = ProbePicture(file);
// Single-thread. A file in a warm page cache costs some 4.5 microseconds to open, probe and close,
// nearly all of them in the system's four calls.
#ifndef MICA_DATA_DECODE_PICTURE_FILE_H_
#define MICA_DATA_DECODE_PICTURE_FILE_H_

#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/picture_format.h"

namespace mica {

class PictureFile : public PictureBytes {
 public:
  PictureFile() = default;
  PictureFile(const PictureFile&) = delete;
  PictureFile& operator=(const PictureFile&) = delete;
  ~PictureFile() override { Close(); }

  // Closes the file before and opens this one; a relative path begins at `folder`, an open folder's
  // descriptor. Returns kUnreadable with the system's reason for what cannot be opened or is no
  // regular file. Then there are no bytes, and ProbePicture() says the same.
  std::optional<PictureProblem> Open(const std::string& path, int folder = AT_FDCWD);
  void Close();

  int64_t size() const override { return size_; }  // when it was opened

  // The memory for the largest read so far is kept. A failed read is final until the next Open().
  absl::string_view Read(int64_t position, int64_t size) override;
  std::string error() const override { return error_; }

 private:
  std::string OpenRegular(const std::string& path, int folder);  // "" or why not
  bool Reserve(size_t size);

  int file_ = -1;
  int64_t size_ = 0;
  std::string error_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_FILE_H_
