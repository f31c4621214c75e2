#include "models/weights/load_weights.h"

#include <ATen/ops/empty.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/name_pattern.h"
#include "base/nearest_name.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"

namespace mica {
namespace {

constexpr size_t kMaxListed = 6;             // names of one kind in a message
constexpr size_t kMaxCompared = 500;         // names searched for the nearest
constexpr char kCompiled[] = "_orig_mod";    // torch.compile puts this part before the names of what it compiles
constexpr char kModulePrefix[] = "module.";  // DataParallel puts this before all names

std::string FirstPart(absl::string_view name) {
  return std::string(name.substr(0, name.find('.')));
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

// "3 NaN and 1 infinity", or "" if all values are finite.
std::string NotFinite(const ArrayView& array) {
  int64_t nan = 0, infinite = 0;
  float value;
  for (size_t i = 0; array.dtype == "F32" && i < array.bytes.size(); i += sizeof(value)) {
    std::memcpy(&value, array.bytes.data() + i, sizeof(value));
    nan += std::isnan(value);
    infinite += std::isinf(value);
  }
  return absl::StrCat(nan > 0 ? absl::StrCat(nan, " NaN") : "", nan > 0 && infinite > 0 ? " and " : "",
                      infinite > 0 ? absl::StrCat(infinite, infinite == 1 ? " infinity" : " infinities") : "");
}

struct Difference {
  std::string name;
  std::string text;  // follows the name
};

// Compares a file with the weights that it is to fill, name by name.
class Comparison {
 public:
  Comparison(absl::string_view source, const LoadWeightsRules& rules) : source_(source), rules_(rules), ignore_(rules.ignore) {}

  struct Fit {
    const ArrayView* array;
    const NamedTensor* weight;
    ColourChange change;
  };

  void Compare(const std::vector<ArrayView>& arrays, const std::vector<NamedTensor>& weights) {
    std::vector<std::string> names = NamesOf(arrays);
    if (rules_.foreign) StripWrappers(NamesOf(weights), &names);
    std::map<std::string, const ArrayView*> by_name;
    for (size_t i = 0; i < arrays.size(); ++i) by_name.emplace(names[i], &arrays[i]);
    CheckPatterns(by_name, weights);
    CheckFirstConvolution();
    for (auto array = by_name.begin(); array != by_name.end();) {
      const bool ignored = AnyCovers(ignore_, array->first);
      loaded_.ignored += ignored;
      array = ignored ? by_name.erase(array) : std::next(array);
    }
    for (const NamedTensor& weight : weights) Match(weight, &by_name);
    for (const auto& [name, array] : by_name) {
      if (!AnyCovers(rules_.reinitialise, name)) surplus_.push_back(name);
    }
    loaded_.loaded = static_cast<int64_t>(fits_.size());
    longer_names_ = LongerNames();
  }

  // All findings, a line each.
  absl::Status status() const {
    if (!pattern_problems_.empty()) return ConfigError(absl::StrJoin(pattern_problems_, "\n"));
    std::vector<std::string> lines;
    if (!missing_.empty()) {
      lines.push_back(absl::StrCat("lacks ", Count(missing_), " of the model: ", Listed(missing_),
                                   longer_names_.empty() ? NearNames() : longer_names_,
                                   FieldRemedy("to keep the model's fresh values", "reinitialise")));
    }
    if (!surplus_.empty()) {
      lines.push_back(absl::StrCat("holds ", Count(surplus_), " that the model lacks: ", Listed(surplus_), Stripped(),
                                   FieldRemedy("to pass over them", "ignore")));
    }
    Append(shapes_, "have other shapes",
           Remedy("; to keep the model's fresh values, list the name or its beginning under model.initial_weights.reinitialise"), &lines);
    Append(types_, "have other types", Remedy("; convert the file to F32"), &lines);
    Append(not_finite_, "hold NaN or infinity", "", &lines);
    for (std::string& line : lines) line = absl::StrCat(source_, ": ", line);
    return lines.empty() ? absl::OkStatus() : CheckpointError(absl::StrJoin(lines, "\n"));
  }

  const std::vector<Fit>& fits() const { return fits_; }
  const LoadedWeights& loaded() const { return loaded_; }

 private:
  template <typename Named>
  static std::vector<std::string> NamesOf(const std::vector<Named>& all) {
    std::vector<std::string> names;
    for (const Named& named : all) names.push_back(named.name);
    return names;
  }

  // Takes from the file's names what PyTorch's wrappers added, unless the model's own have it too.
  void StripWrappers(const std::vector<std::string>& weight_names, std::vector<std::string>* names) {
    const auto is_compiled = [](const std::string& name) { return WithoutCompiled(name) != name; };
    if (std::any_of(names->begin(), names->end(), is_compiled) && std::none_of(weight_names.begin(), weight_names.end(), is_compiled)) {
      std::vector<std::string> stripped;
      for (const std::string& name : *names) stripped.push_back(WithoutCompiled(name));
      // Else two tensors would have one name.
      if (std::set<std::string>(stripped.begin(), stripped.end()).size() == names->size()) {
        *names = std::move(stripped);
        for (std::string& pattern : ignore_) pattern = WithoutCompiled(pattern);
        loaded_.stripped.push_back(absl::StrCat(kCompiled, "."));
      }
    }
    const auto has_prefix = [](const std::string& name) { return absl::StartsWith(name, kModulePrefix); };
    if (std::any_of(weight_names.begin(), weight_names.end(), has_prefix)) return;
    while (!names->empty() && std::all_of(names->begin(), names->end(), has_prefix)) {
      for (std::string& name : *names) name.erase(0, sizeof(kModulePrefix) - 1);
      for (std::string& pattern : ignore_) pattern = std::string(absl::StripPrefix(pattern, kModulePrefix));
      if (loaded_.stripped.empty() || loaded_.stripped.back() != kModulePrefix) loaded_.stripped.push_back(kModulePrefix);
    }
  }

  static std::string WithoutCompiled(const std::string& name) {
    std::vector<absl::string_view> parts = absl::StrSplit(name, '.');
    // A name's last part is the tensor's own.
    parts.erase(std::remove(parts.begin(), parts.end() - 1, kCompiled), parts.end() - 1);
    return absl::StrJoin(parts, ".");
  }

  void CheckPatterns(const std::map<std::string, const ArrayView*>& by_name, const std::vector<NamedTensor>& weights) {
    std::vector<std::string> weight_names, array_names;
    for (const NamedTensor& weight : weights) weight_names.push_back(weight.name);
    for (const auto& [name, array] : by_name) array_names.push_back(name);
    for (const std::string& pattern : rules_.reinitialise) {
      CheckPattern("reinitialise", pattern, pattern, weight_names, "no weight of the model");
    }
    for (size_t i = 0; i < ignore_.size(); ++i) {
      CheckPattern("ignore", rules_.ignore[i], ignore_[i], array_names, absl::StrCat("no tensor of ", source_));
    }
  }

  void CheckFirstConvolution() {
    if (rules_.colour_change == ColourChange::kNone) return;
    constexpr char kField[] = "model.initial_weights.first_convolution: ";
    if (rules_.first_convolution.empty()) {
      pattern_problems_.push_back(absl::StrCat(kField, "the model has no convolution; leave it out"));
    } else if (AnyCovers(rules_.reinitialise, rules_.first_convolution)) {
      pattern_problems_.push_back(absl::StrCat(kField, "the file's ", rules_.first_convolution,
                                               " is not used, as reinitialise covers it; leave out one of the two"));
    }
  }

  // `written` is what the config says, `pattern` what names are compared with.
  void CheckPattern(absl::string_view field, const std::string& written, const std::string& pattern, const std::vector<std::string>& names,
                    const std::string& what) {
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return Covers(pattern, name); })) return;
    pattern_problems_.push_back(absl::StrCat("model.initial_weights.", field, ": \"", ShownName(written), "\" names ", what, "; there are ",
                                             Listed(names), field == "ignore" ? Stripped() : "", NearestCovered(pattern, names)));
  }

