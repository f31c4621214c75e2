#include "eval/report/sample_submission.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/csv_reader.h"
#include "base/printable.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kMaxExamples = 3;

SubmissionColumn Column(std::string name, SubmissionField field) {
  SubmissionColumn column;
  column.name = std::move(name);
  column.parts.emplace_back().field = field;
  return column;
}

// What people call pictures by, the likeliest first. Positions have as many digits as the sample's
// ids, if these all have the same number.
std::vector<SubmissionColumn> IdCandidates(const std::string& name, const std::vector<std::string>& ids) {
  const bool same_width = std::all_of(ids.begin(), ids.end(), [&](const std::string& id) { return id.size() == ids[0].size(); });
  std::vector<SubmissionColumn> candidates;
  for (const SubmissionField field : {SubmissionField::kName, SubmissionField::kStem, SubmissionField::kPath}) {
    candidates.push_back(Column(name, field));
  }
  for (const int first : {0, 1}) {
    SubmissionColumn position = Column(name, SubmissionField::kPosition);
    position.parts[0].first = first;
    const bool is_padded = same_width && ids[0].size() > 1 && ids[0].size() <= 64 && ids[0][0] == '0';
    if (is_padded) position.parts[0].width = static_cast<int>(ids[0].size());
    candidates.push_back(std::move(position));
  }
  return candidates;
}

// How many of the sample's ids the pictures have. Equal ids of two pictures count once.
size_t CountFound(const std::unordered_set<std::string>& wanted, const SubmissionColumn& column,
                  absl::Span<const SubmittedPicture> pictures) {
  std::unordered_set<std::string> found;
  for (const SubmittedPicture& picture : pictures) {
    std::string id = SubmissionCell(column, picture, nullptr);
    if (wanted.count(id) > 0) found.insert(std::move(id));
  }
  return found.size();
}

absl::StatusOr<SubmissionColumn> FitId(const SampleSubmission& sample, absl::Span<const SubmittedPicture> pictures) {
  const std::vector<std::string>& ids = sample.columns[0];
  const std::unordered_set<std::string> wanted(ids.begin(), ids.end());
  std::optional<SubmissionColumn> best;
  size_t most = 0;
  for (SubmissionColumn& candidate : IdCandidates(sample.header[0], ids)) {
    const size_t found = CountFound(wanted, candidate, pictures);
    // Of candidates that give as many, the first: {name} before {position}.
    if (found > most) {
      most = found;
      best = std::move(candidate);
    }
  }
  // Whether all ids match is for RequireSameIds to say, which names those that do not.
  if (best.has_value() && 2 * most >= std::min(wanted.size(), pictures.size())) return *std::move(best);
  return DataError(absl::StrCat(Printable(sample.path), ": its ids, as ", InQuotes(ids[0]),
                                ", are neither names nor positions of the pictures, as ",
                                pictures.empty() ? "\"\"" : Printable(pictures[0].path),
                                "; name the right pictures, or say how ids are made, as in --submission_columns='",
                                Printable(sample.header[0]), "=img_{position:04},…'"));
}

bool AllAreNames(const std::vector<std::string>& values, const ClassMap& classes) {
  const std::unordered_set<std::string> names(classes.names().begin(), classes.names().end());
  return std::all_of(values.begin(), values.end(), [&](const std::string& value) { return names.count(value) > 0; });
}

bool AllAreNumbers(const std::vector<std::string>& values, const ClassMap& classes) {
  return std::all_of(values.begin(), values.end(), [&](const std::string& value) {
    int64_t number = 0;
    return absl::SimpleAtoi(value, &number) && number >= 0 && number < classes.size();
  });
}

