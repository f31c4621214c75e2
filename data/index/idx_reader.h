// Reads one file of the IDX format (MNIST and its relatives), gzip or plain, and checks all of it.
//   MICA_ASSIGN_OR_RETURN(const IdxFile images,
//                         ReadIdxFile("/data/train-images-idx3-ubyte.gz", IdxContent::kImages));
//   images.dimensions == {60000, 28, 28}; images.data()[0] is the first pixel of the first picture
// Layout, big-endian: two zero bytes, type, number of dimensions; each dimension as 32 bits; then
// the data, last dimension fastest. 60000 pictures of 28x28 begin with 00 00 08 03 00 00 ea 60 00
// 00 00 1c 00 00 00 1c. Types: 0x08, unsigned bytes, and for labels 0x0C, 32-bit numbers. The
// unpacked content must fit into memory.
#ifndef MICA_DATA_INDEX_IDX_READER_H_
#define MICA_DATA_INDEX_IDX_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// What a file must hold.
enum class IdxContent {
  kImages,  // [n, height, width] or [n, height, width, 3], bytes
  kLabels,  // [n] or [n, columns], bytes or 32-bit numbers (idx_labels.h)
};

struct IdxFile {
  std::string path;                 // as opened
  std::vector<int64_t> dimensions;  // samples first; each at least 1
  int value_bytes = 1;              // 1, or 4 for 32-bit numbers, highest byte first
  std::string bytes;                // the unpacked file, header included
  int64_t data_offset = 0;          // of the data in `bytes`: 4 + 4 x number of dimensions

  int64_t samples() const { return dimensions.front(); }
  absl::string_view data() const { return absl::string_view(bytes).substr(data_offset); }
};

// The header is checked first and limits what is unpacked. Memory grows with the bytes that are
// really unpacked, so no file costs more than it holds. While a packed file is unpacked, up to 256
// MiB of it stay in memory beside its content, if memory allows. Returns a DataError (exit code 3)
// with path, value and limit if the file is not readable, no regular file, not IDX, or cut or
// damaged, has another type or number of dimensions, a dimension of 0, too large a product, or
// bytes after the end. Thread-safe.
absl::StatusOr<IdxFile> ReadIdxFile(const std::string& path, IdxContent content);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_READER_H_
