#include "data/index/idx_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/open_error.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/index/gzip.h"

namespace mica {
namespace {

constexpr char kAgain[] = "; copy or download the file again";

absl::Status Problem(const std::string& path, absl::string_view text) {
  return DataError(absl::StrCat(path, ": ", text));
}

// A regular file, read from front to back.
class InputFile {
 public:
  explicit InputFile(std::string path) : path_(std::move(path)) {}
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile() {
    if (file_ >= 0) close(file_);
  }

  absl::Status Open() {
    // Without O_NONBLOCK, opening a FIFO would block.
    file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file_ < 0) return Problem(path_, absl::StrCat("cannot open: ", WhyNotOpened(path_, errno)));
    struct stat stats;
    if (fstat(file_, &stats) != 0) return Problem(path_, absl::StrCat("cannot read: ", strerror(errno)));
    if (S_ISDIR(stats.st_mode)) return Problem(path_, "is a folder, expected a file");
    if (!S_ISREG(stats.st_mode)) return Problem(path_, "not a regular file");
    size_ = stats.st_size;
    return absl::OkStatus();
  }

  // Returns fewer than `size` bytes only at the end of the file.
  absl::StatusOr<size_t> Read(char* to, size_t size) {
    MICA_ASSIGN_OR_RETURN(const size_t got, ReadAt(position_, to, size));
    position_ += got;
    return got;
  }

  // Like Read(), but from `position` on, and without moving what Read() returns next.
  absl::StatusOr<size_t> ReadAt(int64_t position, char* to, size_t size) const {
    size_t done = 0;
    while (done < size) {
      const ssize_t got = pread(file_, to + done, size - done, position + done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Problem(path_, absl::StrCat("cannot read: ", strerror(errno)));
      if (got == 0) break;
      done += got;
    }
    return done;
  }

  const std::string& path() const { return path_; }
  int64_t size() const { return size_; }

 private:
  const std::string path_;
  int file_ = -1;
  int64_t size_ = 0;
  int64_t position_ = 0;
};

// The content of a file, unpacked if it is gzip. zlib's gzread takes the end of a cut file for its
// real end and ignores bytes that follow the stream, so it is not used.
class ContentReader {
 public:
  explicit ContentReader(InputFile* file) : file_(file) {}
  ContentReader(const ContentReader&) = delete;
  ContentReader& operator=(const ContentReader&) = delete;
  ~ContentReader() { inflateEnd(&stream_); }

  absl::Status Start() {
    MICA_RETURN_IF_ERROR(Refill());
    gzip_ = stream_.avail_in >= 2 && input_[0] == '\x1f' && input_[1] == '\x8b';
    constexpr int kGzip = 16;  // zlib's flag for a gzip header and checksum
    if (gzip_ && inflateInit2(&stream_, MAX_WBITS + kGzip) != Z_OK) return Problem(file_->path(), "cannot unpack: out of memory");
    return absl::OkStatus();
  }

  // Returns fewer than `size` bytes only at the end; cut() tells whether that is the right end.
  absl::StatusOr<size_t> Read(char* to, size_t size) { return gzip_ ? Unpack(to, size) : Copy(to, size); }

  bool gzip() const { return gzip_; }
  bool cut() const { return cut_; }

