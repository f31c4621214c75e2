// Whether every class has samples where it needs them.
//   const SplitFindings findings = CheckClassCoverage(index, {/*origin=*/"/data/letters", …});
// A class without a training sample can never be predicted, yet chance and the means over classes
// count it: a problem. One without a validation or test sample, where that split exists, is counted
// as 0 in the means: a warning.
#ifndef MICA_DATA_INDEX_CLASS_COVERAGE_H_
#define MICA_DATA_INDEX_CLASS_COVERAGE_H_

#include <cstdint>
#include <functional>
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
  bool allow_empty = false;  // problems become warnings

  // If labels are numbers: what the data calls class 0, and what to set so that another number
  // does.
  int64_t first_label = 0;
  std::function<std::string(int64_t first)> begin_labels_at;

  // Otherwise: what to do about a class without any sample, SampleList::empty_class_remedy.
  std::string empty_class_remedy;

  // If splits are drawn: what would give this class a sample of the split, "" if nothing simple
  // does.
  std::function<std::string(int label, Split split)> smallest_fix;
};

// Thread-safe.
SplitFindings CheckClassCoverage(const DatasetIndex& index, const ClassCoverageOptions& options);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_COVERAGE_H_
