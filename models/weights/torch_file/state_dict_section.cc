#include "models/weights/torch_file/state_dict_section.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/rebuilt_tensor.h"

namespace mica {
namespace {

using Kind = PickleValue::Kind;

// In the order in which they are preferred.
constexpr absl::string_view kKnownNames[] = {"model_state_dict", "state_dict", "model_state", "model",     "module",    "net",
                                             "network",          "weights",    "params",      "model_ema", "ema_model", "ema_state_dict",
                                             "state_dict_ema",   "ema",        "params_ema"};
constexpr int kMaxNesting = 16;                       // of dictionaries
constexpr size_t kMaxDottedBytes = size_t{64} << 20;  // of all names that are put together
constexpr size_t kMaxSections = 100;                  // below the top
constexpr size_t kMaxSectionBytes = 1000;             // of a section's name
constexpr size_t kMaxShown = 10;                      // names in a message

// Keys of an optimizer's state and of a module's.
constexpr absl::string_view kParamGroups = "param_groups";
constexpr absl::string_view kModules = "_modules";
constexpr absl::string_view kParameters = "_parameters";

bool IsLookedFor(absl::string_view key) {
  const bool is_known = std::find(std::begin(kKnownNames), std::end(kKnownNames), key) != std::end(kKnownNames);
  return is_known || key == kParamGroups || key == kModules || key == kParameters;
}

struct Entry {
  const PickleValue* key;
  const PickleValue* value;
};

// What is asked of a dictionary again and again. It is found once, as a million entries may hold
// one dictionary of a million entries.
struct DictFacts {
  bool holds_tensors = false;
  std::map<absl::string_view, const PickleValue*> named;  // values of keys that are looked for
};

struct Section {
  std::string name;
  const PickleValue* dict = nullptr;
};

class Finder {
 public:
  explicit Finder(const TorchContainer& container);

  absl::StatusOr<StateDictSection> Find(absl::string_view wanted);

 private:
  std::vector<Entry> EntriesOf(const PickleValue& dict) const;
  bool HoldsTensors(const PickleValue& dict) const;
  bool IsOptimizer(const PickleValue& dict) const;
  const PickleValue* LookupKnown(const PickleValue& dict, absl::string_view key) const;
  const PickleValue* Lookup(const PickleValue& dict, absl::string_view key) const;

  std::optional<Section> FindKnown(const Section& within, std::set<const PickleValue*>* seen) const;
  std::optional<Section> WithTensors(const Section& section) const;
  std::vector<Section> Below(const PickleValue& root) const;
  absl::StatusOr<Section> FindWanted(absl::string_view wanted, const std::vector<Section>& all) const;

  absl::Status Collect(const PickleValue& dict, StateDictSection* found) const;
  absl::Status CollectNested(const Section& section, int nesting, StateDictSection* found);

  std::optional<std::string> ModuleClass(const PickleValue& value) const;
  absl::Status NoWeights() const;
  std::string WhatIsThere(const PickleValue& value) const;