  void Match(const NamedTensor& weight, std::map<std::string, const ArrayView*>* by_name) {
    const auto found = by_name->find(weight.name);
    const ArrayView* const array = found == by_name->end() ? nullptr : found->second;
    if (array != nullptr) by_name->erase(found);
    any_found_ = any_found_ || array != nullptr;
    if (AnyCovers(rules_.reinitialise, weight.name)) {
      ++loaded_.reinitialised;
      return;
    }
    if (array == nullptr) {
      if (!(rules_.foreign && absl::EndsWith(weight.name, ".num_batches_tracked"))) missing_.push_back(weight.name);
      return;
    }
    const std::string dtype = DtypeName(weight.tensor.scalar_type());
    const bool type_fits = array->dtype == dtype;
    const ColourChange change = ChangeOf(weight, *array);
    const bool shape_fits = weight.tensor.sizes() == at::IntArrayRef(ShapeAfter(change, array->shape));
    loaded_.colours_changed = loaded_.colours_changed || (shape_fits && change != ColourChange::kNone);
    if (!shape_fits) {
      shapes_.push_back({weight.name, absl::StrCat("is ", ShapeText(array->shape), " in the file, ", ShapeText(weight.tensor.sizes()),
                                                   " in the model", ColourRemedy(weight, *array))});
    }
    if (!type_fits) types_.push_back({weight.name, absl::StrCat("is ", array->dtype, " in the file, ", dtype, " in the model")});
    if (!shape_fits || !type_fits) return;
    if (std::string what = NotFinite(*array); !what.empty()) not_finite_.push_back({weight.name, absl::StrCat("holds ", what)});
    fits_.push_back({array, &weight, change});
  }

