// The files of `mica index`: what is known of every sample, and what is wrong with them.
// docs/file_formats.md describes them.
//   MICA_RETURN_IF_ERROR(WriteDatasetReport("/w/index/garbage40", examination, findings));
#ifndef MICA_DATA_SURVEY_DATASET_REPORT_H_
#define MICA_DATA_SURVEY_DATASET_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "data/survey/dataset_examination.h"
#include "data/survey/findings.h"

namespace mica {

// A row a sample, in the order of ids.
std::string IndexCsv(const DatasetExamination& examination, absl::Span<const Finding> findings);

// A row a finding.
std::string ProblemsCsv(const DatasetExamination& examination, absl::Span<const Finding> findings);

// The paths of pictures that cannot be used, one a line.
std::string Quarantine(const DatasetExamination& examination);

// Writes index.csv, problems.csv and quarantine.txt into `folder`, which appears whole, in place of
// an older report; a folder with anything else in it is not replaced. Its parents are made. Errors
// end with exit code 5.
absl::Status WriteDatasetReport(const std::string& folder, const DatasetExamination& examination, absl::Span<const Finding> findings,
                                FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_DATA_SURVEY_DATASET_REPORT_H_
