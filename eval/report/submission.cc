#include "eval/report/submission.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/csv.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/index/sources/group_pattern.h"
#include "eval/report/sample_submission.h"

namespace mica {
namespace {

absl::Status FillMatched(const std::string& pattern_text, std::vector<SubmittedPicture>* pictures) {
  const GroupPattern pattern(pattern_text);
  if (const std::string problem = pattern.Problem(); !problem.empty()) {
    return FlagError(absl::StrCat("--submission_pattern=", Printable(pattern_text), ": ", problem));
  }
  for (SubmittedPicture& picture : *pictures) {
    const auto matched = pattern.Find(picture.name());
    if (!matched.has_value()) {
      return FlagError(absl::StrCat("--submission_pattern=", Printable(pattern_text), ": does not match ", InQuotes(picture.name()), " (",
                                    Printable(picture.path), "); correct it, or leave the file out"));
    }
    picture.matched = std::string(*matched);
  }
  return absl::OkStatus();
}

bool Uses(const std::vector<SubmissionColumn>& columns, SubmissionField field) {
  return std::any_of(columns.begin(), columns.end(), [&](const SubmissionColumn& column) {
    return std::any_of(column.parts.begin(), column.parts.end(), [&](const SubmissionPart& part) { return part.field == field; });
  });
}

absl::Status RequireSameHeader(const SampleSubmission& sample, const std::vector<SubmissionColumn>& columns) {
  std::vector<std::string> names;
  for (const SubmissionColumn& column : columns) names.push_back(column.name);
  if (names == sample.header) return absl::OkStatus();
  return FlagError(absl::StrCat("--submission_columns names ", InQuotes(absl::StrJoin(names, ",")), ", but ", Printable(sample.path),
                                " has ", InQuotes(absl::StrJoin(sample.header, ",")),
                                "; name its columns in its order, or leave --submission_columns out to have them inferred"));
}

absl::Status RequireDifferent(const std::vector<std::string>& ids, const std::vector<SubmittedPicture>& pictures,
                              const SubmissionColumn& column) {
  std::unordered_map<std::string, size_t> first;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto [known, is_new] = first.insert({ids[i], i});
    if (is_new) continue;
    return DataError(absl::StrCat("the pictures ", Printable(pictures[known->second].path), " and ", Printable(pictures[i].path),
                                  " have the same id, column ", InQuotes(column.name), ": ", InQuotes(ids[i]),
                                  "; take {path} or {position} for it, or name one folder"));
  }
  return absl::OkStatus();
}

// Where each row of the sample stands among the pictures. Both have the same ids.
std::vector<size_t> OrderOf(const std::vector<std::string>& sample_ids, const std::vector<std::string>& ids) {
  std::unordered_map<std::string, size_t> positions;
  for (size_t i = 0; i < ids.size(); ++i) positions[ids[i]] = i;
  std::vector<size_t> order;
  for (const std::string& id : sample_ids) order.push_back(positions.at(id));
  return order;
}

}  // namespace

absl::StatusOr<Submission> Submission::Plan(const SubmissionRequest& request, std::vector<SubmittedPicture> pictures,
                                            const ClassMap& classes) {
  Submission plan;
  plan.classes_ = classes;
  std::optional<SampleSubmission> sample;
  if (!request.sample_file.empty()) {
    MICA_ASSIGN_OR_RETURN(sample, ReadSampleSubmission(request.sample_file));
  } else if (request.columns.empty()) {
    return FlagError(
        "--submission needs --sample_submission=FILE, which shows the columns, or --submission_columns, as 'Id={stem},Category={class}'");
  }
  if (!request.columns.empty()) {
    MICA_ASSIGN_OR_RETURN(plan.columns_, ParseSubmissionColumns(request.columns, classes));
    if (sample.has_value()) MICA_RETURN_IF_ERROR(RequireSameHeader(*sample, plan.columns_));
  } else {
    MICA_ASSIGN_OR_RETURN(plan.columns_, FitColumns(*sample, pictures, classes));
  }
  if (Uses(plan.columns_, SubmissionField::kPattern) != !request.pattern.empty()) {
    return FlagError(request.pattern.empty()
                         ? "--submission_columns has {pattern}; give the regular expression, --submission_pattern='(\\d+)'"
                         : "--submission_pattern is not used; write {pattern} into --submission_columns");
  }
  if (!request.pattern.empty()) MICA_RETURN_IF_ERROR(FillMatched(request.pattern, &pictures));

  const auto id = std::find_if(plan.columns_.begin(), plan.columns_.end(), [](const SubmissionColumn& column) { return column.IsId(); });
  std::vector<std::string> ids;
  for (const SubmittedPicture& picture : pictures) ids.push_back(SubmissionCell(*id, picture, nullptr));
  MICA_RETURN_IF_ERROR(RequireDifferent(ids, pictures, *id));
  if (sample.has_value()) {
    const std::vector<std::string>& sample_ids = sample->columns[id - plan.columns_.begin()];
    MICA_RETURN_IF_ERROR(RequireSameIds(*sample, sample_ids, ids, pictures));
    plan.order_ = OrderOf(sample_ids, ids);
  } else {
    plan.order_.resize(pictures.size());
    std::iota(plan.order_.begin(), plan.order_.end(), size_t{0});
  }
  plan.pictures_ = std::move(pictures);
  return plan;
}

absl::StatusOr<std::string> Submission::Csv(const PredictionTable& predictions, absl::Span<const int64_t> rows) const {
  std::vector<std::string> fields;
  for (const SubmissionColumn& column : columns_) fields.push_back(column.name);
  std::string text = CsvRow(fields);
  const auto missing = std::count(rows.begin(), rows.end(), -1);
  if (missing > 0) {
    const auto first = static_cast<size_t>(std::find(rows.begin(), rows.end(), -1) - rows.begin());
    return DataError(absl::StrCat("there is no submission, because ", missing, " of ", rows.size(),
                                  " pictures have no prediction: ", Printable(pictures_[first].path), missing > 1 ? ", …" : ""));
  }
  for (const size_t i : order_) {
    const SubmittedPrediction prediction = {predictions, rows[i], classes_};
    fields.clear();
    for (const SubmissionColumn& column : columns_) fields.push_back(SubmissionCell(column, pictures_[i], &prediction));
    text += CsvRow(fields);
  }
  return text;
}

}  // namespace mica
