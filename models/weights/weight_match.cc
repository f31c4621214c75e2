#include "models/weights/weight_match.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/for_each_on_threads.h"
#include "base/name_pattern.h"
#include "base/nearest_name.h"
#include "models/weights/not_finite.h"

namespace mica {
namespace {

constexpr size_t kMaxListed = 6;      // names of one kind in a message
constexpr size_t kMaxCompared = 500;  // names searched for the nearest

std::string FirstPart(absl::string_view name) {
  return std::string(name.substr(0, name.find('.')));
}

// "fc" of "fc.weight".
std::string LayerOf(absl::string_view name) {
  return std::string(name.substr(0, std::min(name.rfind('.'), name.size())));
}

// A few names in full; of many, "block_1.* (4 tensors)" by their common prefix.
std::string Listed(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  if (names.size() <= kMaxListed) {
    for (const std::string& name : names) shown.push_back(ShownName(name));
    return absl::StrJoin(shown, ", ");
  }
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string& name : names) groups[FirstPart(name)].push_back(name);
  constexpr size_t kMaxGroups = 12;
  for (const auto& [part, members] : groups) {
    if (shown.size() == kMaxGroups) break;
    shown.push_back(members.size() == 1 ? ShownName(members[0]) : absl::StrCat(ShownName(part), ".* (", members.size(), " tensors)"));
  }
  return absl::StrCat(absl::StrJoin(shown, ", "),
                      groups.size() > kMaxGroups ? absl::StrCat(" and ", groups.size() - kMaxGroups, " more") : "");
}

std::string ShapeText(absl::Span<const int64_t> shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ","), "]");
}

// Of a linear layer: its weight as Keras and others store it. Of a convolution: as TensorFlow does.
std::string TransposeRemark(const std::vector<int64_t>& in_file, const std::vector<int64_t>& in_model) {
  const bool is_linear = in_model.size() == 2 && in_file == std::vector<int64_t>{in_model[1], in_model[0]};
  if (is_linear) return ", transposed: inputs x outputs, as Keras stores it; transpose it when you write the file";
  const bool is_convolution = in_model.size() == 4 && in_file == std::vector<int64_t>{in_model[2], in_model[3], in_model[1], in_model[0]};
  if (is_convolution) {
    return ", transposed: height x width x inputs x outputs, as TensorFlow stores it; write it as outputs x inputs x height x width";
  }
  return "";
}

// Without sides of 1 at the end.
absl::Span<const int64_t> WithoutOnes(absl::Span<const int64_t> shape) {
  while (!shape.empty() && shape.back() == 1) shape.remove_suffix(1);
  return shape;
}

struct Difference {
  std::string name;
  std::string text;  // follows the name
};

// Compares a file with the weights that it is to fill, name by name.
class Comparison {
 public:
  Comparison(absl::Span<const ArrayView> arrays, absl::string_view source, absl::Span<const ModelWeight> weights, const MatchRules& rules)
      : arrays_(arrays), source_(source), weights_(weights), rules_(rules) {
    for (const ModelWeight& weight : weights) weight_names_.push_back(weight.name);
  }

  void Compare() {
    for (size_t i = 0; i < arrays_.size(); ++i) {
      if (const auto [first, is_new] = by_name_.emplace(names_[i], i); !is_new) {
        if (++doubled_count_ > kMaxListed) continue;
        doubled_.push_back(absl::StrCat("\"", ShownName(arrays_[first->second].name), "\" and \"", ShownName(arrays_[i].name),
                                        "\" both become \"", ShownName(names_[i]), "\""));
      }
    }
    CheckPatterns();
    CheckFirstConvolution();
    for (size_t i = 0; i < weights_.size(); ++i) Match(i);
    for (size_t i = 0; i < arrays_.size(); ++i) {
      if (by_name_.count(names_[i]) > 0) AddSurplus(i);
    }
    std::sort(surplus_.begin(), surplus_.end());
    longer_names_ = LongerNames();
    CheckFinite();
  }

  const std::vector<std::string>& names() const { return names_; }

