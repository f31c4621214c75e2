#include "data/index/class_resolution.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/nearest_name.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace mica {
namespace {

// `"a", "b", …`
std::string QuotedList(const std::vector<std::string>& names) {
  constexpr size_t kMaxShown = 10;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(names.size(), kMaxShown); ++i) shown.push_back(InQuotes(names[i]));
  return absl::StrCat(absl::StrJoin(shown, ", "), names.size() > kMaxShown ? ", …" : "");
}

bool IsLabelled(const DatasetPart& part) {
  return part.split != Split::kUnlabelled && !part.samples.labels.empty();
}

// The number of a label, with the offset added. Names of folders may be numbers too, if classes are
// ordered by value. nullopt: it is none, or too large to be counted with.
std::optional<int64_t> ValueOf(const ListedLabel& label, const SampleList& list) {
  int64_t value = 0;
  constexpr int64_t kLimit = int64_t{1} << 60;
  if (!absl::SimpleAtoi(label.text, &value) || value > kLimit || value < -kLimit) return std::nullopt;
  return value + list.label_offset;
}

// Names stand in lines of tables, and in files that are read as UTF-8.
void RequirePlainNames(const std::vector<DatasetPart>& parts, SplitFindings* findings) {
  constexpr int kMaxShown = 10;
  int found = 0;
  for (const DatasetPart& part : parts) {
    if (!IsLabelled(part) || part.samples.labels_are_numbers) continue;
    for (const ListedLabel& label : part.samples.labels) {
      const bool is_utf8 = ValidUtf8Prefix(label.text) == label.text.size();
      if ((is_utf8 && !HoldsControls(label.text)) || ++found > kMaxShown) continue;
      findings->problems.push_back(absl::StrCat(Printable(label.first_place), ": class ", InQuotes(label.text),
                                                is_utf8 ? " holds a control character" : " is not UTF-8", "; rename it"));
    }
  }
  if (found > kMaxShown) findings->problems.push_back(absl::StrCat(found, " classes have such names; the first ", kMaxShown, " are shown"));
}

// Gives every record the label that `new_labels` has for its old one.
void Relabel(const std::vector<int32_t>& new_labels, DatasetPart* part) {
  for (ImageRecord& record : part->samples.records) {
    const int32_t label = record.label < 0 ? -1 : new_labels[record.label];
    (part->split == Split::kUnlabelled ? record.hidden_label : record.label) = label;
    if (part->split == Split::kUnlabelled) record.label = -1;
  }
}

// Labels that are numbers: the value, with the offset, is the label.
class NumberResolution {
 public:
  NumberResolution(const ClassRules& rules, std::vector<DatasetPart>& parts, SplitFindings* findings)
      : names_(rules.names), parts_(parts), findings_(*findings) {
    for (const DatasetPart& part : parts_) {
      if (!names_.has_value() && !part.samples.number_names.empty()) names_ = part.samples.number_names;
    }
  }

  ClassMap Resolve() {
    for (const DatasetPart& part : parts_) {
      if (IsLabelled(part)) Measure(part.samples);
    }
    if (!findings_.problems.empty()) return ClassMap();
    const int64_t classes = names_.has_value() ? static_cast<int64_t>(names_->size()) : std::max<int64_t>(largest_ + 1, 1);
    if (classes > kMaxClasses) {
      findings_.problems.push_back(absl::StrCat(largest_place_, ": label ", largest_, " would make ", classes, " classes; at most ",
                                                kMaxClasses, " are possible: is it another column, an id?"));
      return ClassMap();
    }
    for (DatasetPart& part : parts_) {
      if (IsLabelled(part)) Check(part.samples, classes);
    }
    for (DatasetPart& part : parts_) Relabel(LabelsOf(part.samples, classes), &part);
    return ClassMap(names_.has_value() ? *names_ : Names(static_cast<int>(classes)));
  }

 private:
  void Measure(const SampleList& list) {
    for (const ListedLabel& label : list.labels) {
      const std::optional<int64_t> value = ValueOf(label, list);
      if (!value.has_value()) {
        ReportNoValue(label, list);
        continue;
      }
      if (*value > largest_) largest_place_ = Printable(label.first_place);
      largest_ = std::max(largest_, *value);
      smallest_ = std::min(smallest_, *value);
    }
  }

  void ReportNoValue(const ListedLabel& label, const SampleList& list) {
    int64_t value = 0;
    if (absl::SimpleAtoi(label.text, &value)) {
      findings_.problems.push_back(
          absl::StrCat(Printable(label.first_place), ": label ", Printable(label.text), " is too large; is it another column, an id?"));
    } else if (!list.labels_are_numbers) {  // else the list says so itself
      findings_.problems.push_back(absl::StrCat(Printable(label.first_place), ": class ", InQuotes(label.text),
                                                " is no whole number, as class_order: BY_VALUE asks for; choose another order"));
    }
  }

