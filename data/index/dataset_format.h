// A kind of data set: how its settings are checked and how its samples are found. Each is one unit
// that implements this interface and one line in dataset_format_factory.cc.
#ifndef MICA_DATA_INDEX_DATASET_FORMAT_H_
#define MICA_DATA_INDEX_DATASET_FORMAT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_index.h"
#include "data/index/sample_list.h"

namespace mica {

// Samples that the data assigns to a split.
struct DatasetPart {
  Split split = Split::kTrain;
  bool is_pool = false;  // the fractions and the fold draw from it
  SampleList samples;
};

// Thread-safe. Made for one DatasetConfig, which must outlive it.
class DatasetFormat {
 public:
  virtual ~DatasetFormat() = default;

  // Reports what is wrong with the format's settings. `path` is the path of the DatasetConfig.
  virtual void Validate(absl::string_view path, ConfigProblems* problems) const = 0;

  // The setting that gives the data this split, "idx.test_images"; "" if it has none of its own.
  // The config must be valid.
  virtual std::string SourceOf(Split split) const = 0;

  // What messages call the data: the path of its folder.
  virtual std::string Origin() const = 0;

  virtual std::vector<DatasetPart> List() const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_DATASET_FORMAT_H_