  // All findings, a line each.
  absl::Status status() const {
    if (!config_problems_.empty()) return ConfigError(absl::StrJoin(config_problems_, "\n"));
    std::vector<std::string> lines = doubled_;
    if (doubled_count_ > kMaxListed) lines.push_back(absl::StrCat(doubled_count_ - kMaxListed, " more names stand there twice"));
    if (!missing_.empty()) {
      lines.push_back(absl::StrCat("lacks ", Count(missing_), " of the model: ", Listed(missing_),
                                   longer_names_.empty() ? NearNames() : longer_names_,
                                   FieldRemedy("to keep the model's fresh values", "reinitialise")));
    }
    if (!surplus_.empty()) {
      lines.push_back(absl::StrCat("holds ", Count(surplus_), " that the model lacks: ", Listed(surplus_), Stripped(),
                                   FieldRemedy("to pass over them", "allow_unexpected")));
    }
    lines.insert(lines.end(), head_.begin(), head_.end());
    Append(shapes_, "have other shapes",
           Remedy("; to keep the model's fresh values, list the name or its beginning under model.initial_weights.reinitialise"), &lines);
    Append(types_, "have other types", "", &lines);
    Append(not_finite_, "hold NaN or infinity", "", &lines);
    for (std::string& line : lines) line = absl::StrCat(source_, ": ", line);
    return lines.empty() ? absl::OkStatus() : CheckpointError(absl::StrJoin(lines, "\n"));
  }

  WeightMatch Take() { return std::move(match_); }

  // Gives the arrays the names that are compared with the model's.
  void Rename() {
    for (const ArrayView& array : arrays_) names_.push_back(array.name);
    if (!rules_.foreign) return;
    stripped_ = StripWrappers(weight_names_, &names_);
    if (!stripped_.empty()) match_.report.renamings.push_back(absl::StrCat("without \"", absl::StrJoin(stripped_, "\" and \""), "\""));
    if (!rules_.rename.empty()) ApplyOwnRules();
    UseBestTable();
  }

 private:
  void ApplyOwnRules() {
    const std::vector<std::string> before = names_;
    for (const size_t rule : ApplyRules(rules_.rename, &names_)) {
      config_problems_.push_back(absl::StrCat("model.initial_weights.rename[", rule, "].from: \"", ShownName(rules_.rename[rule].from),
                                              "\" changes no name of ", source_, "; there are ", Listed(before), Stripped()));
    }
    match_.report.renamings.push_back("as model.initial_weights.rename says");
  }

  void UseBestTable() {
    std::map<absl::string_view, const ModelWeight*> weights;
    for (const ModelWeight& weight : weights_) weights.emplace(weight.name, &weight);
    const auto fitting = [&](const std::vector<std::string>& names) {
      int64_t count = 0;
      for (size_t i = 0; i < names.size(); ++i) {
        const auto weight = weights.find(names[i]);
        count += weight != weights.end() && HoldsSameNumbers(weight->second->shape, arrays_[i].shape);
      }
      return count;
    };
    const std::vector<std::string> unnamed = names_;
    int64_t best = fitting(unnamed);
    const NamingTable* chosen = nullptr;
    for (const NamingTable& table : rules_.tables) {
      std::vector<std::string> renamed = unnamed;
      ApplyRules(table.rules, &renamed);
      if (const int64_t count = fitting(renamed); count > best) {
        best = count;
        chosen = &table;
        names_ = std::move(renamed);
      }
    }
    if (chosen != nullptr) match_.report.renamings.push_back(absl::StrCat("from ", chosen->name));
  }

  void CheckPatterns() {
    for (const auto& [field, patterns] :
         {std::pair("reinitialise", &rules_.reinitialise), std::pair("allow_missing", &rules_.allow_missing)}) {
      for (const std::string& pattern : *patterns) CheckPattern(field, pattern, weight_names_, {}, "no weight of the model");
    }
    std::vector<std::string> written;
    for (const ArrayView& array : arrays_) written.push_back(array.name);
    for (const std::string& pattern : rules_.allow_unexpected) {
      CheckPattern("allow_unexpected", pattern, names_, written, absl::StrCat("no tensor of ", source_));
    }
  }

  void CheckPattern(absl::string_view field, const std::string& pattern, const std::vector<std::string>& names,
                    const std::vector<std::string>& other_names, const std::string& what) {
    const auto covered = [&](const std::string& name) { return Covers(pattern, name); };
    if (std::any_of(names.begin(), names.end(), covered) || std::any_of(other_names.begin(), other_names.end(), covered)) return;
    config_problems_.push_back(absl::StrCat("model.initial_weights.", field, ": \"", ShownName(pattern), "\" names ", what, "; there are ",
                                            Listed(names), other_names.empty() ? "" : Stripped(), NearestCovered(pattern, names)));
  }