  static bool IsOutside(std::optional<int64_t> value, int64_t classes) { return !value.has_value() || *value < 0 || *value >= classes; }

  void Check(const SampleList& list, int64_t classes) {
    const ListedLabel* first = nullptr;
    int64_t outside = 0;
    for (const ListedLabel& label : list.labels) {
      if (!IsOutside(ValueOf(label, list), classes)) continue;
      if (first == nullptr) first = &label;
      outside += label.samples;
    }
    if (first == nullptr) return;
    findings_.problems.push_back(absl::StrCat(Printable(first->first_place), ": label ", Printable(first->text), ", the first of ", outside,
                                              " labels outside the ", classes, " classes; allowed are ", -list.label_offset, " to ",
                                              classes - 1 - list.label_offset, "; ", Remedy(list, classes)));
  }

  std::string Remedy(const SampleList& list, int64_t classes) const {
    if (smallest_ > largest_) return "correct the labels";  // none is a number
    const bool begin_elsewhere = smallest_ < 0 || (smallest_ > 0 && largest_ - smallest_ < classes);
    const int64_t begin = smallest_ - list.label_offset;
    if (begin < 0) {
      return "a sample without a label belongs into dataset { unlabelled { … } }, or its source has `labels: NONE`";
    }
    if (begin_elsewhere && list.begin_labels_at) return absl::StrCat("labels begin at ", begin, ": ", list.begin_labels_at(begin));
    return absl::StrCat("correct the labels or name all ", largest_ + 1, " classes");
  }

  static std::vector<int32_t> LabelsOf(const SampleList& list, int64_t classes) {
    std::vector<int32_t> labels;
    for (const ListedLabel& label : list.labels) {
      const std::optional<int64_t> value = ValueOf(label, list);
      labels.push_back(IsOutside(value, classes) ? -1 : static_cast<int32_t>(*value));
    }
    return labels;
  }

  // As folders write them; the others are the numbers.
  std::vector<std::string> Names(int classes) const {
    std::vector<std::string> names;
    for (int label = 0; label < classes; ++label) names.push_back(absl::StrCat(label));
    for (const DatasetPart& part : parts_) {
      if (!IsLabelled(part) || part.samples.labels_are_numbers) continue;
      for (const ListedLabel& label : part.samples.labels) {
        const std::optional<int64_t> value = ValueOf(label, part.samples);
        if (!IsOutside(value, classes)) names[*value] = label.text;
      }
    }
    return names;
  }

  std::optional<std::vector<std::string>> names_;  // given by the config or by the data
  std::vector<DatasetPart>& parts_;
  SplitFindings& findings_;
  int64_t smallest_ = std::numeric_limits<int64_t>::max();
  int64_t largest_ = -1;
  std::string largest_place_;
};

// Labels that are names of classes.
class NameResolution {
 public:
  NameResolution(const ClassRules& rules, std::vector<DatasetPart>& parts, SplitFindings* findings)
      : rules_(rules), parts_(parts), findings_(*findings) {}

  ClassMap Resolve() {
    std::vector<std::string> names = rules_.names.has_value() ? *rules_.names : TrainingNames();
    for (size_t label = 0; label < names.size(); ++label) labels_.insert({names[label], static_cast<int32_t>(label)});
    if (static_cast<int64_t>(names.size()) > kMaxClasses) {
      findings_.problems.push_back(
          absl::StrCat(names.size(), " classes; at most ", kMaxClasses, " are possible: is the label another column, an id?"));
    }
    for (DatasetPart& part : parts_) {
      if (IsLabelled(part)) Check(part, names);
      std::vector<int32_t> new_labels;
      for (const ListedLabel& label : part.samples.labels) new_labels.push_back(LabelOf(label, part.samples));
      Relabel(new_labels, &part);
    }
    return ClassMap(std::move(names));
  }

 private:
  std::vector<std::string> TrainingNames() const {
    std::set<std::string> names;
    for (const DatasetPart& part : parts_) {
      if (part.split != Split::kTrain) continue;
      for (const ListedLabel& label : part.samples.labels) names.insert(label.text);
    }
    std::vector<std::string> ordered(names.begin(), names.end());
    if (rules_.order == DatasetConfig::NATURAL) std::sort(ordered.begin(), ordered.end(), NaturalLess);
    return ordered;
  }

  int32_t LabelOf(const ListedLabel& label, const SampleList& list) const {
    if (list.labels_are_numbers) {  // beside others that are names: places in the given list
      const int64_t number = ValueOf(label, list).value_or(-1);
      return number >= 0 && number < static_cast<int64_t>(labels_.size()) ? static_cast<int32_t>(number) : -1;
    }
    const auto found = labels_.find(label.text);
    return found == labels_.end() ? -1 : found->second;
  }

