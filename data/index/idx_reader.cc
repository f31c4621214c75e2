#include "data/index/idx_reader.h"

#include <sys/mman.h>
#include <unistd.h>

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
#include "base/files/file_kind.h"
#include "base/files/gzip_reader.h"
#include "base/files/input_file.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/index/gzip.h"

namespace mica {
namespace {

constexpr int kBytesType = 0x08;
constexpr int kNumbersType = 0x0C;

constexpr char kAgain[] = "; copy or download the file again";

absl::Status Problem(const std::string& path, absl::string_view text) {
  return DataError(absl::StrCat(path, ": ", text));
}

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

// How many dimensions the usual files have; both kinds may have one more.
int UsualDimensions(IdxContent content) {
  switch (content) {
    case IdxContent::kImages:
      return 3;
    case IdxContent::kLabels:
      return 1;
  }
  return 0;
}

// Says what the file is instead, told from its first bytes.
absl::Status NotIdx(const std::string& path, absl::string_view start, bool gzip, IdxContent content) {
  const std::string expected = absl::StrFormat("expected 00 00 08 %02x", UsualDimensions(content));
  if (gzip && absl::StartsWith(start, kGzipMagic)) {
    return Problem(path, absl::StrCat("is gzip inside gzip; unpack it once (gunzip), or download it again as it is"));
  }
  const bool little_endian = start[0] > 0 && start[0] <= 4 && start[1] == 0x08 && start[2] == 0 && start[3] == 0;
  if (little_endian) {
    return Problem(path, absl::StrCat("its numbers are little-endian (starts with ", FirstBytes(start), "); ", expected,
                                      ": write the first four bytes and all dimensions with the highest byte first"));
  }
  const std::optional<FileKind> kind = WhatItLooksLike(start);
  return Problem(path, absl::StrCat("not an IDX file (starts with ", FirstBytes(start), "); ", expected,
                                    kind.has_value() ? absl::StrCat("; it ", kind->what, "; ", kind->remedy) : kAgain));
}

// Why a file has another number of dimensions than the one it is named for.
absl::string_view GuessFromDimensions(IdxContent content, int found) {
  const bool is_images = content == IdxContent::kImages;
  if (found == UsualDimensions(is_images ? IdxContent::kLabels : IdxContent::kImages)) return "are the two swapped?";
  if (is_images && found == 2) return "flattened pictures? write them as samples x height x width";
  return "name another file";
}

absl::Status CheckMagic(const std::string& path, absl::string_view header, IdxContent content) {
  const int type = static_cast<uint8_t>(header[2]);
  const bool is_labels = content == IdxContent::kLabels;
  if (type != kBytesType && !(is_labels && type == kNumbersType)) {
    return Problem(path, absl::StrFormat("type %s (0x%02X); only 0x08 is supported (unsigned bytes)%s; convert the file", TypeName(type),
                                         type, is_labels ? ", for labels 0x0C too (32-bit numbers)" : ""));
  }
  const int found = static_cast<uint8_t>(header[3]);
  const int usual = UsualDimensions(content);
  if (found == usual || found == usual + 1) return absl::OkStatus();
  return Problem(path, absl::StrFormat("expected %d dimension%s, file has %d (magic 0x%08x); pictures have 3 (0x00000803), labels 1 "
                                       "(0x00000801); %s",
                                       usual, usual == 1 ? "" : "s", found, BigEndian(header), GuessFromDimensions(content, found)));
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

// What the size of the data is the product of: the dimensions, and 4 where values have 4 bytes.
std::vector<int64_t> Factors(const IdxFile& idx, std::vector<int64_t> dimensions) {
  if (idx.value_bytes > 1) dimensions.push_back(idx.value_bytes);
  return dimensions;
}

std::string DataProduct(const IdxFile& idx) {
  return Product(Factors(idx, idx.dimensions));
}

// The dimensions as they would be if they were written with the lowest byte first.
std::vector<int64_t> SwappedDimensions(const IdxFile& idx) {
  std::vector<int64_t> swapped;
  for (const int64_t dimension : idx.dimensions) swapped.push_back(__builtin_bswap32(static_cast<uint32_t>(dimension)));
  return swapped;
}

absl::Status LittleEndianError(const IdxFile& idx) {
  return Problem(idx.path, absl::StrCat("its dimensions are little-endian (read so they are ", Product(SwappedDimensions(idx)),
                                        "); write each with the highest byte first"));
}

// Pictures of 65536 and more pixels a side do not exist, but small sizes look so with their bytes
// swapped.
bool PicturesLookSwapped(const IdxFile& idx) {
  const auto is_large = [](int64_t dimension) { return dimension >= 0x10000 && dimension % 0x10000 == 0; };
  return idx.dimensions.size() > 1 && std::all_of(idx.dimensions.begin() + 1, idx.dimensions.end(), is_large);
}

// The size of header and data together.
absl::StatusOr<int64_t> TotalBytes(const IdxFile& idx) {
  int64_t total;
  if (!Multiply(Factors(idx, idx.dimensions), &total) || __builtin_add_overflow(total, idx.data_offset, &total)) {
    return Problem(idx.path, absl::StrCat("dimensions ", DataProduct(idx), " bytes; a file holds less than 2^63", kAgain));
  }
  return total;
}

// Reads on to a header of `size` bytes.
absl::Status ReadHeaderBytes(GzipReader* reader, size_t size, IdxFile* idx) {
  const size_t before = idx->bytes.size();
  idx->bytes.resize(size);
  MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(idx->bytes.data() + before, size - before));
  idx->bytes.resize(before + got);
  return absl::OkStatus();
}

absl::Status CheckDimensions(const IdxFile& idx, IdxContent content) {
  if (PicturesLookSwapped(idx)) return LittleEndianError(idx);
  const bool is_images = content == IdxContent::kImages;
  for (size_t i = 0; i < idx.dimensions.size(); ++i) {
    if (idx.dimensions[i] > 0) continue;
    const absl::string_view what = i == 0 ? "no samples" : is_images ? "empty pictures" : "empty labels";
    return Problem(idx.path, absl::StrCat(what, " (dimension ", i, " of ", Product(idx.dimensions), " is 0); at least 1 is needed"));
  }
  if (!is_images || idx.dimensions.size() == 3 || idx.dimensions.back() == 3) return absl::OkStatus();
  return Problem(idx.path,
                 absl::StrCat("the last of its 4 dimensions (", absl::StrJoin(idx.dimensions, " x "), ") is ", idx.dimensions.back(),
                              "; colour pictures are samples x height x width x 3, grey ones samples x height x width"));
}

absl::Status ReadHeader(GzipReader* reader, IdxContent content, IdxFile* idx) {
  const int usual = UsualDimensions(content);
  idx->data_offset = 4 + 4 * usual;
  MICA_RETURN_IF_ERROR(ReadHeaderBytes(reader, idx->data_offset, idx));
  const size_t got = idx->bytes.size();
  if (got == 0) return Problem(idx->path, absl::StrCat("0 bytes; an IDX header has ", idx->data_offset, kAgain));
  const bool is_idx = idx->bytes[0] == 0 && (got < 2 || idx->bytes[1] == 0);
  if (!is_idx && got >= 4) {
    std::string start = idx->bytes;
    start.resize(kFileKindBytes);
    MICA_ASSIGN_OR_RETURN(const size_t more, reader->Read(start.data() + got, start.size() - got));
    return NotIdx(idx->path, absl::string_view(start).substr(0, got + more), reader->gzip(), content);
  }
  if (got >= 4) MICA_RETURN_IF_ERROR(CheckMagic(idx->path, idx->bytes, content));
  const int dimensions = got >= 4 ? static_cast<uint8_t>(idx->bytes[3]) : usual;
  idx->data_offset = 4 + 4 * dimensions;
  if (dimensions > usual) MICA_RETURN_IF_ERROR(ReadHeaderBytes(reader, idx->data_offset, idx));
  if (static_cast<int64_t>(idx->bytes.size()) < idx->data_offset) {
    return Problem(idx->path, absl::StrCat("cut after ", idx->bytes.size(), " bytes, inside the header of ", idx->data_offset, kAgain));
  }
  idx->value_bytes = static_cast<uint8_t>(idx->bytes[2]) == kNumbersType ? 4 : 1;
  for (int i = 0; i < dimensions; ++i) idx->dimensions.push_back(BigEndian(absl::string_view(idx->bytes).substr(4 + 4 * i)));
  return CheckDimensions(*idx, content);
}

absl::Status CutError(const IdxFile& idx, int64_t got, int64_t total) {
  int64_t bytes;
  if (Multiply(Factors(idx, SwappedDimensions(idx)), &bytes) && bytes == got - idx.data_offset) return LittleEndianError(idx);
  if (got == total) return Problem(idx.path, absl::StrCat("cut inside the checksum at the end of the gzip data", kAgain));
  return Problem(idx.path, absl::StrCat("cut after ", got, " of ", total, " bytes (header ", idx.data_offset, " + data ", DataProduct(idx),
                                        ")", kAgain));
}

absl::Status TooLongError(const IdxFile& idx, int64_t total, absl::string_view found) {
  return Problem(idx.path, absl::StrCat("bytes after the end: ", found, ", expected ", total, " (header ", idx.data_offset, " + data ",
                                        DataProduct(idx), ")", kAgain));
}

// Everything that can be checked before memory is spent.
absl::Status CheckSize(const IdxFile& idx, const InputFile& file, bool gzip, int64_t total) {
  if (!gzip && file.size() < total) return CutError(idx, file.size(), total);
  if (!gzip && file.size() > total) return TooLongError(idx, total, absl::StrCat("the file has ", file.size()));
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
  if (total > memory) {
    return Problem(idx.path, absl::StrCat("needs ", total, " bytes of memory (", DataProduct(idx), "); this machine has ", memory));
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
// changes nothing, and GzipReader reads on and says what is wrong. Hence two libraries.
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

absl::Status ReadData(GzipReader* reader, const InputFile& file, int64_t total, IdxFile* idx) {
  int64_t done = idx->data_offset;
  for (int64_t size = std::min(total, FirstGuess(file)); done < total; size = std::min(total, 2 * size)) {
    idx->bytes.resize(size);
    MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(idx->bytes.data() + done, size - done));
    done += got;
    if (done < size) return CutError(*idx, done, total);
  }
  return absl::OkStatus();
}

absl::Status ExpectEnd(GzipReader* reader, int64_t total, const IdxFile& idx) {
  char behind;
  MICA_ASSIGN_OR_RETURN(const size_t got, reader->Read(&behind, 1));
  if (got > 0) return TooLongError(idx, total, absl::StrCat("the file has more than ", total));
  return reader->cut() ? CutError(idx, total, total) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<IdxFile> ReadIdxFile(const std::string& path, IdxContent content) {
  try {
    InputFile file(path);
    MICA_RETURN_IF_ERROR(file.Open());
    GzipReader reader(&file);
    MICA_RETURN_IF_ERROR(reader.Start());
    IdxFile idx;
    idx.path = path;
    MICA_RETURN_IF_ERROR(ReadHeader(&reader, content, &idx));
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
