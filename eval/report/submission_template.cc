#include "eval/report/submission_template.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/nearest_name.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "eval/report/probability_columns.h"

namespace mica {
namespace {

constexpr int kMaxWidth = 64;

struct FieldName {
  absl::string_view name;
  SubmissionField field;
};

constexpr FieldName kFieldNames[] = {
    {"name", SubmissionField::kName},       {"stem", SubmissionField::kStem},
    {"path", SubmissionField::kPath},       {"position", SubmissionField::kPosition},
    {"pattern", SubmissionField::kPattern}, {"class", SubmissionField::kClass},
    {"number", SubmissionField::kNumber},   {"confidence", SubmissionField::kConfidence},
};

absl::Status Wrong(absl::string_view message) {
  return FlagError(absl::StrCat("--submission_columns: ", message));
}

std::vector<std::string> AllFieldNames() {
  std::vector<std::string> names;
  for (const FieldName& known : kFieldNames) names.emplace_back(known.name);
  return names;
}

absl::Status UnknownField(absl::string_view name) {
  const std::vector<std::string> names = AllFieldNames();
  return Wrong(absl::StrCat("{", Printable(name), "} is none of {", absl::StrJoin(names, "}, {"), "}, {prob:CLASS} and {prob_NUMBER}",
                            DidYouMean(name, names)));
}

// "prob:cat", "prob_3"
absl::StatusOr<SubmissionPart> ProbabilityPart(absl::string_view text, const ClassMap& classes) {
  SubmissionPart part;
  part.field = SubmissionField::kProbability;
  const absl::string_view of = text.substr(5);
  if (text[4] == '_') {
    if (absl::SimpleAtoi(of, &part.label) && part.label >= 0 && part.label < classes.size()) return part;
    return Wrong(absl::StrCat("{", Printable(text), "}: the model's classes have the numbers 0 to ", classes.size() - 1));
  }
  const auto found = std::find(classes.names().begin(), classes.names().end(), of);
  if (found == classes.names().end()) {
    return Wrong(absl::StrCat("{", Printable(text), "}: the model has no class ", InQuotes(of), DidYouMean(of, classes.names())));
  }
  part.label = static_cast<int>(found - classes.names().begin());
  return part;
}

// "position:04", "position+1", "stem"
absl::StatusOr<SubmissionPart> PlainPart(absl::string_view text) {
  SubmissionPart part;
  absl::string_view name = text.substr(0, text.find(':'));
  if (name.size() < text.size()) {
    const absl::string_view width = text.substr(name.size() + 1);
    if (!absl::StartsWith(width, "0") || !absl::SimpleAtoi(width, &part.width) || part.width < 1 || part.width > kMaxWidth) {
      return Wrong(absl::StrCat("{", Printable(text), "}: behind \":\" stand 0 and a number of characters, 1 to ", kMaxWidth,
                                ", as in {position:04}"));
    }
  }
  if (absl::ConsumeSuffix(&name, "+1")) part.first = 1;
  const auto* const known =
      std::find_if(std::begin(kFieldNames), std::end(kFieldNames), [&](const FieldName& each) { return each.name == name; });
  if (known == std::end(kFieldNames)) return UnknownField(name);
  part.field = known->field;
  if (part.first != 0 && part.field != SubmissionField::kPosition) {
    return Wrong(absl::StrCat("{", Printable(text), "}: only {position+1} counts from 1"));
  }
  return part;
}

absl::StatusOr<SubmissionPart> ParseField(absl::string_view text, const ClassMap& classes) {
  const bool is_probability = absl::StartsWith(text, "prob:") || absl::StartsWith(text, "prob_");
  return is_probability ? ProbabilityPart(text, classes) : PlainPart(text);
}

// Takes one column and the comma behind it off the front of `text`.
absl::StatusOr<SubmissionColumn> TakeColumn(absl::string_view* text, const ClassMap& classes) {
  SubmissionColumn column;
  const size_t equals = text->find_first_of("=,");
  if (equals == absl::string_view::npos || (*text)[equals] == ',' || equals == 0) {
    return Wrong(
        absl::StrCat(InQuotes(text->substr(0, text->find(','))), " is no column; write NAME={…}, as in 'Id={stem},Category={class}'"));
  }
  column.name = std::string(text->substr(0, equals));
  text->remove_prefix(equals + 1);
  while (!text->empty() && text->front() != ',') {
    if (text->front() == '{') {
      const size_t end = text->find('}');
      if (end == absl::string_view::npos) return Wrong(absl::StrCat(InQuotes(*text), " lacks its \"}\""));
      MICA_ASSIGN_OR_RETURN(SubmissionPart part, ParseField(text->substr(1, end - 1), classes));
      column.parts.push_back(std::move(part));
      text->remove_prefix(end + 1);
      continue;
    }
    SubmissionPart part;
    part.text = std::string(text->substr(0, text->find_first_of("{,")));
    text->remove_prefix(part.text.size());
    column.parts.push_back(std::move(part));
  }
  return column;
}

std::string FieldText(const SubmissionPart& part, const ClassMap& classes) {
  if (part.field == SubmissionField::kText) return part.text;
  std::string name;
  if (part.field == SubmissionField::kProbability) {
    name = absl::StrCat("prob:", classes.name(part.label));
  } else {
    for (const FieldName& known : kFieldNames) {
      if (known.field == part.field) name = std::string(known.name);
    }
  }
  return absl::StrCat("{", name, part.first == 1 ? "+1" : "", part.width > 0 ? absl::StrCat(":0", part.width) : "", "}");
}

std::string PartText(const SubmissionPart& part, const SubmittedPicture& picture, const SubmittedPrediction* prediction) {
  switch (part.field) {
    case SubmissionField::kText:
      return part.text;
    case SubmissionField::kName:
      return std::string(picture.name());
    case SubmissionField::kStem:
      return std::string(picture.stem());
    case SubmissionField::kPath:
      return picture.relative;
    case SubmissionField::kPattern:
      return picture.matched;
    case SubmissionField::kPosition:
      return absl::StrCat(picture.position + part.first);
    case SubmissionField::kClass:
      return prediction->classes.name(prediction->predictions.prediction(prediction->row));
    case SubmissionField::kNumber:
      return absl::StrCat(prediction->predictions.prediction(prediction->row));
    case SubmissionField::kConfidence:
      return ProbabilityText(prediction->predictions.Probabilities(prediction->row)[prediction->predictions.prediction(prediction->row)]);
    case SubmissionField::kProbability:
      return ProbabilityText(prediction->predictions.Probabilities(prediction->row)[part.label]);
  }
  return "";
}

}  // namespace

bool SubmissionPart::IsOfPicture() const {
  switch (field) {
    case SubmissionField::kName:
    case SubmissionField::kStem:
    case SubmissionField::kPath:
    case SubmissionField::kPattern:
    case SubmissionField::kPosition:
      return true;
    case SubmissionField::kText:
    case SubmissionField::kClass:
    case SubmissionField::kNumber:
    case SubmissionField::kConfidence:
    case SubmissionField::kProbability:
      return false;
  }
  return false;
}

bool SubmissionColumn::HasPrediction() const {
  return std::any_of(parts.begin(), parts.end(),
                     [](const SubmissionPart& part) { return part.field != SubmissionField::kText && !part.IsOfPicture(); });
}

bool SubmissionColumn::IsId() const {
  return !HasPrediction() && std::any_of(parts.begin(), parts.end(), [](const SubmissionPart& part) { return part.IsOfPicture(); });
}

absl::StatusOr<std::vector<SubmissionColumn>> ParseSubmissionColumns(absl::string_view text, const ClassMap& classes) {
  std::vector<SubmissionColumn> columns;
  for (absl::string_view rest = text;;) {
    MICA_ASSIGN_OR_RETURN(SubmissionColumn column, TakeColumn(&rest, classes));
    for (const SubmissionColumn& other : columns) {
      if (other.name == column.name) return Wrong(absl::StrCat("two columns are called ", InQuotes(column.name)));
    }
    columns.push_back(std::move(column));
    if (rest.empty()) break;
    rest.remove_prefix(1);  // the comma
  }
  if (std::none_of(columns.begin(), columns.end(), [](const SubmissionColumn& column) { return column.IsId(); })) {
    return Wrong("no column tells the pictures apart; add one as Id={stem}, Id={name} or Id={position}");
  }
  if (std::none_of(columns.begin(), columns.end(), [](const SubmissionColumn& column) { return column.HasPrediction(); })) {
    return Wrong("no column holds what the model says; add one as Category={class} or Category={number}");
  }
  return columns;
}

std::string SubmissionColumnsText(const std::vector<SubmissionColumn>& columns, const ClassMap& classes) {
  return absl::StrJoin(columns, ",", [&](std::string* text, const SubmissionColumn& column) {
    absl::StrAppend(text, column.name, "=");
    for (const SubmissionPart& part : column.parts) text->append(FieldText(part, classes));
  });
}

std::string SubmissionCell(const SubmissionColumn& column, const SubmittedPicture& picture, const SubmittedPrediction* prediction) {
  std::string cell;
  for (const SubmissionPart& part : column.parts) {
    const std::string text = PartText(part, picture, prediction);
    const auto width = static_cast<size_t>(part.width);
    if (text.size() < width) cell.append(width - text.size(), '0');
    cell += text;
  }
  return cell;
}

}  // namespace mica
