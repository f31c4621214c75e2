// Corrections of labels that the data has wrong, in a file of their own, so that the data stay as
// they are: what `mica audit` proposes and a person has checked.
//   path,label_name
//   /d/train/cat/17.jpg,dog
//   /d/train-images-idx3-ubyte.gz#4021,
// A sample's path is the one in predictions.csv (PathOfSample). Without a name of a class the
// sample is dropped. Other columns are not read.
//   MICA_ASSIGN_OR_RETURN(const LabelFixes fixes, ReadLabelFixes("/d/label_fixes.csv"));
//   const FixedLabels fixed = ApplyLabelFixes(fixes, classes, left_out, &parts);
#ifndef MICA_DATA_INDEX_LABEL_FIXES_H_
#define MICA_DATA_INDEX_LABEL_FIXES_H_

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/class_map.h"
#include "data/index/dataset_format.h"

namespace mica {

struct LabelFix {
  std::string path, label_name;  // no name: the sample is dropped
  std::string place;             // "/d/label_fixes.csv:3"
};

struct LabelFixes {
  std::string file;
  std::vector<LabelFix> fixes;
};

// A DataError (exit code 3) names file and line: it cannot be read, is no such table, or has a path
// twice.
absl::StatusOr<LabelFixes> ReadLabelFixes(const std::string& file);

struct FixedLabels {
  int64_t changed = 0, dropped = 0, unchanged = 0;  // unchanged: those that have the label already

  // Of what was changed and dropped, for the data set's fingerprint; 0: nothing.
  uint64_t fingerprint = 0;
  std::vector<std::string> problems;  // messages of DataErrors
};

// After ResolveClasses, before splits are drawn. Changes no label if there are problems: a path
// that is of no sample or of one without a label, a name that is of no class. Samples in `left_out`
// are gone already; what is said of them has no effect.
FixedLabels ApplyLabelFixes(const LabelFixes& fixes, const ClassMap& classes, const std::unordered_set<std::string>& left_out,
                            std::vector<DatasetPart>* parts);

}  // namespace mica

#endif  // MICA_DATA_INDEX_LABEL_FIXES_H_
