#include "data/index/dataset_index.h"

#include "absl/strings/str_cat.h"

namespace mica {

absl::string_view SplitName(Split split) {
  switch (split) {
    case Split::kTrain:
      return "train";
    case Split::kValidation:
      return "validation";
    case Split::kTest:
      return "test";
  }
  return "unknown split";  // an enum can hold any integer
}

std::vector<int64_t> DatasetIndex::RecordsOf(Split split) const {
  std::vector<int64_t> ids;
  for (const ImageRecord& record : records) {
    if (record.split == split) ids.push_back(record.id);
  }
  return ids;
}

std::vector<int64_t> DatasetIndex::CountsOf(Split split) const {
  std::vector<int64_t> counts(classes.size());
  for (const ImageRecord& record : records) {
    if (record.split == split) ++counts[record.label];
  }
  return counts;
}

std::string DatasetIndex::PathOf(const ImageRecord& record) const {
  return absl::StrCat(files[record.file].path, "#", record.position);
}

absl::string_view DatasetIndex::PixelsOf(const ImageRecord& record) const {
  return absl::string_view(*files[record.file].bytes).substr(record.offset, record.length);
}

}  // namespace mica