  void Check(const DatasetPart& part, const std::vector<std::string>& names) {
    std::vector<std::string> unknown;
    const ListedLabel* first = nullptr;
    for (const ListedLabel& label : part.samples.labels) {
      if (LabelOf(label, part.samples) >= 0) continue;
      if (first == nullptr) first = &label;
      unknown.push_back(label.text);
    }
    if (first == nullptr) return;
    const std::string what =
        absl::StrCat(Printable(first->first_place), ": ", unknown.size() == 1 ? "class " : "classes ", QuotedList(unknown));
    if (rules_.names.has_value()) {
      const auto near = NearestName(first->text, names);
      findings_.problems.push_back(
          absl::StrCat(what, " not among the ", names.size(), " given names",
                       near.has_value() ? absl::StrCat("; did you mean ", InQuotes(*near), "?") : "; name them in class_names"));
    } else {
      findings_.problems.push_back(absl::StrCat(what, " (", unknown.size(), ") of the ", SplitName(part.split),
                                                " split, but not of training", Missing(part),
                                                "; classes are matched by their names: rename or remove them, or add training samples"));
    }
  }

  // The other half of the difference: what training has and this part does not.
  std::string Missing(const DatasetPart& part) const {
    std::set<std::string> present;
    for (const ListedLabel& label : part.samples.labels) present.insert(label.text);
    std::set<std::string> missing;
    for (const auto& [name, label] : labels_) {
      if (present.count(name) == 0) missing.insert(name);
    }
    return missing.empty()
               ? ""
               : absl::StrCat(", which has ", QuotedList({missing.begin(), missing.end()}), " (", missing.size(), ") beyond it");
  }

  const ClassRules& rules_;
  std::vector<DatasetPart>& parts_;
  SplitFindings& findings_;
  std::unordered_map<std::string, int32_t> labels_;
};

// The first labelled part whose labels are numbers, or are not.
const DatasetPart* FirstPart(const std::vector<DatasetPart>& parts, bool with_numbers) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const DatasetPart& part) {
    return IsLabelled(part) && part.samples.labels_are_numbers == with_numbers;
  });
  return found == parts.end() ? nullptr : &*found;
}

// The run of digits at the front, without leading zeros, and what follows.
std::pair<absl::string_view, absl::string_view> CutDigits(absl::string_view text) {
  size_t zeros = 0;
  while (zeros + 1 < text.size() && text[zeros] == '0' && absl::ascii_isdigit(text[zeros + 1])) ++zeros;
  size_t end = zeros;
  while (end < text.size() && absl::ascii_isdigit(text[end])) ++end;
  return {text.substr(zeros, end - zeros), text.substr(end)};
}

}  // namespace

bool NaturalLess(absl::string_view a, absl::string_view b) {
  absl::string_view x = a;
  absl::string_view y = b;
  while (!x.empty() && !y.empty()) {
    if (absl::ascii_isdigit(x[0]) && absl::ascii_isdigit(y[0])) {
      const auto [x_digits, x_rest] = CutDigits(x);
      const auto [y_digits, y_rest] = CutDigits(y);
      if (x_digits.size() != y_digits.size()) return x_digits.size() < y_digits.size();
      if (x_digits != y_digits) return x_digits < y_digits;
      x = x_rest;
      y = y_rest;
    } else {
      if (x[0] != y[0]) return static_cast<unsigned char>(x[0]) < static_cast<unsigned char>(y[0]);
      x.remove_prefix(1);
      y.remove_prefix(1);
    }
  }
  if (x.empty() != y.empty()) return x.empty();
  return a < b;  // they differ in leading zeros alone
}

ClassMap ResolveClasses(const ClassRules& rules, std::vector<DatasetPart>* parts, SplitFindings* findings) {
  RequirePlainNames(*parts, findings);
  if (!findings->problems.empty()) return ClassMap();
  const DatasetPart* const numbers = FirstPart(*parts, /*with_numbers=*/true);
  const DatasetPart* const names = FirstPart(*parts, /*with_numbers=*/false);
  const bool by_value = rules.order == DatasetConfig::BY_VALUE && !rules.names.has_value();
  if (names == nullptr || by_value) return NumberResolution(rules, *parts, findings).Resolve();
  if (numbers != nullptr && !rules.names.has_value()) {
    findings->problems.push_back(absl::StrCat(Printable(numbers->samples.origin), ": its labels are numbers (",
                                              Printable(numbers->samples.labels[0].text), "), those of ", Printable(names->samples.origin),
                                              " are names (", InQuotes(names->samples.labels[0].text),
                                              "); give class_names, in the order of the numbers, or set class_order: BY_VALUE"));
    return ClassMap();
  }
  return NameResolution(rules, *parts, findings).Resolve();
}

}  // namespace mica
