#include "models/zoo/pretrained_network.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <re2/re2.h>

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
#include "models/weights/weight_match.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/naming_tables.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

using Shapes = std::map<std::string, std::vector<int64_t>>;

constexpr char kCounter[] = "num_batches_tracked";  // files may lack it
constexpr size_t kMaxIgnored = 8;                   // first parts of names that the network lacks

void Collect(absl::Span<const InferredLayer> layers, Shapes* shapes) {
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) (*shapes)[tensor.name] = tensor.shape;
  }
}

// A network of ModelConfig.
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
    return Counts(tensor.first) && found != file.end() && HoldsSameNumbers(found->second, tensor.second);
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

// The file's tensors under the network's names, as far as they are known (naming_tables.h).
Shapes ShapesFor(const Known& known, const std::vector<ArrayView>& arrays) {
  std::vector<ModelWeight> weights;
  for (const auto& [name, shape] : known.body) weights.push_back({name, shape, "F32"});
  MatchRules rules;
  rules.foreign = true;
  rules.tables = NamingTablesFor(known.model);
  const std::vector<std::string> names = NamesToMatch(arrays, weights, rules);
  Shapes shapes;
  for (size_t i = 0; i < names.size(); ++i) shapes[names[i]] = arrays[i].shape;
  return shapes;
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

// A network, and the file's tensors under its names.
struct Candidate {
  Known known;
  Shapes file;
  int channels = 3;
  double share = 0;  // of the network's tensors that the file has
};

std::optional<Candidate> CandidateOf(const google::protobuf::FieldDescriptor& arm, int channels, const std::vector<ArrayView>& arrays) {
  std::optional<Known> known = KnownNetwork(arm, channels);
  if (!known.has_value() || known->head.empty()) return std::nullopt;
  // Weights that were converted from TensorFlow need its padding. Their names show it.
  const auto is_converted = [](const ArrayView& array) { return absl::StrContains(array.name, "_conv_stem"); };
  if (known->model.has_efficientnet_lite0() && std::any_of(arrays.begin(), arrays.end(), is_converted)) {
    known->model.mutable_efficientnet_lite0()->set_tensorflow(true);
  }
  Shapes file = ShapesFor(*known, arrays);
  AdaptWidth(file, &*known, channels);
  const size_t counted = Counted(*known);
  if (counted == 0) return std::nullopt;
  const double share = static_cast<double>(Fitting(*known, file)) / static_cast<double>(counted);
  return Candidate{*std::move(known), std::move(file), channels, share};
}

PretrainedNetwork Described(const Candidate& candidate, const std::vector<ArrayView>& arrays, const std::string& path) {
  const Known& known = candidate.known;
  PretrainedNetwork network;
  network.model = known.model;
  network.name = known.name;
  network.head = LayerOf(known.head);
  network.channels = candidate.channels;
  network.knows_imagenet = !HowToGetWeights(known.model, path).empty();
  network.is_fixed_size = !FitsOtherSizes(known, candidate.channels);
  InitialWeightsConfig* const weights = network.model.mutable_initial_weights();
  weights->set_weights_file(path);
  weights->add_reinitialise(network.head);
  for (const std::string& name : Surplus(known, candidate.file)) weights->add_allow_unexpected(name);
  const auto is_of_other_size = [](const ArrayView& array) {
    return array.dtype == "F16" || array.dtype == "BF16" || array.dtype == "F64";
  };
  if (std::any_of(arrays.begin(), arrays.end(), is_of_other_size)) weights->set_convert_types(true);
  return network;
}

bool IsBetter(const Candidate& a, const std::optional<Candidate>& b) {
  if (!b.has_value()) return a.share > 0;
  return a.share > b->share || (a.share == b->share && Counted(a.known) > Counted(b->known));
}

absl::StatusOr<PretrainedNetwork> RecogniseNames(const std::vector<ArrayView>& arrays, const std::string& path) {
  const google::protobuf::OneofDescriptor& kinds = *ModelConfig::descriptor()->FindOneofByName("kind");
  std::optional<Candidate> best;
  for (int i = 0; i < kinds.field_count(); ++i) {
    for (const int channels : {3, 1}) {
      std::optional<Candidate> candidate = CandidateOf(*kinds.field(i), channels, arrays);
      if (candidate.has_value() && IsBetter(*candidate, best)) best = std::move(candidate);
    }
  }
  if (!best.has_value()) {
    return CheckpointError(absl::StrCat(Printable(path), ": its ", arrays.size(), " tensors are of no network that mica knows, such as ",
                                        "resnet18, mobilenet_v2 or vit_b_16 with torchvision's names"));
  }
  if (best->share == 1 && Surplus(best->known, best->file).size() <= kMaxIgnored) {
    return Described(*best, arrays, path);
  }
  return CheckpointError(absl::StrCat(Printable(path), ": its tensors are of no network that mica knows; ",
                                      Fitting(best->known, best->file), " of ", Counted(best->known), " of those of ", best->known.name,
                                      " are there with their shapes, and the file has ", arrays.size()));
}

// "model." if all names begin with it; "" if they share no first part.
std::string CommonPrefix(const std::vector<ArrayView>& arrays) {
  if (arrays.empty()) return "";
  const std::string prefix = arrays[0].name.substr(0, arrays[0].name.find('.') + 1);  // "" without a dot
  const auto has_prefix = [&](const ArrayView& array) { return absl::StartsWith(array.name, prefix); };
  return std::all_of(arrays.begin(), arrays.end(), has_prefix) ? prefix : "";
}

}  // namespace

absl::StatusOr<PretrainedNetwork> RecogniseNetwork(const std::vector<ArrayView>& arrays, const std::string& path) {
  absl::StatusOr<PretrainedNetwork> network = RecogniseNames(arrays, path);
  const std::string prefix = CommonPrefix(arrays);
  if (network.ok() || prefix.empty()) return network;
  std::vector<ArrayView> stripped = arrays;
  for (ArrayView& array : stripped) array.name.erase(0, prefix.size());
  absl::StatusOr<PretrainedNetwork> within = RecogniseNames(stripped, path);
  if (!within.ok()) return network;
  within->model.mutable_initial_weights()->add_rename()->set_from(absl::StrCat("^", RE2::QuoteMeta(prefix)));
  return within;
}

}  // namespace mica
