// The file that a competition or a course asks for: a row for each picture, its id and what the
// model says of it.
//   MICA_ASSIGN_OR_RETURN(const auto submission, Submission::Plan({columns}, pictures, classes));
//   …                                                              // compute the predictions
//   MICA_ASSIGN_OR_RETURN(const std::string csv, submission.Csv(predictions, rows));
// Everything that can be wrong with it is found before anything is computed, but for pictures that
// turn out to be broken. Either all rows can be written or there is no file.
#ifndef MICA_EVAL_REPORT_SUBMISSION_H_
#define MICA_EVAL_REPORT_SUBMISSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/index/class_map.h"
#include "eval/metrics/prediction_table.h"
#include "eval/report/submission_template.h"

namespace mica {

struct SubmissionRequest {
  std::string columns;      // submission_template.h; "": as the sample has them
  std::string pattern;      // a regular expression with one group, for {pattern}; "": none
  std::string sample_file;  // sample_submission.csv, absolute; "": none
};

class Submission {
 public:
  // `pictures`: all that were asked for, in their order, with positions 0, 1, …. Their `matched` is
  // not used. With a sample, its header and its ids must be those of the submission, and its order
  // of rows counts. FlagErrors (exit code 1) and DataErrors (3).
  static absl::StatusOr<Submission> Plan(const SubmissionRequest& request, std::vector<SubmittedPicture> pictures, const ClassMap& classes);

  // `rows`: for each picture the row of its prediction, -1 for none. A DataError names pictures
  // without one.
  absl::StatusOr<std::string> Csv(const PredictionTable& predictions, absl::Span<const int64_t> rows) const;

  // The columns, as the flag would give them.
  std::string ColumnsText() const { return SubmissionColumnsText(columns_, classes_); }

 private:
  ClassMap classes_;
  std::vector<SubmittedPicture> pictures_;
  std::vector<SubmissionColumn> columns_;
  std::vector<size_t> order_;  // of rows: indices of pictures
};

}  // namespace mica

#endif  // MICA_EVAL_REPORT_SUBMISSION_H_
