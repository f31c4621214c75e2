// Which classes a batch holds.
//   const BatchLabels labels = CountBatchLabels(index, Split::kTrain, ids);
//   std::cout << BatchLabelsText(labels, index.classes);
#ifndef MICA_EXPERIMENTS_PREVIEW_BATCH_LABELS_H_
#define MICA_EXPERIMENTS_PREVIEW_BATCH_LABELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "data/index/dataset_index.h"

namespace mica {

struct BatchLabels {
  std::vector<int64_t> in_batch;  // by label
  std::vector<int64_t> in_split;  // by label
  int64_t samples = 0;            // of the batch, with and without labels
};

// `ids` are those of the batch's samples, which are of this split. An id may come several times.
BatchLabels CountBatchLabels(const DatasetIndex& index, Split split, absl::Span<const int64_t> ids);

// label, class, samples_in_batch, samples_in_split: a row for each class.
std::string BatchLabelsCsv(const BatchLabels& labels, const ClassMap& classes);

// A histogram of the classes that the batch holds, the most frequent ones if there are many. Lines
// have at most 100 columns and end with LF.
std::string BatchLabelsText(const BatchLabels& labels, const ClassMap& classes);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_BATCH_LABELS_H_
