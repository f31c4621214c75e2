#include "experiments/proposal/weights_match.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/printable.h"
#include "models/layers/layer_shapes.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

using Shapes = std::map<std::string, std::vector<int64_t>>;

constexpr char kCounter[] = "num_batches_tracked";  // files may lack it
constexpr size_t kMaxIgnored = 8;                   // first parts of names that the network lacks

// Without what PyTorch's wrappers put before names.
Shapes ShapesOf(const std::vector<ArrayView>& arrays) {
  const bool in_module = std::all_of(arrays.begin(), arrays.end(), [](const ArrayView& a) { return absl::StartsWith(a.name, "module."); });
  Shapes shapes;
  for (const ArrayView& array : arrays) {
    const std::string name = absl::StrReplaceAll(array.name, {{"_orig_mod.", ""}});
    shapes[std::string(in_module ? absl::StripPrefix(name, "module.") : name)] = array.shape;
  }
  return shapes;
}

void Collect(absl::Span<const InferredLayer> layers, Shapes* shapes) {
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) (*shapes)[tensor.name] = tensor.shape;
  }
}

struct Known {
  ModelConfig model;
  std::string name;
  Shapes body;  // all but the head
  std::set<std::string> head;
};

std::optional<Shapes> ShapesWith(const ModelConfig& model, int channels, int classes, int size_px = 224) {
  const absl::StatusOr<InferredModel> inferred = InferModel(model, {channels, size_px, size_px}, classes);
  if (!inferred.ok()) return std::nullopt;
  Shapes shapes;
  Collect(inferred->layers, &shapes);
  return shapes;
}

// The head is what changes with the number of classes.
std::optional<Known> KnownNetwork(const google::protobuf::FieldDescriptor& arm, int channels) {
  Known known;
  known.name = arm.name();
  known.model.GetReflection()->MutableMessage(&known.model, &arm);
  const auto two = ShapesWith(known.model, channels, 2), three = ShapesWith(known.model, channels, 3);
  if (!two.has_value() || !three.has_value()) return std::nullopt;
  for (const auto& [name, shape] : *two) {
    if (three->at(name) == shape) {
      known.body[name] = shape;
    } else {
      known.head.insert(name);
    }
  }
  return known;
}

// The layer that all of these tensors belong to: "classifier.6" of "classifier.6.weight", "….bias".
std::string LayerOf(const std::set<std::string>& tensors) {
  const std::string& first = *tensors.begin();
  return first.substr(0, first.rfind('.'));
}

bool Counts(const std::string& name) {
  return !absl::EndsWith(name, kCounter);
}

// How many of the body's tensors the file has.
size_t Fitting(const Known& known, const Shapes& file) {
  return static_cast<size_t>(std::count_if(known.body.begin(), known.body.end(), [&](const auto& tensor) {
    const auto found = file.find(tensor.first);
    return Counts(tensor.first) && found != file.end() && found->second == tensor.second;
  }));
}

size_t Counted(const Known& known) {
  return static_cast<size_t>(std::count_if(known.body.begin(), known.body.end(), [](const auto& tensor) { return Counts(tensor.first); }));
}

// The first parts of names that the network lacks: "AuxLogits".
std::set<std::string> Surplus(const Known& known, const Shapes& file) {
  std::set<std::string> surplus;
  for (const auto& [name, shape] : file) {
    if (known.body.count(name) == 0 && known.head.count(name) == 0) surplus.insert(name.substr(0, name.find('.')));
  }
  return surplus;
}

// The input channels of the weight that a network's first convolution would have.
int ChannelsOf(const Shapes& file) {
  for (const char* const name :
       {"conv1.weight", "features.0.weight", "features.0.0.weight", "prep.conv.weight", "conv_proj.weight", "patch_embed.proj.weight",
        "features.conv0.weight", "stem.0.weight", "conv_stem.weight", "conv1.0.weight"}) {
    const auto found = file.find(name);
    if (found != file.end() && found->second.size() == 4 && found->second[1] == 1) return 1;
  }
  return 3;
}

// A ResNet-9 has the channels of its first convolution.
void AdaptWidth(const Shapes& file, Known* known, int channels) {
  const auto first = file.find("prep.conv.weight");
  if (!known->model.has_resnet9() || first == file.end() || first->second.empty() || first->second[0] < 1 || first->second[0] > 512) return;
  ModelConfig model;
  model.mutable_resnet9()->set_channels(static_cast<int32_t>(first->second[0]));
  const std::set<std::string> head = known->head;
  const auto shapes = ShapesWith(model, channels, 2);
  if (!shapes.has_value()) return;
  known->model = std::move(model);
  known->body.clear();
  for (const auto& [name, shape] : *shapes) {
    if (head.count(name) == 0) known->body[name] = shape;
  }
}

// Whether smaller images need the same tensors.
bool FitsOtherSizes(const Known& known, int channels) {
  const auto smaller = ShapesWith(known.model, channels, 2, /*size_px=*/160);
  if (!smaller.has_value()) return false;
  return std::all_of(known.body.begin(), known.body.end(), [&](const auto& tensor) {
    const auto found = smaller->find(tensor.first);
    return found != smaller->end() && found->second == tensor.second;
  });
}

PretrainedNetwork Described(const Known& known, const Shapes& file, const std::string& path, int channels) {
  PretrainedNetwork network;
  network.model = known.model;
  network.name = known.name;
  network.head = LayerOf(known.head);
  network.channels = channels;
  network.knows_imagenet = !HowToGetWeights(known.model, path).empty();
  network.is_fixed_size = !FitsOtherSizes(known, channels);
  InitialWeightsConfig* const weights = network.model.mutable_initial_weights();
  weights->set_weights_file(path);
  weights->add_reinitialise(network.head);
  for (const std::string& name : Surplus(known, file)) weights->add_ignore(name);
  return network;
}

}  // namespace

absl::StatusOr<PretrainedNetwork> MatchWeights(const std::vector<ArrayView>& arrays, const std::string& path) {
  const Shapes file = ShapesOf(arrays);
  const int channels = ChannelsOf(file);
  const google::protobuf::OneofDescriptor& kinds = *ModelConfig::descriptor()->FindOneofByName("kind");
  std::optional<Known> best;
  double best_share = 0;
  for (int i = 0; i < kinds.field_count(); ++i) {
    std::optional<Known> known = KnownNetwork(*kinds.field(i), channels);
    if (!known.has_value() || known->head.empty()) continue;
    AdaptWidth(file, &*known, channels);
    if (Counted(*known) == 0) continue;
    const double share = static_cast<double>(Fitting(*known, file)) / static_cast<double>(Counted(*known));
    const bool is_better = share > best_share || (share == best_share && share > 0 && Counted(*known) > Counted(*best));
    if (!is_better) continue;
    best_share = share;
    best = std::move(known);
  }
  if (best.has_value() && best_share == 1 && Surplus(*best, file).size() <= kMaxIgnored) return Described(*best, file, path, channels);
  if (!best.has_value()) {
    return CheckpointError(
        absl::StrCat(Printable(path), ": its ", arrays.size(), " tensors are of no network that mica knows, such as ",
                     "resnet18, mobilenet_v2 or vit_b_16 with torchvision's names; leave out --weights, or name another file"));
  }
  return CheckpointError(absl::StrCat(Printable(path), ": its tensors are of no network that mica knows; ", Fitting(*best, file), " of ",
                                      Counted(*best), " of those of ", best->name, " are there with their shapes, and the file has ",
                                      file.size(), "; leave out --weights, or name another file"));
}

}  // namespace mica
