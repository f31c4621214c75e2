// A data set on one screen.
//   std::cout << DatasetSummary(examination, findings);
#ifndef MICA_DATA_SURVEY_DATASET_SUMMARY_H_
#define MICA_DATA_SURVEY_DATASET_SUMMARY_H_

#include <string>

#include "absl/types/span.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/findings.h"

namespace mica {

// Splits and classes with their counts, sizes, formats and colours of the pictures, means and
// standard deviations of the training split, and how much of each kind was found, with an example.
// About 100 columns wide; at most some 50 lines, however many classes there are.
std::string DatasetSummary(const DatasetExamination& examination, absl::Span<const Finding> findings);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_DATASET_SUMMARY_H_
