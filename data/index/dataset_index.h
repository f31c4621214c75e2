// A data set without its pixels: one record per sample that says where its bytes are, the classes,
// the splits and a fingerprint. Immutable after BuildDatasetIndex, so thread-safe.
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

  // Its unpacked content. Null: read when a sample is needed.
  std::shared_ptr<const std::string> bytes;

  // If set, its samples are pixels, u8 CHW of this shape. If not, they are encoded pictures.
  std::optional<ImageShape> raw;
};

struct ImageRecord {
  int64_t id = 0;        // index in DatasetIndex::records
  int32_t file = 0;      // index in DatasetIndex::files
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
  std::string fingerprint;            // of the data, 16 hexadecimal digits; each format says over what
  std::vector<std::string> warnings;  // what does not stop a run, but moves its figures

  // Ids of the split's records, ascending.
  std::vector<int64_t> RecordsOf(Split split) const;

  // How many samples of the split each class has, [classes]; unlabelled samples do not count.
  std::vector<int64_t> CountsOf(Split split) const;

  // "/data/t10k-images-idx3-ubyte.gz#17", or "/data/cats/1.jpg" if the sample is the whole file.
  std::string PathOf(const ImageRecord& record) const;

  // The shape of all samples. Every file must be `raw`, and all must have the same shape.
  ImageShape RawShape() const;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_INDEX_H_