 private:
  absl::Status Refill() {
    MICA_ASSIGN_OR_RETURN(const size_t got, file_->Read(input_.data(), input_.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(got);
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Copy(char* to, size_t size) {
    const size_t buffered = std::min<size_t>(size, stream_.avail_in);
    memcpy(to, stream_.next_in, buffered);
    stream_.next_in += buffered;
    stream_.avail_in -= static_cast<uInt>(buffered);
    MICA_ASSIGN_OR_RETURN(const size_t got, file_->Read(to + buffered, size - buffered));
    return buffered + got;
  }

  absl::StatusOr<size_t> Unpack(char* to, size_t size) {
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
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Damaged();
      }
    }
    return done;
  }

  // gzip allows several streams in a row, and joins their contents.
  absl::Status EndStream() {
    if (stream_.avail_in == 0) MICA_RETURN_IF_ERROR(Refill());
    ended_ = stream_.avail_in == 0;
    if (!ended_) {
      first_stream_ = false;
      inflateReset(&stream_);
    }
    return absl::OkStatus();
  }

  // Bytes that follow a whole stream and are no stream themselves.
  bool IsBehindEnd() const { return !first_stream_ && stream_.total_out == 0; }

  absl::StatusOr<size_t> EndInsideStream(size_t done) {
    if (IsBehindEnd()) return BytesBehindEnd();
    cut_ = ended_ = true;
    return done;
  }

  absl::Status Damaged() const {
    if (IsBehindEnd()) return BytesBehindEnd();
    return Problem(file_->path(),
                   absl::StrCat("damaged gzip data (", stream_.msg != nullptr ? stream_.msg : "zlib gives no reason", ")", kAgain));
  }

  absl::Status BytesBehindEnd() const { return Problem(file_->path(), absl::StrCat("bytes after the end of the gzip data", kAgain)); }

  InputFile* const file_;
  std::string input_ = std::string(size_t{1} << 18, '\0');
  z_stream stream_ = {};
  bool gzip_ = false;
  bool first_stream_ = true;
  bool ended_ = false;
  bool cut_ = false;
};

std::string TypeName(int type) {
  switch (type) {
    case 0x09:
      return "signed byte";
    case 0x0B:
      return "short";
    case 0x0C:
      return "int";
    case 0x0D:
      return "float";
    case 0x0E:
      return "double";
    default:
      return "unknown";
  }
}

uint32_t BigEndian(absl::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

std::string FirstBytes(absl::string_view header) {
  std::vector<std::string> bytes;
  for (const char byte : header.substr(0, 4)) bytes.push_back(absl::StrFormat("%02x", static_cast<uint8_t>(byte)));
  return absl::StrJoin(bytes, " ");
}

absl::Status CheckMagic(const std::string& path, absl::string_view header, int dimensions) {
  const int expected_bytes = 4 + 4 * dimensions;
  if (header.empty()) return Problem(path, absl::StrCat("0 bytes; an IDX header has ", expected_bytes, kAgain));
  if (header.size() < 4)
    return Problem(path, absl::StrCat("cut after ", header.size(), " bytes, inside the header of ", expected_bytes, kAgain));
  if (header[0] != 0 || header[1] != 0) {
    const absl::string_view guess = absl::StartsWith(header, "<") ? "; it looks like a web page" : "";
    return Problem(path, absl::StrFormat("not an IDX file (starts with %s); expected 00 00 08 %02x%s%s", FirstBytes(header), dimensions,
                                         guess, kAgain));
  }
  const int type = static_cast<uint8_t>(header[2]);
  if (type != 0x08) {
    return Problem(path,
                   absl::StrFormat("type %s (0x%02X); only 0x08 is supported (unsigned bytes); convert the file", TypeName(type), type));
  }
  const int found = static_cast<uint8_t>(header[3]);
  if (found != dimensions) {
    return Problem(path, absl::StrFormat("expected %d dimension%s, file has %d (magic 0x%08x); pictures have 3 (0x00000803), labels 1 "
                                         "(0x00000801); are the two swapped?",
                                         dimensions, dimensions == 1 ? "" : "s", found, BigEndian(header)));
  }
  return absl::OkStatus();
}

// False if the product does not fit.
bool Multiply(const std::vector<int64_t>& dimensions, int64_t* product) {
  *product = 1;
  for (const int64_t dimension : dimensions) {
    if (__builtin_mul_overflow(*product, dimension, product)) return false;
  }
  return true;
}

// "60000 x 28 x 28 = 47040000"; a product of more than 63 bits is rounded.
std::string Product(const std::vector<int64_t>& dimensions) {
  if (dimensions.size() == 1) return absl::StrCat(dimensions[0]);
  const std::string factors = absl::StrJoin(dimensions, " x ");
  int64_t exact;
  if (Multiply(dimensions, &exact)) return absl::StrCat(factors, " = ", exact);
  double rounded = 1;
  for (const int64_t dimension : dimensions) rounded *= static_cast<double>(dimension);
  return absl::StrCat(factors, " = ", FormatNumber(rounded));
}

// The size of header and data together.
absl::StatusOr<int64_t> TotalBytes(const IdxFile& idx) {
  int64_t total;
  if (!Multiply(idx.dimensions, &total) || __builtin_add_overflow(total, idx.data_offset, &total)) {
    return Problem(idx.path, absl::StrCat("dimensions ", Product(idx.dimensions), " bytes; a file holds less than 2^63", kAgain));
  }
  return total;
}

absl::Status ReadHeader(ContentReader* reader, int dimensions, IdxFile* idx) {
  idx->data_offset = 4 + 4 * dimensions;
  idx->bytes.resize(idx->data_offset);
  MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(idx->bytes.data(), idx->bytes.size()));
  idx->bytes.resize(got);
  MICA_RETURN_IF_ERROR(CheckMagic(idx->path, idx->bytes, dimensions));
  if (static_cast<int64_t>(got) < idx->data_offset) {
    return Problem(idx->path, absl::StrCat("cut after ", got, " bytes, inside the header of ", idx->data_offset, kAgain));
  }
  for (int i = 0; i < dimensions; ++i) idx->dimensions.push_back(BigEndian(absl::string_view(idx->bytes).substr(4 + 4 * i)));
  for (int i = 0; i < dimensions; ++i) {
    if (idx->dimensions[i] > 0) continue;
    const absl::string_view what = i == 0 ? "no samples" : "empty pictures";
    return Problem(idx->path, absl::StrCat(what, " (dimension ", i, " of ", Product(idx->dimensions), " is 0); at least 1 is needed"));
  }
  return absl::OkStatus();
}

absl::Status CutError(const IdxFile& idx, int64_t got, int64_t total) {
  if (got == total) return Problem(idx.path, absl::StrCat("cut inside the checksum at the end of the gzip data", kAgain));
  return Problem(idx.path, absl::StrCat("cut after ", got, " of ", total, " bytes (header ", idx.data_offset, " + data ",
                                        Product(idx.dimensions), ")", kAgain));
}

absl::Status TooLongError(const IdxFile& idx, int64_t total, absl::string_view found) {
  return Problem(idx.path, absl::StrCat("bytes after the end: ", found, ", expected ", total, " (header ", idx.data_offset, " + data ",
                                        Product(idx.dimensions), ")", kAgain));
}

// Everything that can be checked before memory is spent.
absl::Status CheckSize(const IdxFile& idx, const InputFile& file, bool gzip, int64_t total) {
  if (!gzip && file.size() < total) return CutError(idx, file.size(), total);
  if (!gzip && file.size() > total) return TooLongError(idx, total, absl::StrCat("the file has ", file.size()));
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
  if (total > memory) {
    return Problem(idx.path, absl::StrCat("needs ", total, " bytes of memory (", Product(idx.dimensions), "); this machine has ", memory));
  }
  return absl::OkStatus();
}

// Most data unpacks to less than this. A file whose header promises more gets the memory only as
// its bytes arrive.
int64_t FirstGuess(const InputFile& file) {
  return (int64_t{1} << 20) + 16 * file.size();
}

// Memory of its own pages, which the kernel gets back at once. malloc would keep them for the rest
// of the process (mallopt in cli/main.cc).
class Pages {
 public:
  explicit Pages(size_t size) : size_(size), pages_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (pages_ == MAP_FAILED) throw std::bad_alloc();
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { munmap(pages_, size_); }

