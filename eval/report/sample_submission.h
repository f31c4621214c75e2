// The sample_submission.csv of a competition: which columns, which ids, in which order; and what
// its columns seem to hold.
//   MICA_ASSIGN_OR_RETURN(const SampleSubmission sample, ReadSampleSubmission("/d/sample.csv"));
//   MICA_ASSIGN_OR_RETURN(columns, FitColumns(sample, pictures, classes));
#ifndef MICA_EVAL_REPORT_SAMPLE_SUBMISSION_H_
#define MICA_EVAL_REPORT_SAMPLE_SUBMISSION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/index/class_map.h"
#include "eval/report/submission_template.h"

namespace mica {

struct SampleSubmission {
  std::string path;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> columns;  // [column][row]

  size_t rows() const { return columns.front().size(); }
};

// Errors are DataErrors (exit code 3); a sample has at least two columns and a row.
absl::StatusOr<SampleSubmission> ReadSampleSubmission(const std::string& path);

// The first column is the id: the field of the pictures that gives exactly its values. Each other
// column holds the probability of the class that it is named after; or classes, by name or by
// number, as its values are. A DataError says what does not fit, and how to say what belongs there.
absl::StatusOr<std::vector<SubmissionColumn>> FitColumns(const SampleSubmission& sample, absl::Span<const SubmittedPicture> pictures,
                                                         const ClassMap& classes);

// An error with the first differences unless both lists hold the same ids, in any order. `ids` are
// those of the pictures and differ from one another.
absl::Status RequireSameIds(const SampleSubmission& sample, absl::Span<const std::string> sample_ids, absl::Span<const std::string> ids,
                            absl::Span<const SubmittedPicture> pictures);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_SAMPLE_SUBMISSION_H_
