#include "data/index/sources/label_table.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/printable.h"
#include "data/index/sources/line_problems.h"

namespace mica {
namespace {

std::string Where(const ListedLabel& label) {
  return absl::StrCat(Printable(label.first_place), ": label ", ShownField(label.text));
}

using Labels = std::vector<ListedLabel>;

const ListedLabel* FirstWhere(const Labels& labels, bool is_number) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return IsWholeNumber(label.text) == is_number; });
  return found == labels.end() ? nullptr : &*found;
}

// Without differences of capitals, and with accents and letters as one code point each: macOS
// writes "é" as two. Text that is not UTF-8 stays as it is.
std::string FoldedUnicode(absl::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &folded, kOptions);
  if (size < 0) return std::string(text);
  std::string result(reinterpret_cast<const char*>(folded), static_cast<size_t>(size));
  free(folded);
  return result;
}

// Two labels that differ only in what nobody sees are one class that was written in two ways.
std::string Folded(absl::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  if (!IsWholeNumber(trimmed)) return FoldedUnicode(trimmed);
  return std::string(trimmed.substr(std::min(trimmed.find_first_not_of('0'), trimmed.size() - 1)));
}

void WarnOfNearTwins(const Labels& labels, std::vector<std::string>* warnings) {
  constexpr int kMaxShown = 10;
  std::unordered_map<std::string, const ListedLabel*> seen;
  int twins = 0;
  for (const ListedLabel& label : labels) {
    const auto [twin, is_new] = seen.insert({Folded(label.text), &label});
    if (is_new || ++twins > kMaxShown) continue;
    warnings->push_back(absl::StrCat(Where(label), " differs from ", ShownField(twin->second->text), " (",
                                     Printable(twin->second->first_place),
                                     ") only in capitals, blanks, leading zeros or Unicode form; they are two classes"));
  }
  if (twins > kMaxShown) warnings->push_back(absl::StrCat(twins, " labels are such twins of others; the first ", kMaxShown, " are shown"));
}

std::vector<absl::string_view> PartsOf(absl::string_view label, char separator) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(label, separator, absl::SkipWhitespace()))
    parts.push_back(absl::StripAsciiWhitespace(part));
  return parts;
}

// Whether the labels are lists of parts: "scab rust", "rust", "scab". Names of several words are
// none: of "golden retriever" and "retriever" no "golden" stands alone, and names such as "red
// circle" and "blue square" all have the same number of parts.
bool LooksMultiLabel(const Labels& labels, char separator) {
  std::set<absl::string_view> alone, parts_of_joined;
  std::set<size_t> sizes;
  size_t joined = 0;
  for (const ListedLabel& label : labels) {
    const std::vector<absl::string_view> parts = PartsOf(label.text, separator);
    if (parts.size() == 1) alone.insert(parts[0]);
    if (parts.size() <= 1) continue;
    ++joined;
    sizes.insert(parts.size());
    parts_of_joined.insert(parts.begin(), parts.end());
  }
  if (joined < 2) return false;
  const bool all_stand_alone =
      std::all_of(parts_of_joined.begin(), parts_of_joined.end(), [&](auto part) { return alone.count(part) > 0; });
  // A few parts in many mixtures of every size, none of which need be alone.
  const bool is_mixture = sizes.size() >= 3 && joined > 2 * parts_of_joined.size();
  return all_stand_alone || is_mixture;
}

void WarnOfMultiLabel(const Labels& labels, std::vector<std::string>* warnings) {
  for (const char separator : {' ', ',', ';', '|'}) {
    if (!LooksMultiLabel(labels, separator)) continue;
    const auto joined =
        std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return PartsOf(label.text, separator).size() > 1; });
    warnings->push_back(absl::StrCat(Where(*joined), " looks like several labels, separated by \"", std::string(1, separator),
                                     "\"; mica trains classifiers of one label a sample, so each combination is a class of its own"));
    return;
  }
}

// The number without blanks around it and without a fraction of 0, as pandas writes "3.0".
absl::string_view WholeNumberIn(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const size_t point = text.find('.');
  const bool is_integral = point != absl::string_view::npos && text.find_first_not_of('0', point + 1) == absl::string_view::npos;
  return is_integral ? text.substr(0, point) : text;
}

