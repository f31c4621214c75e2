// Whether every class has samples where it needs them.
//   const SplitFindings findings = CheckClassCoverage(index, {/*origin=*/"/data/letters", …});
// A class without a training sample can never be predicted, yet chance and the means over classes
// count it: a problem. One without a validation or test sample, where that split exists, is counted
// as 0 in the means: a warning.
#ifndef MICA_DATA_INDEX_CLASS_COVERAGE_H_
#define MICA_DATA_INDEX_CLASS_COVERAGE_H_

#include <string>
#include <vector>

#include "data/index/dataset_index.h"

namespace mica {

struct SplitFindings {
  std::vector<std::string> problems;  // messages of DataErrors
  std::vector<std::string> warnings;
};

struct ClassCoverageOptions {
  std::string origin;        // what messages call the data
  bool has_names = false;    // whether the config names the classes; else they are 0 … largest label
  bool is_drawn = false;     // whether validation or test samples were drawn from the training samples
  int first_label = 0;       // what the data's files call class 0
  bool allow_empty = false;  // problems become warnings
};

// Thread-safe.
SplitFindings CheckClassCoverage(const DatasetIndex& index, const ClassCoverageOptions& options);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_COVERAGE_H_
