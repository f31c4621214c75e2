// Reads the files of an IDX data set, at the same time, and checks that they fit each other.
//   const IdxDataset data = ReadIdxDataset(config);
//   if (data.problems.empty()) …
#ifndef MICA_DATA_INDEX_IDX_DATASET_H_
#define MICA_DATA_INDEX_IDX_DATASET_H_

#include <optional>
#include <string>
#include <vector>

#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"
#include "data/index/idx_reader.h"

namespace mica {

// A file of pictures and the file of their labels; a file that could not be read is empty.
struct IdxPart {
  Split split = Split::kTrain;
  std::optional<IdxFile> images;  // [samples, height, width]
  std::optional<IdxFile> labels;  // [samples]
};

struct IdxDataset {
  std::vector<IdxPart> parts;         // train, then test if the data brings it
  std::string fingerprint;            // 16 hexadecimal digits, the same for gzip and plain files
  std::vector<std::string> problems;  // messages of DataErrors; empty if the data is sound, apart from the range of the labels
};

// `config.folder` is absolute. The fingerprint is the XXH3 of one line "HASH LENGTH\n" a file, in the order train images, train labels,
// test images, test labels: HASH the XXH3 of the unpacked bytes, in 16 digits, LENGTH their number.
IdxDataset ReadIdxDataset(const IdxDatasetConfig& config);

}  // namespace mica

#endif  // MICA_DATA_INDEX_IDX_DATASET_H_