  void CheckFirstConvolution() {
    if (rules_.colour_change == ColourChange::kNone) return;
    constexpr char kField[] = "model.initial_weights.first_convolution: ";
    if (rules_.first_convolution.empty()) {
      config_problems_.push_back(absl::StrCat(kField, "the model has no convolution; leave it out"));
    } else if (AnyCovers(rules_.reinitialise, rules_.first_convolution)) {
      config_problems_.push_back(absl::StrCat(kField, "the file's ", rules_.first_convolution,
                                              " is not used, as reinitialise covers it; leave out one of the two"));
    }
  }

  WeightRow& AddRow(const std::string& name, WeightFate fate, const std::vector<int64_t>& shape, const ArrayView* array) {
    WeightRow row{name, fate, shape, "", "", {}, ""};
    if (array != nullptr) {
      row.file_name = array->name;
      row.file_dtype = array->dtype;
      row.file_shape = array->shape;
    }
    match_.report.rows.push_back(std::move(row));
    return match_.report.rows.back();
  }

  void AddSurplus(size_t i) {
    // What is drawn anew may have other tensors in the file.
    const bool is_expected = AnyCovers(rules_.allow_unexpected, names_[i]) || AnyCovers(rules_.allow_unexpected, arrays_[i].name) ||
                             AnyCovers(rules_.reinitialise, names_[i]);
    if (!is_expected) return surplus_.push_back(names_[i]);
    AddRow(names_[i], WeightFate::kUnexpected, {}, &arrays_[i]);
  }

  void Match(size_t i) {
    const ModelWeight& weight = weights_[i];
    const auto found = by_name_.find(weight.name);
    const std::optional<size_t> index = found == by_name_.end() ? std::nullopt : std::optional(found->second);
    const ArrayView* const array = index.has_value() ? &arrays_[*index] : nullptr;
    if (array != nullptr) by_name_.erase(found);
    any_found_ = any_found_ || array != nullptr;
    if (AnyCovers(rules_.reinitialise, weight.name)) {
      AddRow(weight.name, WeightFate::kReinitialised, weight.shape, array);
    } else if (array != nullptr && !(IsCount(weight) && array->dtype != weight.dtype)) {
      Fit(i, *index);
    } else if (AnyCovers(rules_.allow_missing, weight.name) || IsCount(weight)) {
      AddRow(weight.name, WeightFate::kMissing, weight.shape, nullptr);
    } else {
      missing_.push_back(weight.name);
    }
  }

  // Counts matter to no result. Old files lack them, and averages over steps make them fractions.
  bool IsCount(const ModelWeight& weight) const { return rules_.foreign && absl::EndsWith(weight.name, ".num_batches_tracked"); }

  // The array and the weight have one name.
  void Fit(size_t weight_index, size_t array_index) {
    const ModelWeight& weight = weights_[weight_index];
    const ArrayView& array = arrays_[array_index];
    const ColourChange change = ChangeOf(weight, array);
    const std::vector<int64_t> shape = ShapeAfter(change, array.shape);
    const bool reshapes = shape != weight.shape;
    const bool shape_fits = !reshapes || (rules_.foreign && HoldsSameNumbers(shape, weight.shape));
    const bool converts = array.dtype != weight.dtype;
    if (!shape_fits) AddShape(weight, array);
    if (converts && !MayConvert(weight, array)) return AddType(weight, array);
    if (!shape_fits) return;
    match_.fits.push_back({array_index, weight_index, change});
    std::vector<std::string> adaptations;
    if (converts) adaptations.push_back(absl::StrCat(array.dtype, " to ", weight.dtype));
    if (change != ColourChange::kNone) adaptations.push_back(ColourText(change));
    if (reshapes) adaptations.push_back("sides of 1");
    WeightRow& row = AddRow(weight.name, adaptations.empty() ? WeightFate::kMatched : WeightFate::kAdapted, weight.shape, &array);
    row.adaptation = absl::StrJoin(adaptations, ", ");
  }

  // Reads every value that will be used, which takes longer than all else here.
  void CheckFinite() {
    uint64_t bytes = 0;
    for (const WeightFit& fit : match_.fits) bytes += arrays_[fit.array].bytes.size();
    std::vector<std::string> texts(match_.fits.size());
    ForEachOnThreads(texts.size(), ThreadsFor(bytes), [&](size_t i) {
      const ArrayView& array = arrays_[match_.fits[i].array];
      texts[i] = NotFiniteText(array.dtype, array.bytes);
    });
    for (size_t i = 0; i < texts.size(); ++i) {
      if (!texts[i].empty()) not_finite_.push_back({weights_[match_.fits[i].weight].name, absl::StrCat("holds ", texts[i])});
    }
  }

