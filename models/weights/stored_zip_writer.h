// Writes a ZIP archive whose records are stored as they are, uncompressed, so that a reader may map
// them into memory.
//   StoredZipWriter zip(/*alignment=*/64);
//   zip.Add("archive/version", "3\n");
//   const std::string bytes = std::move(zip).Finish();
// The same records give the same bytes: times are 1980-01-01, no user, no system. ZIP64 (APPNOTE
// 6.3.10, 4.3.9 and 4.5.3) where a size, a place or a count needs it. Torch-free, single-thread.
#ifndef MICA_MODELS_WEIGHTS_STORED_ZIP_WRITER_H_
#define MICA_MODELS_WEIGHTS_STORED_ZIP_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

class StoredZipWriter {
 public:
  // Every record's data begins at a multiple of `alignment` bytes, 1 to 32768.
  explicit StoredZipWriter(size_t alignment) : alignment_(alignment) {}

  // Takes memory for records of so many bytes at once.
  void Reserve(size_t bytes) { archive_.reserve(bytes); }

  // `name` is UTF-8 of at most 65535 bytes that no other record has.
  void Add(absl::string_view name, absl::string_view data);

  // The archive; nothing can be added after it.
  std::string Finish() &&;

  // CRC-32 of each record so far (ISO 3309, as zlib's), in the order of Add.
  std::vector<uint32_t> Checksums() const;

 private:
  struct Record {
    std::string name;
    uint64_t size, place;  // of the local header
    uint32_t checksum;
  };

  void AppendDirectory();

  const size_t alignment_;
  std::string archive_;
  std::vector<Record> records_;
};

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_STORED_ZIP_WRITER_H_
