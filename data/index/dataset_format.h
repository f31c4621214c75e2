// A data format: how its settings are judged and how its samples are found. Each format is one unit that
// implements this interface, and one line in dataset_format_factory.cc.
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

// What a format finds. Where `problems` stand, the rest may be incomplete.
struct SampleList {
  std::vector<SampleFile> files;

  // Without ids. The data's own splits; samples that the fractions may draw from are kTrain.
  std::vector<ImageRecord> records;

  std::optional<int> classes;         // the labels are below this number; none: not known
  std::string fingerprint;            // of the data, 16 hexadecimal digits
  std::vector<std::string> problems;  // messages of DataErrors
};

// Thread-safe. Made for one DatasetConfig, which outlives it.
class DatasetFormat {
 public:
  virtual ~DatasetFormat() = default;

  // Reports what is wrong with the format's settings, and with others that do not go with them. `path`
  // is that of the DatasetConfig.
  virtual void Validate(absl::string_view path, ConfigProblems* problems) const = 0;

  // The data comes with a test split. The config is valid.
  virtual bool BringsTestSplit() const = 0;

  // What messages call the data: the path of its folder.
  virtual std::string Origin() const = 0;

  // Finds the samples. `named_classes`: how many classes the config names; the labels must be below it.
  virtual SampleList List(std::optional<int> named_classes) const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_H_
