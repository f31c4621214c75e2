#include "experiments/summary/chosen_layer.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "experiments/summary/layer_choice.h"
#include "models/layers/token_grid.h"

namespace mica {
namespace {

constexpr char kAsNamed[] = "as named";

// A layer that all values go through.
struct MainLayer {
  const InferredLayer* layer;
  bool is_named;  // else it cannot be asked for
};

// Those in blocks before their block, with the same output.
void AddMainLayers(absl::Span<const InferredLayer> layers, const std::string& around, std::vector<MainLayer>* main) {
  for (const InferredLayer& layer : layers) {
    const bool is_block = layer.kind == "block", is_named = layer.name != around;
    if (is_block) AddMainLayers(layer.layers, layer.name, main);
    if (!is_block || is_named) main->push_back({&layer, is_named});
  }
}

std::vector<MainLayer> MainLayers(absl::Span<const InferredLayer> layers) {
  std::vector<MainLayer> main;
  AddMainLayers(layers, "", &main);
  return main;
}

bool HasPlaces(const LayerShape& output, const LayerShape& image) {
  if (output.is_picture()) return output.positions() > 1;
  return output.form == LayerShape::Form::kTokens && TokenGridOf(output.tokens, image.height_px, image.width_px).has_value();
}

// What the last attention over tokens works on; null if there is none.
const InferredLayer* BeforeLastAttention(absl::Span<const InferredLayer> layers, const LayerShape& image) {
  const InferredLayer *before = nullptr, *found = nullptr;
  for (const InferredLayer* const layer : LeavesOf(layers)) {
    if (layer->kind == "self_attention" && before != nullptr && HasPlaces(before->output, image)) found = before;
    before = layer;
  }
  return found;
}

const InferredLayer* LastPicture(absl::Span<const InferredLayer> layers) {
  const InferredLayer* found = nullptr;
  for (const MainLayer& main : MainLayers(layers)) {
    if (main.is_named && main.layer->output.is_picture() && main.layer->output.positions() > 1) found = main.layer;
  }
  return found;
}

absl::StatusOr<ChosenLayer> UsualHeatLayer(absl::Span<const InferredLayer> layers, const LayerShape& image, absl::string_view model) {
  if (const InferredLayer* const layer = BeforeLastAttention(layers, image); layer != nullptr) {
    return ChosenLayer{layer, "what the last attention works on"};
  }
  if (const InferredLayer* const layer = LastPicture(layers); layer != nullptr) {
    return ChosenLayer{layer, "the last whose output is a picture"};
  }
  return FlagError(absl::StrCat("--grad_cam: no layer of ", model,
                                " has a picture as its output, so its outputs belong to no place; use a model "
                                "with convolutions, as model { tiny_vgg {} }"));
}

}  // namespace

absl::StatusOr<ChosenLayer> ChooseFeatureLayer(absl::Span<const InferredLayer> layers, absl::string_view name, absl::string_view model) {
  if (!name.empty()) {
    MICA_ASSIGN_OR_RETURN(const InferredLayer* const layer, FindLayer(layers, name, model, "--layer"));
    return ChosenLayer{layer, kAsNamed};
  }
  const std::vector<MainLayer> main = MainLayers(layers);
  for (size_t i = main.size(); i-- > 1;) {
    const std::string& kind = main[i].layer->kind;
    if (kind != "linear" && kind != "conv2d") continue;
    if (!main[i - 1].is_named) break;
    return ChosenLayer{main[i - 1].layer, absl::StrCat("what the last ", kind == "linear" ? "linear layer" : "convolution", ", ",
                                                       main[i].layer->name, ", works on")};
  }
  return FlagError(absl::StrCat("--layer=NAME is required: no layer of ", model,
                                " that has a name comes before its last linear layer; mica summary shows the names of its layers"));
}

bool IsAveraged(const LayerShape& output) {
  return output.positions() > 1 && output.values() > kMostFlattened;
}

int64_t FeatureColumns(const LayerShape& output) {
  return IsAveraged(output) ? output.channels : output.values();
}

absl::StatusOr<ChosenLayer> ChooseHeatLayer(absl::Span<const InferredLayer> layers, const LayerShape& image, absl::string_view name,
                                            absl::string_view model) {
  const absl::StatusOr<ChosenLayer> usual = UsualHeatLayer(layers, image, model);
  if (name.empty() || !usual.ok()) return usual;
  MICA_ASSIGN_OR_RETURN(const InferredLayer* const layer, FindLayer(layers, name, model, "--grad_cam_layer"));
  if (HasPlaces(layer->output, image)) return ChosenLayer{layer, kAsNamed};
  return FlagError(absl::StrCat("--grad_cam_layer: the output of ", name, " is ", layer->output.ToString(),
                                ", no picture of more than one pixel; ", usual->layer->name, " is ", usual->why));
}

}  // namespace mica
