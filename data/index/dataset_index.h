// What a data set is: one record a sample, the classes, the splits, a fingerprint. A sample is a place in
// a file, not pixels. Immutable after BuildDatasetIndex, so thread-safe.
#ifndef MICA_DATA_INDEX_DATASET_INDEX_H_
#define MICA_DATA_INDEX_DATASET_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/index/class_map.h"
#include "data/index/image_shape.h"

namespace mica {

enum class Split { kTrain, kValidation, kTest };
constexpr Split kSplits[] = {Split::kTrain, Split::kValidation, Split::kTest};
absl::string_view SplitName(Split split);  // "train", "validation", "test"

// A file that holds samples.
struct SampleFile {
  std::string path;  // absolute, as opened

  // Its unpacked content. Null: to be read when a sample is needed.
  std::shared_ptr<const std::string> bytes;

  // Set: its samples are pixels, u8 CHW of this shape. Not set: they are encoded pictures.
  std::optional<ImageShape> raw;
};

struct ImageRecord {
  int64_t id = 0;        // position in DatasetIndex::records
  int32_t file = 0;      // position in DatasetIndex::files
  int32_t label = 0;     // 0 … classes-1; -1: unlabelled
  int64_t position = 0;  // among the samples of its file, from 0
  int64_t offset = 0;    // of its first byte in the file's unpacked content
  int64_t length = 0;    // bytes; 0: the whole file
  Split split = Split::kTrain;
};

struct DatasetIndex {
  std::vector<SampleFile> files;
  std::vector<ImageRecord> records;
  ClassMap classes;
  std::string fingerprint;  // of the data, 16 hexadecimal digits; each format says over what

  // Ids of the split's records, ascending.
  std::vector<int64_t> RecordsOf(Split split) const;

  // The split's samples of each class, [classes]; unlabelled ones are in none.
  std::vector<int64_t> CountsOf(Split split) const;

  // "/data/t10k-images-idx3-ubyte.gz#17", or "/data/cats/1.jpg" where the sample is the whole file.
  std::string PathOf(const ImageRecord& record) const;

  // The one shape of all samples. Every file is `raw`, and all have one shape.
  ImageShape RawShape() const;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_INDEX_H_
