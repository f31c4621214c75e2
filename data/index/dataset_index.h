// What a data set is: one record a sample, the classes, the splits, a fingerprint. Says where pixels are; holds them only for packed
// formats, whose files had to be unpacked anyway. Immutable after BuildDatasetIndex, so thread-safe.
#ifndef MICA_DATA_INDEX_DATASET_INDEX_H_
#define MICA_DATA_INDEX_DATASET_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/image_shape.h"
#include "data/index/class_map.h"

namespace mica {

enum class Split { kTrain, kValidation, kTest };
constexpr Split kSplits[] = {Split::kTrain, Split::kValidation, Split::kTest};
absl::string_view SplitName(Split split);  // "train", "validation", "test"

// A file that holds samples.
struct SampleFile {
  std::string path;                          // absolute, as opened
  std::shared_ptr<const std::string> bytes;  // its unpacked content
};

struct ImageRecord {
  int64_t id = 0;        // position in DatasetIndex::records
  int32_t file = 0;      // position in DatasetIndex::files
  int32_t label = 0;     // 0 … classes-1
  int64_t position = 0;  // of the sample in its file, from 0
  int64_t offset = 0;    // of the first pixel in the file's unpacked bytes
  int64_t length = 0;    // bytes
  Split split = Split::kTrain;
};

struct DatasetIndex {
  std::vector<SampleFile> files;
  std::vector<ImageRecord> records;
  ClassMap classes;
  ImageShape shape;         // of every sample: u8 CHW, 0 … 255
  std::string fingerprint;  // XXH3 over the unpacked bytes of all files, 16 hexadecimal digits

  // Ids of the split's records, ascending.
  std::vector<int64_t> RecordsOf(Split split) const;

  // The split's samples of each class, [classes].
  std::vector<int64_t> CountsOf(Split split) const;

  // "/data/t10k-images-idx3-ubyte.gz#17"
  std::string PathOf(const ImageRecord& record) const;

  absl::string_view PixelsOf(const ImageRecord& record) const;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_INDEX_H_
