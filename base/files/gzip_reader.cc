#include "base/files/gzip_reader.h"

#include <string.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr char kAgain[] = "; copy or download the file again";

absl::Status Problem(const std::string& path, absl::string_view text) {
  return DataError(absl::StrCat(path, ": ", text));
}

}  // namespace

absl::Status GzipReader::Start() {
  MICA_RETURN_IF_ERROR(Refill());
  gzip_ = absl::StartsWith(absl::string_view(input_.data(), stream_.avail_in), kGzipMagic);
  constexpr int kGzip = 16;  // zlib's flag for a gzip header and checksum
  if (gzip_ && inflateInit2(&stream_, MAX_WBITS + kGzip) != Z_OK) return Problem(file_->path(), "cannot unpack: out of memory");
  return absl::OkStatus();
}

absl::Status GzipReader::Refill() {
  MICA_ASSIGN_OR_RETURN(const size_t got, file_->Read(input_.data(), input_.size()));
  stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
  stream_.avail_in = static_cast<uInt>(got);
  at_end_of_file_ = got < input_.size();
  return absl::OkStatus();
}

absl::StatusOr<size_t> GzipReader::Copy(char* to, size_t size) {
  const size_t buffered = std::min<size_t>(size, stream_.avail_in);
  memcpy(to, stream_.next_in, buffered);
  stream_.next_in += buffered;
  stream_.avail_in -= static_cast<uInt>(buffered);
  MICA_ASSIGN_OR_RETURN(const size_t got, file_->Read(to + buffered, size - buffered));
  return buffered + got;
}

absl::StatusOr<size_t> GzipReader::Unpack(char* to, size_t size) {
  constexpr size_t kMaxAtOnce = size_t{1} << 30;  // zlib counts in 32 bits
  size_t done = 0;
  while (done < size && !ended_) {
    if (stream_.avail_in == 0) MICA_RETURN_IF_ERROR(Refill());
    if (stream_.avail_in == 0) return EndInsideStream(done);
    const size_t wanted = std::min(size - done, kMaxAtOnce);
    stream_.next_out = reinterpret_cast<Bytef*>(to + done);
    stream_.avail_out = static_cast<uInt>(wanted);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    done += wanted - stream_.avail_out;
    if (result == Z_STREAM_END) {
      MICA_RETURN_IF_ERROR(EndStream());
    } else if (result == Z_MEM_ERROR) {
      return Problem(file_->path(), "cannot unpack: out of memory");
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Damaged();
    }
  }
  return done;
}

// Padding, as tapes and some archives leave it behind the data.
absl::Status GzipReader::SkipZeros() {
  while (true) {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in > 0 || at_end_of_file_) return absl::OkStatus();
    MICA_RETURN_IF_ERROR(Refill());
  }
}

// gzip allows several streams in a row, and joins their contents.
absl::Status GzipReader::EndStream() {
  MICA_RETURN_IF_ERROR(SkipZeros());
  ended_ = stream_.avail_in == 0;
  if (!ended_) {
    first_stream_ = false;
    inflateReset(&stream_);
  }
  return absl::OkStatus();
}

// Bytes that follow a whole stream and are no stream themselves.
bool GzipReader::IsBehindEnd() const {
  return !first_stream_ && stream_.total_out == 0;
}

absl::StatusOr<size_t> GzipReader::EndInsideStream(size_t done) {
  if (IsBehindEnd()) return BytesBehindEnd();
  cut_ = ended_ = true;
  return done;
}

absl::Status GzipReader::Damaged() const {
  if (IsBehindEnd()) return BytesBehindEnd();
  return Problem(file_->path(),
                 absl::StrCat("damaged gzip data (", stream_.msg != nullptr ? stream_.msg : "zlib gives no reason", ")", kAgain));
}

absl::Status GzipReader::BytesBehindEnd() const {
  return Problem(file_->path(), absl::StrCat("bytes after the end of the gzip data", kAgain));
}

}  // namespace mica
