// A data format: how its settings are checked and how its samples are found. Each format is one
// unit that implements this interface and one line in dataset_format_factory.cc.
#ifndef MICA_DATA_INDEX_DATASET_FORMAT_H_
#define MICA_DATA_INDEX_DATASET_FORMAT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"

namespace mica {

// What a format finds. If there are `problems`, the rest may be incomplete.
struct SampleList {
  std::vector<SampleFile> files;

  // Without ids. The splits are the data's own; kTrain marks samples that the fractions may draw
  // from.
  std::vector<ImageRecord> records;

  std::optional<int> classes;         // every label is below this number; none: unknown
  std::string fingerprint;            // of the data, 16 hexadecimal digits
  std::vector<std::string> problems;  // messages of DataErrors
};

// Thread-safe. Made for one DatasetConfig, which must outlive it.
class DatasetFormat {
 public:
  virtual ~DatasetFormat() = default;

  // Reports what is wrong with the format's settings, and other settings that conflict with them.
  // `path` is the path of the DatasetConfig.
  virtual void Validate(absl::string_view path, ConfigProblems* problems) const = 0;

  // Whether the data has a test split of its own. The config must be valid.
  virtual bool BringsTestSplit() const = 0;

  // What messages call the data: the path of its folder.
  virtual std::string Origin() const = 0;

  // Finds the samples. `named_classes`: how many classes the config names; every label must be
  // below it.
  virtual SampleList List(std::optional<int> named_classes) const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_H_
