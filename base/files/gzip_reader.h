// The content of a file, unpacked if it is gzip (by its first bytes, not by its name).
//   GzipReader reader(&file);
//   MICA_RETURN_IF_ERROR(reader.Start());
//   MICA_ASSIGN_OR_RETURN(const size_t got, reader.Read(buffer, sizeof(buffer)));
//   if (reader.cut()) …  // only a part is there
// Not gzread of zlib: it takes the end of a cut file for its real end and ignores bytes that follow
// the data. Errors are DataErrors (exit code 3) that begin with the path. Single-thread.
#ifndef MICA_BASE_FILES_GZIP_READER_H_
#define MICA_BASE_FILES_GZIP_READER_H_

#include <zlib.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/files/input_file.h"

namespace mica {

inline constexpr absl::string_view kGzipMagic = "\x1f\x8b";

class GzipReader {
 public:
  // `file` is open, was not read from, and outlives the reader.
  explicit GzipReader(InputFile* file) : file_(file) {}
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;
  ~GzipReader() { inflateEnd(&stream_); }

  absl::Status Start();

  // Returns fewer than `size` bytes only at the end; cut() tells whether that is the right end.
  absl::StatusOr<size_t> Read(char* to, size_t size) { return gzip_ ? Unpack(to, size) : Copy(to, size); }

  bool gzip() const { return gzip_; }
  bool cut() const { return cut_; }

 private:
  absl::Status Refill();
  absl::StatusOr<size_t> Copy(char* to, size_t size);
  absl::StatusOr<size_t> Unpack(char* to, size_t size);
  absl::Status SkipZeros();
  absl::Status EndStream();
  bool IsBehindEnd() const;
  absl::StatusOr<size_t> EndInsideStream(size_t done);
  absl::Status Damaged() const;
  absl::Status BytesBehindEnd() const;

  InputFile* const file_;
  std::string input_ = std::string(size_t{1} << 18, '\0');
  z_stream stream_ = {};
  bool gzip_ = false;
  bool at_end_of_file_ = false;
  bool first_stream_ = true;
  bool ended_ = false;
  bool cut_ = false;
};

}  // namespace mica

#endif  // MICA_BASE_FILES_GZIP_READER_H_