  char* data() { return static_cast<char*>(pages_); }
  size_t size() const { return size_; }

 private:
  const size_t size_;
  void* const pages_;
};

// libdeflate unpacks in half of zlib's time, but only from memory and all or nothing; nearly every
// packed file is one sound gzip stream and can be read so. For all others this returns false and
// changes nothing, and ContentReader reads on and says what is wrong. Hence two libraries.
bool ReadAtOnce(const InputFile& file, int64_t total, IdxFile* idx) {
  constexpr int64_t kMaxPacked = int64_t{1} << 28;  // held beside the content
  if (total > FirstGuess(file) || file.size() > kMaxPacked) return false;
  try {
    Pages packed(file.size() + 1);  // the byte more shows a file that has grown
    const absl::StatusOr<size_t> got = file.ReadAt(0, packed.data(), packed.size());
    if (!got.ok()) return false;
    std::optional<std::string> bytes = UnpackGzip(absl::string_view(packed.data(), *got), total);
    // Another header: the file has changed.
    if (!bytes.has_value() || !absl::StartsWith(*bytes, idx->bytes)) return false;
    idx->bytes = *std::move(bytes);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

absl::Status ReadData(ContentReader* reader, const InputFile& file, int64_t total, IdxFile* idx) {
  int64_t done = idx->data_offset;
  for (int64_t size = std::min(total, FirstGuess(file)); done < total; size = std::min(total, 2 * size)) {
    idx->bytes.resize(size);
    MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(idx->bytes.data() + done, size - done));
    done += got;
    if (done < size) return CutError(*idx, done, total);
  }
  return absl::OkStatus();
}

absl::Status ExpectEnd(ContentReader* reader, int64_t total, const IdxFile& idx) {
  char behind;
  MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(&behind, 1));
  if (got > 0) return TooLongError(idx, total, absl::StrCat("the file has more than ", total));
  return reader->cut() ? CutError(idx, total, total) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<IdxFile> ReadIdxFile(const std::string& path, int dimensions) {
  try {
    InputFile file(path);
    MICA_RETURN_IF_ERROR(file.Open());
    ContentReader reader(&file);
    MICA_RETURN_IF_ERROR(reader.Start());
    IdxFile idx;
    idx.path = path;
    MICA_RETURN_IF_ERROR(ReadHeader(&reader, dimensions, &idx));
    MICA_ASSIGN_OR_RETURN(const int64_t total, TotalBytes(idx));
    MICA_RETURN_IF_ERROR(CheckSize(idx, file, reader.gzip(), total));
    if (reader.gzip() && ReadAtOnce(file, total, &idx)) return idx;
    MICA_RETURN_IF_ERROR(ReadData(&reader, file, total, &idx));
    MICA_RETURN_IF_ERROR(ExpectEnd(&reader, total, idx));
    return idx;
  } catch (const std::bad_alloc&) {
    return Problem(path, "not enough memory to unpack it; free memory or raise its limit (ulimit -v)");
  }
}

}  // namespace mica