// Taken as a name it would be a class beside others, and 10 would come before 2.
bool IsSpoiltNumber(absl::string_view text) {
  return !IsWholeNumber(text) && IsWholeNumber(WholeNumberIn(text));
}

}  // namespace

void ValidateLabelOffset(int64_t offset, absl::string_view path, ConfigProblems* problems) {
  constexpr int64_t kFarthest = int64_t{1} << 31;
  problems->Require(offset >= -kFarthest && offset <= kFarthest, JoinPath(path, "label_offset"), "must be in [-2^31, 2^31]", offset);
}

bool IsWholeNumber(absl::string_view text) {
  int64_t number = 0;
  if (text.empty() || !absl::ascii_isdigit(text.back()) || !(absl::ascii_isdigit(text[0]) || text[0] == '-')) return false;
  return absl::SimpleAtoi(text, &number);  // it would skip blanks
}

int32_t LabelTable::Find(absl::string_view text, absl::FunctionRef<std::string()> place) {
  if (last_ >= 0 && labels_[last_].text == text) return last_;
  const auto [found, is_new] = index_.insert({std::string(text), static_cast<int32_t>(labels_.size())});
  if (is_new) labels_.push_back({std::string(text), place(), 0});
  return last_ = found->second;
}

int32_t LabelTable::Add(absl::string_view text, absl::FunctionRef<std::string()> place) {
  const int32_t label = Find(text, place);
  ++labels_[label].samples;
  return label;
}

int32_t LabelTable::AddClass(absl::string_view text, const std::string& place) {
  return Find(text, [&] { return place; });
}

void LabelTable::MoveTo(const LabelRules& rules, SampleList* list) {
  list->labels = std::exchange(labels_, {});
  index_.clear();
  last_ = -1;
  const ListedLabel* const number = FirstWhere(list->labels, /*is_number=*/true);
  const ListedLabel* const name = FirstWhere(list->labels, /*is_number=*/false);
  list->labels_are_numbers =
      rules.labels == SourceConfig::NUMBERS || (rules.labels == SourceConfig::AUTO && name == nullptr && number != nullptr);
  list->label_offset = rules.offset;
  list->begin_labels_at = [name = rules.config_name](int64_t first) {
    return absl::StrCat("set ", name, " { label_offset: ", -first, " }");
  };
  const auto spoilt = std::find_if(list->labels.begin(), list->labels.end(), [](const auto& label) { return IsSpoiltNumber(label.text); });
  if (rules.labels != SourceConfig::NAMES && spoilt != list->labels.end()) {
    list->problems.push_back(absl::StrCat(Where(*spoilt), " is a whole number written otherwise, with blanks or a fraction of 0; write ",
                                          ShownField(WholeNumberIn(spoilt->text)), ", or set ", rules.config_name, " { labels: NAMES }"));
  } else if (rules.labels == SourceConfig::AUTO && number != nullptr && name != nullptr) {
    list->problems.push_back(absl::StrCat(Where(*name), " is a name, but ", ShownField(number->text), " (", Printable(number->first_place),
                                          ") is a number; correct them, or set ", rules.config_name, " { labels: NAMES }"));
  } else if (list->labels_are_numbers && name != nullptr) {
    list->problems.push_back(
        absl::StrCat(Where(*name), " is no whole number; correct it, or set ", rules.config_name, " { labels: NAMES }"));
  } else if (!list->labels_are_numbers && rules.offset != 0) {
    list->problems.push_back(absl::StrCat(Printable(list->origin),
                                          ": its labels are names, so label_offset cannot be added; leave it out of ", rules.config_name));
  }
  constexpr size_t kMaxCompared = 100000;  // more are no classes but ids, and comparing them takes long
  if (list->labels_are_numbers || list->labels.size() > kMaxCompared) return;
  WarnOfNearTwins(list->labels, &list->warnings);
  WarnOfMultiLabel(list->labels, &list->warnings);
}

}  // namespace mica