  static std::string ColourText(ColourChange change) {
    switch (change) {
      case ColourChange::kNone:
        return "";
      case ColourChange::kSumOfRgb:
        return "the sum of its colours";
      case ColourChange::kMeanOfRgb:
        return "the mean of its colours";
      case ColourChange::kRepeatGrey:
        return "a third of grey for each colour";
    }
    return "";
  }

  static bool IsConvertible(const ModelWeight& weight, const ArrayView& array) {
    return weight.dtype == "F32" && (array.dtype == "F16" || array.dtype == "BF16" || array.dtype == "F64");
  }

  bool MayConvert(const ModelWeight& weight, const ArrayView& array) const { return rules_.convert_types && IsConvertible(weight, array); }

  void AddType(const ModelWeight& weight, const ArrayView& array) {
    const absl::string_view remedy = !rules_.foreign                ? ""
                                     : IsConvertible(weight, array) ? "; write model.initial_weights.convert_types: true to take them"
                                                                    : "; write it as the model has it when you make the file";
    types_.push_back({weight.name, absl::StrCat("is ", array.dtype, " in the file, ", weight.dtype, " in the model", remedy)});
  }

  void AddShape(const ModelWeight& weight, const ArrayView& array) {
    if (AddHead(weight, array)) return;
    const std::string transposed = TransposeRemark(array.shape, weight.shape);
    Difference difference{weight.name, absl::StrCat("is ", ShapeText(array.shape), " in the file, ", ShapeText(weight.shape),
                                                    " in the model", transposed, ColourRemedy(weight, array))};
    shapes_.push_back(std::move(difference));
  }

  // The classifier of another number of classes: everybody who fine-tunes meets it, so it is named.
  bool AddHead(const ModelWeight& weight, const ArrayView& array) {
    const std::string head = LayerOf(weights_.back().name);
    if (!rules_.foreign || LayerOf(weight.name) != head || weight.shape.empty() || weight.shape.size() != array.shape.size()) return false;
    if (!std::equal(weight.shape.begin() + 1, weight.shape.end(), array.shape.begin() + 1)) return false;
    if (!head_.empty()) return true;  // of its weight and bias, one line is enough
    head_.push_back(absl::StrCat(weight.name, " is ", ShapeText(array.shape), " in the file, ", ShapeText(weight.shape),
                                 " in the model: a classifier of ", array.shape[0], " classes where the data has ", weight.shape[0],
                                 "; for a new one write model.initial_weights.reinitialise: \"", head, "\""));
    return true;
  }

  // What the array must go through to fill the weight.
  ColourChange ChangeOf(const ModelWeight& weight, const ArrayView& array) const {
    return weight.name == rules_.first_convolution && weight.shape != array.shape ? rules_.colour_change : ColourChange::kNone;
  }

  // Where another rule would make the shapes equal.
  std::string ColourRemedy(const ModelWeight& weight, const ArrayView& array) const {
    if (!rules_.foreign || weight.name != rules_.first_convolution) return "";
    for (const auto& [change, value] :
         {std::pair(ColourChange::kSumOfRgb, "SUM_OF_RGB"), std::pair(ColourChange::kRepeatGrey, "REPEAT_GREY")}) {
      if (weight.shape != ShapeAfter(change, array.shape)) continue;
      return absl::StrCat("; to convert it for the pictures, write model.initial_weights.first_convolution: ", value);
    }
    return "";
  }

  static std::string Count(const std::vector<std::string>& names) {
    return absl::StrCat(names.size(), names.size() == 1 ? " tensor" : " tensors");
  }

  // Searching names of any number and length would take for ever.
  static std::vector<std::string> Comparable(const std::vector<std::string>& names) {
    std::vector<std::string> comparable;
    for (const std::string& name : names) {
      if (name.size() <= 200 && comparable.size() < kMaxCompared) comparable.push_back(name);
    }
    return comparable;
  }

