// Reads one file of the IDX format (MNIST and its relatives), gzip or plain, and checks it whole.
//   MICA_ASSIGN_OR_RETURN(const IdxFile images, ReadIdxFile("/data/train-images-idx3-ubyte.gz", /*dimensions=*/3));
//   images.dimensions == {60000, 28, 28}; images.data()[0] is the first pixel of the first picture
// Layout, big-endian: two zero bytes, type, number of dimensions; each dimension as 32 bits; then the data, last dimension fastest.
// 60000 pictures of 28x28 begin with 00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c. Only type 0x08, unsigned bytes, is read.
// Not for files that do not fit into memory: the unpacked content is held as a whole.
#ifndef MICA_DATA_INDEX_IDX_READER_H_
#define MICA_DATA_INDEX_IDX_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

struct IdxFile {
  std::string path;                 // as opened
  std::vector<int64_t> dimensions;  // samples first; each at least 1
  std::string bytes;                // the unpacked file, header included
  int64_t data_offset = 0;          // of the data in `bytes`: 4 + 4 x number of dimensions

  int64_t samples() const { return dimensions.front(); }
  absl::string_view data() const { return absl::string_view(bytes).substr(data_offset); }
};

// `dimensions`: how many the file must have, 3 for grey pictures, 1 for labels. The header is judged first and caps what is unpacked, and
// memory grows with what was really unpacked, so no file costs more than it holds. Up to 256 MiB of a packed file are held beside its
// content while it is unpacked, where memory allows.
// A DataError (exit code 3) names path, value and limit: not readable, no regular file, no IDX, another type or number of dimensions, a
// dimension of 0, a product too large, cut, damaged, bytes after the end. Thread-safe.
absl::StatusOr<IdxFile> ReadIdxFile(const std::string& path, int dimensions);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_READER_H_
