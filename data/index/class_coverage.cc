#include "data/index/class_coverage.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/printable.h"

namespace mica {
namespace {

constexpr char kOrAllow[] = ", or set dataset { allow_empty_class: true }";

// `class "a", "b", … (12 of 26 classes)`
std::string ClassList(const std::vector<int>& labels, const ClassMap& classes) {
  constexpr size_t kMaxShown = 10;
  std::vector<std::string> names;
  for (const int label : labels) {
    if (names.size() == kMaxShown) break;
    names.push_back(InQuotes(classes.name(label)));
  }
  return absl::StrCat(labels.size() == 1 ? "class " : "classes ", absl::StrJoin(names, ", "), labels.size() > kMaxShown ? ", …" : "", " (",
                      labels.size(), " of ", classes.size(), ")");
}

class Coverage {
 public:
  Coverage(const DatasetIndex& index, const ClassCoverageOptions& options) : index_(index), options_(options) {
    for (const Split split : kSplits) counts_.push_back(index.CountsOf(split));
  }

  SplitFindings Check() {
    CheckTraining();
    for (const Split split : {Split::kValidation, Split::kTest}) CheckEvaluated(split);
    return std::move(findings_);
  }

 private:
  int64_t Count(Split split, int label) const { return counts_[static_cast<size_t>(split)][label]; }
  int64_t Total(int label) const {
    return std::accumulate(counts_.begin(), counts_.end(), int64_t{0},
                           [&](int64_t sum, const auto& counts) { return sum + counts[label]; });
  }

  template <typename Condition>
  std::vector<int> LabelsWhere(Condition condition) const {
    std::vector<int> labels;
    for (int label = 0; label < index_.classes.size(); ++label) {
      if (condition(label)) labels.push_back(label);
    }
    return labels;
  }

  void Report(const std::vector<int>& labels, absl::string_view what, absl::string_view remedy) {
    if (labels.empty()) return;
    auto& messages = options_.allow_empty ? findings_.warnings : findings_.problems;
    messages.push_back(absl::StrCat(Printable(options_.origin), ": no ", what, " of ", ClassList(labels, index_.classes),
                                    options_.allow_empty ? "" : absl::StrCat("; ", remedy, kOrAllow)));
  }

  void CheckTraining() {
    const std::vector<int> nowhere = LabelsWhere([&](int label) { return Total(label) == 0; });
    Report(nowhere, "sample", NowhereRemedy(nowhere));
    const std::vector<int> elsewhere = LabelsWhere([&](int label) { return Total(label) > 0 && Count(Split::kTrain, label) == 0; });
    Report(elsewhere, "training sample",
           options_.is_drawn ? absl::StrCat("the validation or test split took them all: choose another split_seed or smaller fractions",
                                            Fix(elsewhere, Split::kTrain))
                             : "it can never be learned from what is there: correct the labels or divide the data otherwise");
  }

  // " (for "cat": validation_fraction: 0.43 keeps 1 for training)"
  std::string Fix(const std::vector<int>& labels, Split split) const {
    if (!options_.smallest_fix || labels.empty()) return "";
    const std::string fix = options_.smallest_fix(labels[0], split);
    if (fix.empty()) return "";
    return absl::StrCat(" (for ", InQuotes(index_.classes.name(labels[0])), ": ", fix, ")");
  }

  std::string NowhereRemedy(const std::vector<int>& nowhere) const {
    if (options_.has_names) return "remove names that no label has (is the first line of the names a heading?)";
    if (!options_.begin_labels_at) {
      return options_.empty_class_remedy.empty() ? "none of its samples can be used: mend them or take the class out of the labels"
                                                 : options_.empty_class_remedy;
    }
    // Such as labels 1 … n.
    const bool begin_later = nowhere.size() == 1 && nowhere[0] == 0;
    const int64_t begin = options_.first_label + 1;
    return begin_later ? absl::StrCat("labels begin at ", begin, ": ", options_.begin_labels_at(begin))
                       : "labels must go from 0 to the largest without gaps: correct them or name the classes";
  }

  void CheckEvaluated(Split split) {
    const auto& counts = counts_[static_cast<size_t>(split)];
    if (std::accumulate(counts.begin(), counts.end(), int64_t{0}) == 0) return;  // there is no such split
    const std::vector<int> missing = LabelsWhere([&](int label) { return Count(split, label) == 0 && Count(Split::kTrain, label) > 0; });
    if (missing.empty()) return;
    findings_.warnings.push_back(absl::StrCat(Printable(options_.origin), ": no ", SplitName(split), " sample of ",
                                              ClassList(missing, index_.classes),
                                              "; balanced_accuracy and the macro means of this split count it as 0", Fix(missing, split)));
  }

  const DatasetIndex& index_;
  const ClassCoverageOptions& options_;
  std::vector<std::vector<int64_t>> counts_;  // [split][label]
  SplitFindings findings_;
};

}  // namespace

SplitFindings CheckClassCoverage(const DatasetIndex& index, const ClassCoverageOptions& options) {
  return Coverage(index, options).Check();
}

}  // namespace mica