  const TorchContainer& container_;
  const Pickle& pickle_;
  std::map<const PickleValue*, DictFacts> facts_;  // of dictionaries that have some
  std::set<const PickleValue*> nested_seen_;
  size_t dotted_bytes_ = 0;
};

std::string Joined(absl::string_view section, absl::string_view name) {
  return section.empty() ? std::string(name) : absl::StrCat(section, ".", name);
}

std::string Listed(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMaxShown);
  const auto append = [](std::string* text, const std::string& name) { absl::StrAppend(text, "\"", ShownName(name), "\""); };
  return absl::StrCat(absl::StrJoin(names.begin(), names.begin() + shown, ", ", append), shown < names.size() ? ", …" : "");
}

std::vector<Entry> Finder::EntriesOf(const PickleValue& dict) const {
  std::vector<Entry> entries;
  if (dict.kind != Kind::kDict) return entries;
  for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
    entries.push_back({&pickle_.values[dict.items[i]], &pickle_.values[dict.items[i + 1]]});
  return entries;
}

Finder::Finder(const TorchContainer& container) : container_(container), pickle_(container.pickle) {
  for (const PickleValue& dict : pickle_.values) {
    DictFacts facts;
    for (const Entry& entry : EntriesOf(dict)) {
      facts.holds_tensors |= IsTensor(container_, *entry.value);
      if (entry.key->kind == Kind::kText && IsLookedFor(entry.key->text)) facts.named.emplace(entry.key->text, entry.value);
    }
    if (facts.holds_tensors || !facts.named.empty()) facts_[&dict] = std::move(facts);
  }
}

bool Finder::HoldsTensors(const PickleValue& dict) const {
  const auto facts = facts_.find(&dict);
  return facts != facts_.end() && facts->second.holds_tensors;
}

// The value of a key for which IsLookedFor() holds; null if there is none.
const PickleValue* Finder::LookupKnown(const PickleValue& dict, absl::string_view key) const {
  const auto facts = facts_.find(&dict);
  if (facts == facts_.end()) return nullptr;
  const auto found = facts->second.named.find(key);
  return found == facts->second.named.end() ? nullptr : found->second;
}

const PickleValue* Finder::Lookup(const PickleValue& dict, absl::string_view key) const {
  for (const Entry& entry : EntriesOf(dict)) {
    if (entry.key->kind == Kind::kText && entry.key->text == key) return entry.value;
  }
  return nullptr;
}

bool Finder::IsOptimizer(const PickleValue& dict) const {
  return LookupKnown(dict, kParamGroups) != nullptr;
}

// A section of a known name below `within` that holds tensors. `seen` are the dictionaries that
// were looked into, for they may hold themselves.
std::optional<Section> Finder::FindKnown(const Section& within, std::set<const PickleValue*>* seen) const {
  if (!seen->insert(within.dict).second || seen->size() > kMaxNesting * std::size(kKnownNames)) return std::nullopt;
  for (const absl::string_view name : kKnownNames) {
    const PickleValue* const value = LookupKnown(*within.dict, name);
    if (value == nullptr || value->kind != Kind::kDict) continue;
    const Section section = {Joined(within.name, name), value};
    if (HoldsTensors(*value)) return section;
    if (auto deeper = FindKnown(section, seen)) return deeper;
  }
  return std::nullopt;
}

// The section, or what it holds under a known name.
std::optional<Section> Finder::WithTensors(const Section& section) const {
  if (HoldsTensors(*section.dict)) return section;
  std::set<const PickleValue*> seen;
  return FindKnown(section, &seen);
}

// The sections right below the top, but optimizers' states. Those of long names are passed over,
// and those beyond the first hundred.
std::vector<Section> Finder::Below(const PickleValue& root) const {
  std::vector<Section> sections;
  for (const Entry& entry : EntriesOf(root)) {
    if (entry.key->kind != Kind::kText || entry.value->kind != Kind::kDict || IsOptimizer(*entry.value)) continue;
    if (entry.key->text.size() > kMaxSectionBytes || sections.size() >= kMaxSections) continue;
    if (auto section = WithTensors({std::string(entry.key->text), entry.value})) sections.push_back(*std::move(section));
  }
  return sections;
}

absl::StatusOr<Section> Finder::FindWanted(absl::string_view wanted, const std::vector<Section>& all) const {
  const PickleValue* dict = &pickle_.root();
  absl::string_view rest = wanted;
  while (dict != nullptr && !rest.empty()) {  // each round takes a name off
    const PickleValue* const whole = Lookup(*dict, rest);
    const absl::string_view name = whole != nullptr ? rest : rest.substr(0, rest.find('.'));
    dict = Lookup(*dict, name);
    absl::ConsumePrefix(&rest, name);
    absl::ConsumePrefix(&rest, ".");
  }
  if (dict != nullptr && dict->kind == Kind::kDict) {
    if (auto section = WithTensors({std::string(wanted), dict})) return *std::move(section);
  }
  if (const auto module = dict == nullptr ? std::nullopt : ModuleClass(*dict)) {
    return CheckpointError(
        absl::StrCat("section \"", ShownName(wanted), "\" is a pickled Module (", *module, "); save model.state_dict()"));
  }
  std::vector<std::string> names;
  for (const Section& section : all) names.push_back(section.name);
  return CheckpointError(absl::StrCat("there is no section \"", ShownName(wanted), "\" that holds tensors",
                                      names.empty() ? "" : absl::StrCat("; there are ", Listed(names))));
}

absl::Status CheckTensorName(const PickleValue& key) {
  if (key.kind != Kind::kText) return CheckpointError("a tensor has a key that is no text; save a dictionary of names and tensors");
  if (ValidUtf8Prefix(key.text) == key.text.size()) return absl::OkStatus();
  return CheckpointError(absl::StrCat("the name of tensor \"", ShownName(key.text), "\" is not UTF-8; save it under another"));
}

// The tensors right in `dict`.
absl::Status Finder::Collect(const PickleValue& dict, StateDictSection* found) const {
  std::vector<Entry> tensors;
  for (const Entry& entry : EntriesOf(dict)) {
    if (!IsTensor(container_, *entry.value)) continue;
    MICA_RETURN_IF_ERROR(CheckTensorName(*entry.key));
    tensors.push_back(entry);
  }
  std::vector<absl::string_view> names;
  for (const Entry& tensor : tensors) names.push_back(tensor.key->text);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return CheckpointError(absl::StrCat("tensor \"", ShownName(*twice), "\" stands there twice"));
  for (const Entry& tensor : tensors) found->tensors.push_back({std::string(tensor.key->text), tensor.value});
  return absl::OkStatus();
}

// All tensors below a section, with dotted names. A dictionary that stands in two places is
// refused, because a few of them inside one another would make billions of names.
absl::Status Finder::CollectNested(const Section& section, int nesting, StateDictSection* found) {
  if (nesting > kMaxNesting) return CheckpointError(absl::StrCat("tensors are nested deeper than ", kMaxNesting, " dictionaries"));
  if (!nested_seen_.insert(section.dict).second) {
    return CheckpointError(
        absl::StrCat("the dictionary \"", ShownName(section.name), "\" stands in two places; save model.state_dict() alone"));
  }
  for (const Entry& entry : EntriesOf(*section.dict)) {
    const bool is_tensor = IsTensor(container_, *entry.value);
    const bool is_section = entry.key->kind == Kind::kText && entry.value->kind == Kind::kDict && entry.value->holds_stored;
    if (!is_tensor && (!is_section || IsOptimizer(*entry.value))) continue;
    MICA_RETURN_IF_ERROR(CheckTensorName(*entry.key));
    std::string name = Joined(section.name, entry.key->text);
    dotted_bytes_ += name.size();
    if (dotted_bytes_ > kMaxDottedBytes)
      return CheckpointError(absl::StrCat("the names of its tensors take more than ", kMaxDottedBytes, " bytes"));
    if (is_tensor) {
      found->tensors.push_back({std::move(name), entry.value});
    } else {
      MICA_RETURN_IF_ERROR(CollectNested({std::move(name), entry.value}, nesting + 1, found));
    }
  }
  return absl::OkStatus();
}

// "a.b" may be a name, and a name in a dictionary.
absl::Status CheckNamesDiffer(const StateDictSection& found) {
  std::set<absl::string_view> names;
  for (const FoundTensor& tensor : found.tensors) {
    if (!names.insert(tensor.name).second)
      return CheckpointError(absl::StrCat("tensor \"", ShownName(tensor.name), "\" stands there twice"));
  }
  return absl::OkStatus();
}

// The class of a pickled nn.Module, whichever way its object is made.
std::optional<std::string> Finder::ModuleClass(const PickleValue& value) const {
  if (value.kind != Kind::kCall || value.items.size() < 3) return std::nullopt;
  const PickleValue& state = pickle_.values[value.items[2]];
  if (LookupKnown(state, kModules) == nullptr || LookupKnown(state, kParameters) == nullptr) return std::nullopt;
  const PickleValue& callee = pickle_.values[value.items[0]];
  const PickleValue& arguments = pickle_.values[value.items[1]];
  const bool is_made_by_function = callee.kind == Kind::kGlobal && absl::StartsWith(callee.text, "copy") && !arguments.items.empty();
  return GlobalName(pickle_, is_made_by_function ? pickle_.values[arguments.items[0]] : callee);
}

std::string Finder::WhatIsThere(const PickleValue& value) const {
  switch (value.kind) {
    case Kind::kDict: {
      std::vector<std::string> keys;
      for (const Entry& entry : EntriesOf(value)) {
        if (entry.key->kind == Kind::kText && keys.size() <= kMaxShown) keys.emplace_back(entry.key->text);
      }
      return keys.empty() ? "a dictionary without tensors" : absl::StrCat("a dictionary without tensors, of ", Listed(keys));
    }
    case Kind::kList:
    case Kind::kTuple:
      return "a list";
    case Kind::kCall:
      return IsTensor(container_, value) ? "a single tensor"
                                         : absl::StrCat("an object of ", GlobalName(pickle_, pickle_.values[value.items[0]]));
    case Kind::kPersistentId:
      return "a single tensor or storage";
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kLargeInt:
    case Kind::kFloat:
    case Kind::kText:
    case Kind::kBytes:
    case Kind::kGlobal:
      return "a plain value";
  }
  return "an unknown value";
}

absl::Status Finder::NoWeights() const {
  const PickleValue& root = pickle_.root();
  if (const auto module = ModuleClass(root)) {
    return CheckpointError(absl::StrCat("a pickled Module (", *module, "); save model.state_dict() with torch.save"));
  }
  for (const Entry& entry : EntriesOf(root)) {
    const auto module = ModuleClass(*entry.value);
    if (!module.has_value()) continue;
    return CheckpointError(absl::StrCat("\"", ShownName(entry.key->text), "\" in it is a pickled Module (", *module,
                                        "); save model.state_dict() with torch.save"));
  }
  return CheckpointError(
      absl::StrCat("holds ", WhatIsThere(root), ", expected a dictionary of names and tensors; save model.state_dict() with torch.save"));
}

absl::StatusOr<StateDictSection> Finder::Find(absl::string_view wanted) {
  const PickleValue& root = pickle_.root();
  const std::vector<Section> all = Below(root);
  std::set<const PickleValue*> seen;
  std::optional<Section> chosen;
  if (!wanted.empty()) {
    MICA_ASSIGN_OR_RETURN(chosen, FindWanted(wanted, all));
  } else if (root.kind == Kind::kDict) {
    chosen = FindKnown({"", &root}, &seen);
    if (!chosen.has_value() && HoldsTensors(root)) chosen = Section{"", &root};
    if (!chosen.has_value() && all.size() == 1) chosen = all[0];
  }
  StateDictSection found;
  if (chosen.has_value()) {
    found.name = chosen->name;
    MICA_RETURN_IF_ERROR(Collect(*chosen->dict, &found));
    for (const Section& section : all) {
      if (section.dict != chosen->dict) found.others.push_back(section.name);
    }
    return found;
  }
  if (root.kind == Kind::kDict) MICA_RETURN_IF_ERROR(CollectNested({"", &root}, 0, &found));
  if (found.tensors.empty()) return NoWeights();
  MICA_RETURN_IF_ERROR(CheckNamesDiffer(found));
  return found;
}

}  // namespace

absl::StatusOr<StateDictSection> FindStateDict(const TorchContainer& container, absl::string_view wanted) {
  return Finder(container).Find(wanted);
}

}  // namespace mica
