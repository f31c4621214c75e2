#include "experiments/listing/run_query.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"

namespace mica {
namespace {

using Relation = RunCondition::Relation;

// Longer signs first, as "<=" begins with "<".
constexpr std::pair<absl::string_view, Relation> kSigns[] = {
    {"!=", Relation::kUnequal}, {"<=", Relation::kAtMost}, {">=", Relation::kAtLeast}, {"=", Relation::kEqual},
    {"<", Relation::kLess},     {">", Relation::kGreater}, {"~", Relation::kContains}};

bool ComparesSizes(Relation relation) {
  return relation == Relation::kLess || relation == Relation::kAtMost || relation == Relation::kGreater || relation == Relation::kAtLeast;
}

std::optional<double> NumberIn(absl::string_view text) {
  double number = 0;
  return absl::SimpleAtod(text, &number) ? std::optional(number) : std::nullopt;
}

absl::StatusOr<RunCondition> ParseCondition(absl::string_view text) {
  const size_t place = text.find_first_of("!<>=~");
  for (const auto& [sign, relation] : kSigns) {
    if (place == absl::string_view::npos || !absl::StartsWith(text.substr(place), sign)) continue;
    RunCondition condition;
    condition.field = std::string(absl::StripAsciiWhitespace(text.substr(0, place)));
    condition.relation = relation;
    condition.value = std::string(absl::StripAsciiWhitespace(text.substr(place + sign.size())));
    if (condition.field.empty()) break;
    if (ComparesSizes(relation) && !NumberIn(condition.value).has_value()) {
      return FlagError(absl::StrCat("--filter: \"", text, "\" compares with \"", condition.value, "\", which is no number"));
    }
    return condition;
  }
  return FlagError(absl::StrCat("--filter: \"", text,
                                "\" is no condition; write a field, one of = != < <= > >= ~ and a value, such as model=tiny_vgg or "
                                "test_accuracy>=0.9, and commas between several"));
}

bool HoldsFor(const RunCondition& condition, const ListedRun& run) {
  const std::string text = run.Text(condition.field);
  if (condition.relation == Relation::kContains) return !text.empty() && absl::StrContains(text, condition.value);
  const std::optional<double> number = NumberIn(text), wanted = NumberIn(condition.value);
  const bool both = number.has_value() && wanted.has_value();
  switch (condition.relation) {
    case Relation::kEqual:
      return both ? *number == *wanted : text == condition.value;
    case Relation::kUnequal:
      return both ? *number != *wanted : text != condition.value;
    case Relation::kLess:
      return both && *number < *wanted;
    case Relation::kAtMost:
      return both && *number <= *wanted;
    case Relation::kGreater:
      return both && *number > *wanted;
    case Relation::kAtLeast:
      return both && *number >= *wanted;
    case Relation::kContains:
      break;
  }
  return false;
}

absl::Status RequireField(absl::string_view flag, const std::string& field, const RunListing& listing) {
  std::set<std::string> known;
  for (const ListedRun& run : listing.runs) {
    for (const auto& [name, value] : run.fields) known.insert(name);
  }
  if (known.count(field) > 0) return absl::OkStatus();
  return FlagError(absl::StrCat(flag, ": no run has a field \"", field, "\"",
                                DidYouMean(field, std::vector<std::string>(known.begin(), known.end())),
                                "; fields are the columns of summary.csv, state, accuracy, split, epochs, started and bytes"));
}

// Of two runs, which of these is better.
bool IsSmallerBetter(absl::string_view field) {
  constexpr absl::string_view kErrors[] = {"loss", "nll", "brier", "ece", "ece_equal_mass", "mce", "rmsce", "aurc"};
  return std::any_of(std::begin(kErrors), std::end(kErrors),
                     [&](absl::string_view error) { return field == error || absl::EndsWith(field, absl::StrCat("_", error)); });
}

bool IsMissing(const std::optional<double>& number) {
  return !number.has_value() || std::isnan(*number);
}

// Whether run a comes first. Text stands behind numbers, and what is missing behind all.
bool ComesFirst(const std::string& field, bool ascends, bool is_reversed, const ListedRun& a, const ListedRun& b) {
  const std::optional<double> number_a = a.Number(field), number_b = b.Number(field);
  const std::string text_a = a.Text(field), text_b = b.Text(field);
  if (text_a.empty() != text_b.empty()) return text_b.empty();
  if (IsMissing(number_a) != IsMissing(number_b)) return IsMissing(number_b);
  if (IsMissing(number_a)) return is_reversed ? text_a > text_b : text_a < text_b;
  return ascends != is_reversed ? *number_a < *number_b : *number_a > *number_b;
}

}  // namespace

absl::StatusOr<RunQuery> ParseRunQuery(absl::string_view filter, absl::string_view sort) {
  RunQuery query;
  for (const absl::string_view part : absl::StrSplit(filter, ',', absl::SkipWhitespace())) {
    MICA_ASSIGN_OR_RETURN(RunCondition condition, ParseCondition(absl::StripAsciiWhitespace(part)));
    query.conditions.push_back(std::move(condition));
  }
  query.is_reversed = absl::ConsumePrefix(&sort, "-");
  query.sort_field = std::string(sort);
  if (query.is_reversed && sort.empty()) return FlagError("--sort: \"-\" names no field");
  return query;
}

absl::Status ApplyRunQuery(const RunQuery& query, RunListing* listing) {
  for (const RunCondition& condition : query.conditions) MICA_RETURN_IF_ERROR(RequireField("--filter", condition.field, *listing));
  if (!query.sort_field.empty()) MICA_RETURN_IF_ERROR(RequireField("--sort", query.sort_field, *listing));
  std::vector<ListedRun>& runs = listing->runs;
  const auto fails = [&](const ListedRun& run) {
    return !std::all_of(query.conditions.begin(), query.conditions.end(), [&](const RunCondition& c) { return HoldsFor(c, run); });
  };
  runs.erase(std::remove_if(runs.begin(), runs.end(), fails), runs.end());
  if (query.sort_field.empty()) return absl::OkStatus();
  const bool ascends = IsSmallerBetter(query.sort_field);
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const ListedRun& a, const ListedRun& b) { return ComesFirst(query.sort_field, ascends, query.is_reversed, a, b); });
  return absl::OkStatus();
}

}  // namespace mica
