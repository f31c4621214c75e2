#include "experiments/summary/layer_choice.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/name_pattern.h"
#include "base/nearest_name.h"

namespace mica {
namespace {

void AddNamed(absl::Span<const InferredLayer> layers, const std::string& around, std::vector<const InferredLayer*>* named) {
  for (const InferredLayer& layer : layers) {
    AddNamed(layer.layers, layer.name, named);
    if (layer.name != around) named->push_back(&layer);
  }
}

bool Asks(absl::string_view asked, absl::string_view name) {
  return absl::StrContains(asked, '*') ? Covers(asked, name) : asked == name;
}

absl::Status NoSuchLayer(absl::string_view asked, absl::Span<const InferredLayer> layers, absl::string_view model, absl::string_view flag) {
  constexpr size_t kMaxShown = 12, kMaxName = 200;  // nobody writes longer ones, and searching takes time
  const bool is_pattern = absl::StrContains(asked, '*');
  std::vector<std::string> names, outermost;
  for (const InferredLayer* const layer : NamedLayers(layers)) {
    names.push_back(layer->name);
    if (!absl::StrContains(layer->name, '.')) outermost.push_back(layer->name);
  }
  std::string hint = is_pattern || asked.size() > kMaxName ? "" : DidYouMean(asked, names);
  if (hint.empty()) {
    if (outermost.size() > kMaxShown) outermost.resize(kMaxShown);
    hint = absl::StrCat("; its outermost layers are ", absl::StrJoin(outermost, ", "), "; mica summary shows all");
  }
  return FlagError(absl::StrCat(flag, ": ", asked, is_pattern ? " covers no layer of " : " is no layer of ", model, hint));
}

}  // namespace

std::vector<const InferredLayer*> NamedLayers(absl::Span<const InferredLayer> layers) {
  std::vector<const InferredLayer*> named;
  AddNamed(layers, "", &named);
  return named;
}

absl::StatusOr<std::vector<const InferredLayer*>> ChooseLayers(absl::Span<const InferredLayer> layers, absl::Span<const std::string> asked,
                                                               absl::string_view model) {
  const std::vector<const InferredLayer*> named = NamedLayers(layers);
  std::set<const InferredLayer*> wanted;
  for (const std::string& name : asked) {
    bool found = false;
    for (const InferredLayer* const layer : named) {
      if (!Asks(name, layer->name)) continue;
      wanted.insert(layer);
      found = true;
    }
    if (!found) return NoSuchLayer(name, layers, model, "--layers");
  }
  std::vector<const InferredLayer*> chosen;
  for (const InferredLayer* const layer : named) {
    if (wanted.count(layer) > 0) chosen.push_back(layer);
  }
  return chosen;
}

absl::StatusOr<const InferredLayer*> FindLayer(absl::Span<const InferredLayer> layers, absl::string_view name, absl::string_view model,
                                               absl::string_view flag) {
  for (const InferredLayer* const layer : NamedLayers(layers)) {
    if (layer->name == name) return layer;
  }
  return NoSuchLayer(name, layers, model, flag);
}

}  // namespace mica