absl::StatusOr<SubmissionColumn> FitValue(const SampleSubmission& sample, size_t position, const SubmissionColumn& id,
                                          const ClassMap& classes) {
  const std::string& name = sample.header[position];
  const auto named = std::find(classes.names().begin(), classes.names().end(), name);
  if (named != classes.names().end()) {
    SubmissionColumn column = Column(name, SubmissionField::kProbability);
    column.parts[0].label = static_cast<int>(named - classes.names().begin());
    return column;
  }
  const std::vector<std::string>& values = sample.columns[position];
  if (AllAreNames(values, classes)) return Column(name, SubmissionField::kClass);
  if (AllAreNumbers(values, classes)) return Column(name, SubmissionField::kNumber);
  SubmissionColumn example = Column(name, SubmissionField::kProbability);
  example.parts[0].label = classes.size() - 1;
  return DataError(absl::StrCat(Printable(sample.path), ": column ", InQuotes(name),
                                " is named after no class and holds neither their names nor ", "their numbers, but ", InQuotes(values[0]),
                                "; say what belongs there, as in --submission_columns='",
                                Printable(SubmissionColumnsText({id, example}, classes)), "', or {class} or {number}"));
}

// "\"7\" (/d/7.jpg), \"8\" (/d/8.jpg), …"
std::string Examples(const std::vector<std::string>& examples, size_t count) {
  return absl::StrCat(absl::StrJoin(examples, ", "), count > examples.size() ? ", …" : "");
}

}  // namespace

absl::StatusOr<SampleSubmission> ReadSampleSubmission(const std::string& path) {
  MICA_ASSIGN_OR_RETURN(const CsvTable head, ReadCsv(path, {}));
  SampleSubmission sample;
  sample.path = path;
  sample.header = head.header();
  if (sample.header.size() < 2) {
    return DataError(
        absl::StrCat(Printable(path), ": has one column; a sample submission has an id and what is to be predicted, apart by commas"));
  }
  const std::vector<absl::string_view> wanted(sample.header.begin(), sample.header.end());
  MICA_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(path, wanted));
  if (table.size() == 0) return DataError(absl::StrCat(Printable(path), ": has no row below its header"));
  for (const std::string& name : sample.header) {
    std::vector<std::string>& column = sample.columns.emplace_back();
    for (size_t row = 0; row < table.size(); ++row) column.push_back(table.Text(row, name));
  }
  return sample;
}

absl::StatusOr<std::vector<SubmissionColumn>> FitColumns(const SampleSubmission& sample, absl::Span<const SubmittedPicture> pictures,
                                                         const ClassMap& classes) {
  std::vector<SubmissionColumn> columns;
  MICA_ASSIGN_OR_RETURN(SubmissionColumn id, FitId(sample, pictures));
  columns.push_back(std::move(id));
  for (size_t position = 1; position < sample.header.size(); ++position) {
    MICA_ASSIGN_OR_RETURN(SubmissionColumn column, FitValue(sample, position, columns[0], classes));
    columns.push_back(std::move(column));
  }
  return columns;
}

absl::Status RequireSameIds(const SampleSubmission& sample, absl::Span<const std::string> sample_ids, absl::Span<const std::string> ids,
                            absl::Span<const SubmittedPicture> pictures) {
  std::unordered_map<std::string, bool> found;  // whether a picture has the id
  std::vector<std::string> lacking, unknown;
  for (const std::string& id : sample_ids) {
    if (!found.insert({id, false}).second) return DataError(absl::StrCat(Printable(sample.path), ": two rows have the id ", InQuotes(id)));
  }
  size_t unknown_count = 0, lacking_count = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto known = found.find(ids[i]);
    if (known != found.end()) {
      known->second = true;
    } else if (++unknown_count <= kMaxExamples) {
      unknown.push_back(absl::StrCat(InQuotes(ids[i]), " (", Printable(pictures[i].path), ")"));
    }
  }
  for (const std::string& id : sample_ids) {
    if (!found[id] && ++lacking_count <= kMaxExamples) lacking.push_back(InQuotes(id));
  }
  if (unknown_count + lacking_count == 0) return absl::OkStatus();
  std::string message = absl::StrCat(Printable(sample.path), ": has ", sample_ids.size(), " ids, the pictures are ", ids.size());
  if (lacking_count > 0) absl::StrAppend(&message, "; ", lacking_count, " ids without a picture: ", Examples(lacking, lacking_count));
  if (unknown_count > 0) absl::StrAppend(&message, "; ", unknown_count, " pictures whose ids it lacks: ", Examples(unknown, unknown_count));
  return DataError(absl::StrCat(message, "; name all of the pictures that it is about, and no other"));
}

}  // namespace mica
