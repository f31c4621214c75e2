// Finds the files in a zip archive in memory. Nothing in an archive is trusted before it is
// checked.
//   MICA_ASSIGN_OR_RETURN(const std::vector<ZipEntry> entries, ListZip(bytes));
//   std::deque<std::string> unpacked;
//   MICA_ASSIGN_OR_RETURN(const absl::string_view text, ZipContent(entries[0], &unpacked));
// Formats: stored and deflated entries, data descriptors, ZIP64 (PKWARE's APPNOTE 6.3). Not for
// archives of several parts, and not for writing. Errors are CheckpointErrors (exit code 4) without
// the archive's path. Pure functions; an archive may be read by several threads.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_ZIP_READER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_ZIP_READER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// Looks at the archive's bytes.
struct ZipEntry {
  absl::string_view name;    // without "..", as stored
  absl::string_view stored;  // its bytes in the archive
  uint64_t size = 0;         // of the content, bytes
  uint32_t crc32 = 0;        // of the content; 0 if torch.save was told to compute none
  bool is_deflated = false;
};

// All entries, in the order of the archive's list. Every place and size lies in the archive, no two
// entries overlap or have one name, none is encrypted. What deflated entries would unpack to is
// bounded by the archive's size. Memory: at most a few times the list's size.
absl::StatusOr<std::vector<ZipEntry>> ListZip(absl::string_view archive);

// The content of an entry. A stored entry is not copied; a deflated one is unpacked into a new last
// element of `unpacked`. Its checksum is not compared.
absl::StatusOr<absl::string_view> UnpackZipEntry(const ZipEntry& entry, std::deque<std::string>* unpacked);

// Compares the checksum of an entry's content: 0.1 ms a megabyte. Entries may be checked at once.
absl::Status CheckZipContent(const ZipEntry& entry, absl::string_view content);

// Both in turn.
absl::StatusOr<absl::string_view> ZipContent(const ZipEntry& entry, std::deque<std::string>* unpacked);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_ZIP_READER_H_
