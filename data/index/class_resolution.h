// From the labels that sources write to those of the classes.
//   const ClassMap classes = ResolveClasses({names, DatasetConfig::BYTES}, &parts, &findings);
// Numbers are labels by value. Their classes have the given names, else those that the data gives
// (SampleList::number_names), else the numbers as names. Names of classes are those of the training
// sources, in the order that is asked for, or the given ones. Whatever stands in a validation or
// test source must be a class of training. Names with control characters or bytes that are not
// UTF-8 are refused.
#ifndef MICA_DATA_INDEX_CLASS_RESOLUTION_H_
#define MICA_DATA_INDEX_CLASS_RESOLUTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/index/class_coverage.h"
#include "data/index/class_map.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_format.h"

namespace mica {

inline constexpr int64_t kMaxClasses = 100000;

struct ClassRules {
  std::optional<std::vector<std::string>> names;
  DatasetConfig::ClassOrder order = DatasetConfig::BYTES;
};

// Sets the labels of all records: 0 … classes-1, or -1. Samples of unlabelled parts get theirs as
// hidden labels. Where it finds problems, what it returns and sets may be incomplete.
ClassMap ResolveClasses(const ClassRules& rules, std::vector<DatasetPart>* parts, SplitFindings* findings);

// Whether `a` comes before `b` if runs of digits count by their value: "class2" before "class10".
bool NaturalLess(absl::string_view a, absl::string_view b);

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_RESOLUTION_H_
