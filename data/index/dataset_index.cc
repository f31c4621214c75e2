#include "data/index/dataset_index.h"

#include <glog/logging.h>

#include <algorithm>

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
    case Split::kUnlabelled:
      return "unlabelled";
  }
  return "unknown split";
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
    if (record.split == split && record.label >= 0) ++counts[record.label];
  }
  return counts;
}

bool DatasetIndex::HasLabels(Split split) const {
  return std::any_of(records.begin(), records.end(),
                     [split](const ImageRecord& record) { return record.split == split && record.label >= 0; });
}

std::string PathOfSample(const SampleFile& file, const ImageRecord& record) {
  if (record.length == 0) return file.path;
  if (file.members == nullptr) return absl::StrCat(file.path, "#", record.position);
  return absl::StrCat(file.path, "#", (*file.members)[record.position]);
}

bool DatasetIndex::IsRaw() const {
  return std::all_of(files.begin(), files.end(), [](const SampleFile& file) { return file.raw.has_value(); });
}

ImageShape DatasetIndex::RawShape() const {
  CHECK(!files.empty());
  for (const SampleFile& file : files) CHECK(file.raw == files[0].raw && file.raw.has_value()) << file.path;
  return *files[0].raw;
}

}  // namespace mica
