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
#include "data/picture/picture_region.h"

namespace mica {

enum class Split : int8_t { kTrain, kValidation, kTest, kUnlabelled };
constexpr Split kSplits[] = {Split::kTrain, Split::kValidation, Split::kTest};  // those with labels
absl::string_view SplitName(Split split);                                       // "train", "validation", "test", "unlabelled"

// A file that holds samples.
struct SampleFile {
  std::string path;  // absolute, as opened

  // Its unpacked content. Null: read when a sample is needed.
  std::shared_ptr<const std::string> bytes = {};

  // If set, its samples are pixels, u8 CHW of this shape. If not, they are encoded pictures.
  std::optional<ImageShape> raw = {};

  // If it packs encoded pictures: their names in it, by position.
  std::shared_ptr<const std::vector<std::string>> members = {};

  // Where the part of `path` begins that is below the source's folder.
  int32_t relative_begin = 0;

  absl::string_view relative_path() const { return absl::string_view(path).substr(relative_begin); }
};

struct ImageRecord {
  int64_t id = 0;             // index in DatasetIndex::records
  int64_t offset = 0;         // of its first byte in the file's unpacked content
  int64_t length = 0;         // bytes; 0: the whole file
  int32_t file = 0;           // index in DatasetIndex::files
  int32_t position = 0;       // among the samples of its file, from 0
  int32_t label = -1;         // 0 … classes-1; -1: unlabelled
  int32_t hidden_label = -1;  // of an unlabelled sample whose truth is known; nothing is trained on it
  int32_t group = -1;         // index in DatasetIndex::groups; -1: none
  Split split = Split::kTrain;
};

// "/data/t10k-images-idx3-ubyte.gz#17", "/data/train-000.tar#0007.jpg", or "/data/cats/1.jpg" if
// the sample is the whole file.
std::string PathOfSample(const SampleFile& file, const ImageRecord& record);

struct DatasetIndex {
  std::vector<SampleFile> files;
  std::vector<ImageRecord> records;
  ClassMap classes;
  std::vector<std::string> groups;    // names of those whose samples share a split
  std::string fingerprint;            // of the data, 16 hexadecimal digits; each format says over what
  std::vector<std::string> warnings;  // what does not stop a run, but moves its figures

  // Of every sample's picture, upright as the experiment's decode config says; nullopt if they
  // differ. Known after OpenDataset (data/survey).
  std::optional<PictureSize> common_size;

  // Ids of the split's records, ascending.
  std::vector<int64_t> RecordsOf(Split split) const;

  // How many samples of the split each class has, [classes]; unlabelled samples do not count.
  std::vector<int64_t> CountsOf(Split split) const;

  bool HasLabels(Split split) const;  // whether any sample of the split has one

  std::string PathOf(const ImageRecord& record) const { return PathOfSample(files[record.file], record); }

  // Whether the samples are pixels that need no decoding.
  bool IsRaw() const;

  // The shape of all samples. Every file must be `raw`, and all must have the same shape.
  ImageShape RawShape() const;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_INDEX_H_
