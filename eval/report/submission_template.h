// What each column of a submission file holds, written as Python's format strings are.
//   ParseSubmissionColumns("Id={position:04},Category={number}", classes)
//       // Id,Category / 0000,3 / 0001,10 / …
// Of the picture:
//   {name}      the file's name: "0001.jpg"
//   {stem}      the name without what follows its last dot: "0001"
//   {path}      as it lies below the folder that was named: "test/0001.jpg"
//   {position}  0, 1, … in the order of the pictures; {position+1} counts from 1
//   {pattern}   what the group of --submission_pattern matches in the file's name
// Of the prediction:
//   {class}     the name of the class                {number}   its number, from 0
//   {confidence}, {prob_3}, {prob:cat}  probabilities: of it, of a class by number or name
// ":04" fills up with zeros to four characters. Text around the fields stays as it is.
#ifndef MICA_EVAL_REPORT_SUBMISSION_TEMPLATE_H_
#define MICA_EVAL_REPORT_SUBMISSION_TEMPLATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/index/class_map.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

enum class SubmissionField : int8_t { kText, kName, kStem, kPath, kPattern, kPosition, kClass, kNumber, kConfidence, kProbability };

struct SubmissionPart {
  SubmissionField field = SubmissionField::kText;
  std::string text;   // kText
  int64_t first = 0;  // kPosition: of the first picture
  int label = 0;      // kProbability
  int width = 0;      // filled up with zeros; 0: as it is

  bool IsOfPicture() const;
};

struct SubmissionColumn {
  std::string name;
  std::vector<SubmissionPart> parts;

  // Whether it tells pictures apart and depends on no prediction.
  bool IsId() const;
  bool HasPrediction() const;
};

// One picture of those that were asked for.
struct SubmittedPicture {
  std::string path;      // as messages call it
  std::string relative;  // below the folder that was named; its name if it was named itself
  int64_t position = 0;  // among all pictures, also those that cannot be read
  std::string matched;   // {pattern}

  absl::string_view name() const { return absl::string_view(relative).substr(relative.rfind('/') + 1); }
  absl::string_view stem() const { return name().substr(0, name().rfind('.')); }
};

// What the model says of it.
struct SubmittedPrediction {
  const PredictionTable& predictions;
  int64_t row;
  const ClassMap& classes;
};

// Errors are FlagErrors that begin with "--submission_columns". At least one column is an id, at
// least one has a prediction.
absl::StatusOr<std::vector<SubmissionColumn>> ParseSubmissionColumns(absl::string_view text, const ClassMap& classes);

// "Id={position:04},Category={number}"
std::string SubmissionColumnsText(const std::vector<SubmissionColumn>& columns, const ClassMap& classes);

// The column's text of a picture. `prediction` may be null for an id.
std::string SubmissionCell(const SubmissionColumn& column, const SubmittedPicture& picture, const SubmittedPrediction* prediction);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_SUBMISSION_TEMPLATE_H_