  // What the array must go through to fill the weight.
  ColourChange ChangeOf(const NamedTensor& weight, const ArrayView& array) const {
    const bool is_needed = weight.name == rules_.first_convolution && weight.tensor.sizes() != at::IntArrayRef(array.shape);
    return is_needed ? rules_.colour_change : ColourChange::kNone;
  }

  // Where another rule would make the shapes equal.
  std::string ColourRemedy(const NamedTensor& weight, const ArrayView& array) const {
    if (!rules_.foreign || weight.name != rules_.first_convolution) return "";
    for (const auto& [change, value] :
         {std::pair(ColourChange::kSumOfRgb, "SUM_OF_RGB"), std::pair(ColourChange::kRepeatGrey, "REPEAT_GREY")}) {
      if (weight.tensor.sizes() != at::IntArrayRef(ShapeAfter(change, array.shape))) continue;
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
    return field == "ignore" ? "; none is the model's: rename them as the model's when you convert the file (docs/file_formats.md)" : "";
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
      return absl::StrCat("; the file has them with \"", ShownName(prefix),
                          "\" in front: take that from the names when you convert the file (docs/file_formats.md)");
    }
    return "";
  }

  // What the names in a message were shortened by.
  std::string Stripped() const {
    if (loaded_.stripped.empty()) return "";
    return absl::StrCat(" (names without \"", absl::StrJoin(loaded_.stripped, "\" and \""), "\", which PyTorch adds)");
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

  const absl::string_view source_;
  const LoadWeightsRules& rules_;
  std::vector<std::string> ignore_;  // rules_.ignore, as the stripped names are
  std::vector<std::string> pattern_problems_;
  std::vector<std::string> missing_, surplus_;
  std::string longer_names_;  // LongerNames()
  std::vector<Difference> shapes_, types_, not_finite_;
  std::vector<Fit> fits_;
  LoadedWeights loaded_;
  bool any_found_ = false;  // a name that file and model share
};

// Copies the file's bytes, which may be unaligned.
at::Tensor TensorOf(const ArrayView& array, at::ScalarType type) {
  at::Tensor tensor = at::empty(array.shape, at::TensorOptions(type));
  if (!array.bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), array.bytes.data(), array.bytes.size());
  return tensor;
}

}  // namespace

absl::StatusOr<LoadedWeights> LoadWeights(const std::vector<ArrayView>& arrays, absl::string_view source,
                                          const std::vector<NamedTensor>& weights, const LoadWeightsRules& rules) {
  Comparison comparison(source, rules);
  comparison.Compare(arrays, weights);
  MICA_RETURN_IF_ERROR(comparison.status());
  MICA_RETURN_IF_ERROR(GuardTorch(absl::StrCat("loading ", source), [&] {
    const torch::NoGradGuard no_gradients;
    for (const Comparison::Fit& fit : comparison.fits()) {
      at::Tensor target = fit.weight->tensor;
      target.copy_(ChangeColours(fit.change, TensorOf(*fit.array, target.scalar_type())));
    }
  }));
  return comparison.loaded();
}

}  // namespace mica
