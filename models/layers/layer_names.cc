#include "models/layers/layer_names.h"

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mica {
namespace {

constexpr size_t kMaxName = 100;

bool IsContainer(const LayerConfig& layer) {
  return layer.has_block() || layer.has_residual() || layer.has_concat();
}

bool IsPlain(absl::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  for (const char letter : name) {
    if (!absl::ascii_isalnum(letter) && letter != '_' && letter != '-') return false;
  }
  return true;
}

// The names below one prefix.
class Scope {
 public:
  // `path` is that of the outermost list; layers are called by their paths below it.
  Scope(std::string path, ConfigProblems* problems) : path_(std::move(path)), problems_(problems) {}

  // `below` leads to the message with the list, which holds it as `field`: "layer[1].residual",
  // "shortcut".
  void AddList(const LayerList& layers, const std::string& below, absl::string_view field) {
    for (int i = 0; i < layers.size(); ++i) Add(layers[i], i, JoinPath(below, absl::StrCat(field, "[", i, "]")));
  }

  // What a container holds.
  void AddContent(const LayerConfig& layer, const std::string& below) {
    if (layer.has_block()) AddList(layer.block().layer(), JoinPath(below, "block"), "layer");
    if (layer.has_residual()) {
      AddList(layer.residual().layer(), JoinPath(below, "residual"), "layer");
      AddList(layer.residual().shortcut(), JoinPath(below, "residual"), "shortcut");
    }
    for (int i = 0; i < layer.concat().branch_size(); ++i) {
      AddList(layer.concat().branch(i).layer(), JoinPath(below, absl::StrCat("concat.branch[", i, "]")), "layer");
    }
  }

 private:
  struct Named {
    std::string place;
    bool has_name;  // else it is called by its position
  };

  void Add(const LayerConfig& layer, int position, const std::string& place) {
    const std::string name = LayerName(layer, position);
    if (name.empty() && IsContainer(layer)) return AddContent(layer, place);
    if (!IsPlain(name)) {
      Error(place, absl::StrCat("must be 1 to ", kMaxName, " letters, digits, \"_\" and \"-\", as tensors are named after it (got \"",
                                absl::CHexEscape(name), "\")"));
    }
    const Named added = {place, layer.has_name()};
    const auto [first, is_new] = names_.emplace(name, added);
    if (!is_new) ReportTwice(name, first->second, added);
    if (IsContainer(layer)) Scope(path_, problems_).AddContent(layer, place);
  }

  // The error is at the one that has a field to change, the later one if both or none have.
  void ReportTwice(const std::string& name, const Named& first, const Named& second) {
    const bool first_has_it = first.has_name && !second.has_name;
    const Named &here = first_has_it ? first : second, &other = first_has_it ? second : first;
    Error(here.place, absl::StrCat("is \"", name, "\"", here.has_name ? "" : ", after its position", ", which is also the name of ",
                                   other.place, other.has_name ? "" : ", after its position", "; names below the same prefix must differ"));
  }

  void Error(const std::string& place, absl::string_view message) { problems_->Error(JoinPath(JoinPath(path_, place), "name"), message); }

  const std::string path_;
  ConfigProblems* const problems_;
  std::map<std::string, Named> names_;
};

}  // namespace

void ValidateLayerNames(const LayerList& layers, const std::string& path, ConfigProblems* problems) {
  Scope(path, problems).AddList(layers, "", "layer");
}

}  // namespace mica
