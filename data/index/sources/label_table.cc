#include "data/index/sources/label_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/printable.h"

namespace mica {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", Printable(text), "\"");
}

std::string Where(const ListedLabel& label) {
  return absl::StrCat(label.first_place, ": label ", Quoted(label.text));
}

using Labels = std::vector<ListedLabel>;

const ListedLabel* FirstWhere(const Labels& labels, bool is_number) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return IsWholeNumber(label.text) == is_number; });
  return found == labels.end() ? nullptr : &*found;
}

// Two labels that differ only in what nobody sees are one class that was written in two ways.
std::string Folded(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
}

void WarnOfNearTwins(const Labels& labels, std::vector<std::string>* warnings) {
  std::unordered_map<std::string, const ListedLabel*> seen;
  for (const ListedLabel& label : labels) {
    const auto [twin, is_new] = seen.insert({Folded(label.text), &label});
    if (is_new) continue;
    warnings->push_back(absl::StrCat(Where(label), " differs from ", Quoted(twin->second->text), " (", twin->second->first_place,
                                     ") only in capitals or blanks; they are two classes"));
  }
}

// Whether most labels are lists of parts that occur in several of them: "scab rust", "rust".
bool LooksMultiLabel(const Labels& labels, char separator) {
  std::unordered_map<std::string, int> uses;
  size_t joined = 0;
  for (const ListedLabel& label : labels) {
    const std::vector<std::string> parts = absl::StrSplit(label.text, separator, absl::SkipWhitespace());
    joined += parts.size() > 1;
    for (const std::string& part : parts) ++uses[part];
  }
  if (joined < 2) return false;
  // Every part of the joined labels must occur elsewhere too: "golden retriever" is no list.
  for (const ListedLabel& label : labels) {
    const std::vector<std::string> parts = absl::StrSplit(label.text, separator, absl::SkipWhitespace());
    if (parts.size() > 1 && !std::all_of(parts.begin(), parts.end(), [&](const auto& part) { return uses[part] > 1; })) return false;
  }
  return true;
}

void WarnOfMultiLabel(const Labels& labels, std::vector<std::string>* warnings) {
  for (const char separator : {' ', ',', ';', '|'}) {
    if (!LooksMultiLabel(labels, separator)) continue;
    const auto joined =
        std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return label.text.find(separator) != std::string::npos; });
    warnings->push_back(absl::StrCat(Where(*joined), " looks like several labels, separated by \"", std::string(1, separator),
                                     "\"; mica trains classifiers of one label a sample, so each combination is a class of its own"));
    return;
  }
}

}  // namespace

bool IsWholeNumber(absl::string_view text) {
  int64_t number = 0;
  return !text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '-') && absl::SimpleAtoi(text, &number);
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
  if (rules.labels == SourceConfig::AUTO && number != nullptr && name != nullptr) {
    list->problems.push_back(absl::StrCat(Where(*name), " is a name, but ", Quoted(number->text), " (", number->first_place,
                                          ") is a number; correct them, or set ", rules.config_name, " { labels: NAMES }"));
  } else if (list->labels_are_numbers && name != nullptr) {
    list->problems.push_back(
        absl::StrCat(Where(*name), " is no whole number; correct it, or set ", rules.config_name, " { labels: NAMES }"));
  } else if (!list->labels_are_numbers && rules.offset != 0) {
    list->problems.push_back(
        absl::StrCat(list->origin, ": its labels are names, so label_offset cannot be added; leave it out of ", rules.config_name));
  }
  if (list->labels_are_numbers) return;
  WarnOfNearTwins(list->labels, &list->warnings);
  WarnOfMultiLabel(list->labels, &list->warnings);
}

}  // namespace mica