  // For a few missing names, those in the file that look like misspellings of them.
  std::string NearNames() const {
    if (missing_.size() > kMaxListed) return "";
    std::string hints;
    for (const std::string& name : missing_) {
      if (const auto near = NearestName(name, Comparable(surplus_))) {
        absl::StrAppend(&hints, "; \"", ShownName(*near), "\" in the file is near ", ShownName(name));
      }
    }
    return hints;
  }

  // Where no name fits, listing them all would load nothing.
  std::string FieldRemedy(absl::string_view purpose, absl::string_view field) const {
    if (!rules_.foreign) return "";
    if (!longer_names_.empty()) return "";  // says what to do
    if (any_found_ || surplus_.empty())
      return absl::StrCat("; ", purpose, ", list them or their beginnings under model.initial_weights.", field);
    if (field == "reinitialise") return "";
    return "; none is the model's: rename them with model.initial_weights.rename (docs/weights.md), if it is the same network";
  }

  // If the file has the missing names with one more prefix, as many training programs write them.
  std::string LongerNames() const {
    if (!rules_.foreign || missing_.empty()) return "";
    const std::string ending = absl::StrCat(".", missing_[0]);
    for (const std::string& name : surplus_) {
      if (!absl::EndsWith(name, ending)) continue;
      const std::string prefix = name.substr(0, name.size() - missing_[0].size());
      const auto has_prefix = [&](const std::string& missing) {
        return std::binary_search(surplus_.begin(), surplus_.end(), absl::StrCat(prefix, missing));
      };
      if (!std::all_of(missing_.begin(), missing_.end(), has_prefix)) continue;
      return absl::StrCat("; the file has them with \"", ShownName(prefix), "\" in front: write rename { from: \"",
                          absl::CEscape(absl::StrCat("^", RE2::QuoteMeta(prefix))), "\" } in model.initial_weights");
    }
    return "";
  }

  // What the names in a message were shortened by.
  std::string Stripped() const {
    if (stripped_.empty()) return "";
    return absl::StrCat(" (names without \"", absl::StrJoin(stripped_, "\" and \""), "\", which PyTorch adds)");
  }

  absl::string_view Remedy(absl::string_view text) const { return rules_.foreign ? text : ""; }

  void Append(const std::vector<Difference>& differences, absl::string_view what, absl::string_view remedy,
              std::vector<std::string>* lines) const {
    std::vector<std::string> rest;
    for (size_t i = 0; i < differences.size(); ++i) {
      if (i >= kMaxListed) {
        rest.push_back(differences[i].name);
      } else {
        lines->push_back(absl::StrCat(differences[i].name, " ", differences[i].text, remedy));
      }
    }
    if (!rest.empty()) lines->push_back(absl::StrCat(rest.size(), " more ", what, ": ", Listed(rest)));
  }

  const absl::Span<const ArrayView> arrays_;
  const absl::string_view source_;
  const absl::Span<const ModelWeight> weights_;
  const MatchRules& rules_;
  std::vector<std::string> weight_names_;
  std::vector<std::string> names_;         // of the arrays, as they are compared
  std::map<std::string, size_t> by_name_;  // arrays that no weight has taken yet
  std::vector<std::string> stripped_;      // what PyTorch's wrappers had added
  std::vector<std::string> config_problems_;
  std::vector<std::string> doubled_, head_;  // whole lines
  size_t doubled_count_ = 0;
  std::vector<std::string> missing_, surplus_;
  std::string longer_names_;  // LongerNames()
  std::vector<Difference> shapes_, types_, not_finite_;
  WeightMatch match_;
  bool any_found_ = false;  // a name that file and model share
};

}  // namespace

bool HoldsSameNumbers(absl::Span<const int64_t> a, absl::Span<const int64_t> b) {
  return WithoutOnes(a) == WithoutOnes(b);
}

absl::StatusOr<WeightMatch> MatchWeights(absl::Span<const ArrayView> arrays, absl::string_view source,
                                         absl::Span<const ModelWeight> weights, const MatchRules& rules) {
  Comparison comparison(arrays, source, weights, rules);
  comparison.Rename();
  comparison.Compare();
  if (absl::Status status = comparison.status(); !status.ok()) return status;
  return comparison.Take();
}

std::vector<std::string> NamesToMatch(absl::Span<const ArrayView> arrays, absl::Span<const ModelWeight> weights, const MatchRules& rules) {
  Comparison comparison(arrays, /*source=*/"", weights, rules);
  comparison.Rename();
  return comparison.names();
}

}  // namespace mica
