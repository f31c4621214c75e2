// What a source of samples finds: samples with labels as they are written there. BuildDatasetIndex
// turns the labels of all sources into those of the classes.
#ifndef MICA_DATA_INDEX_SAMPLE_LIST_H_
#define MICA_DATA_INDEX_SAMPLE_LIST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/index/dataset_index.h"

namespace mica {

struct ListedLabel {
  std::string text;         // as it is written: "cat", "3"
  std::string first_place;  // where it occurs first: "/d/train.txt:7", "/d/labels#7", "/d/cat"
  int64_t samples = 0;
};

struct SampleList {
  std::string origin;  // what messages call the source: the path of its folder or list

  std::vector<SampleFile> files;

  // In the source's own order. `file` counts in `files`, `group` in `groups`. `label` counts in
  // `labels`; -1: unlabelled. Without ids.
  std::vector<ImageRecord> records;

  std::vector<ListedLabel> labels;  // each text once, in the order of their first places

  // Whether the labels are whole numbers, to which the offset is added; otherwise they are names.
  bool labels_are_numbers = false;
  int64_t label_offset = 0;

  // If the data itself names the classes of labels that are numbers: the name of each, by its
  // number with the offset added. It then sets the number of classes, unless the config does.
  std::vector<std::string> number_names;

  // What to set so that this number becomes the first class: "set dataset { idx { first_label: 1 }
  // }".
  std::function<std::string(int64_t first)> begin_labels_at;

  // If the data has classes that need no sample: what to do about one without any.
  std::string empty_class_remedy;

  std::vector<std::string> groups;

  // What distinguishes the content from another's, for the data set's fingerprint. Empty for whole
  // files: their paths and sizes count, once these are known.
  std::string fingerprint_lines;

  std::vector<std::string> problems;  // messages of DataErrors; if there are some, the rest may be incomplete
  std::vector<std::string> warnings;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SAMPLE_LIST_H_
