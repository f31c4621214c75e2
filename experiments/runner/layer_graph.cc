#include "experiments/runner/layer_graph.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"

namespace mica {
namespace {

std::vector<int64_t> ShapeOf(const LayerShape& shape) {
  switch (shape.form) {
    case LayerShape::Form::kPicture:
      return {-1, shape.channels, shape.height_px, shape.width_px};
    case LayerShape::Form::kTokens:
      return {-1, shape.tokens, shape.channels};
    case LayerShape::Form::kFlat:
      return {-1, shape.channels};
  }
  return {};
}

class GraphBuilder {
 public:
  std::vector<GraphNode> Build(const InferredModel& model) {
    GraphNode input;
    input.name = UniqueName("input");
    input.op = "input";
    if (!model.layers.empty()) input.output_shapes = {ShapeOf(model.layers.front().input)};
    nodes_ = {input};
    Walk(model.config.layer(), model.layers, input.name);
    return std::move(nodes_);
  }

 private:
  // Config and layers of a list are of one length. Returns the node whose output is the list's.
  template <typename LayerConfigs>
  std::string Walk(const LayerConfigs& configs, absl::Span<const InferredLayer> layers, std::string from) {
    for (int i = 0; i < configs.size(); ++i) from = Enter(configs[i], layers[i], from);
    return from;
  }

  std::string Enter(const LayerConfig& config, const InferredLayer& layer, const std::string& from) {
    const absl::Span<const InferredLayer> inside = layer.layers;
    if (config.has_block()) return Walk(config.block().layer(), inside, from);
    if (config.has_residual()) {
      const std::string branch = Walk(config.residual().layer(), inside.first(layer.branch_layers), from);
      return Add(layer, "add", {branch, Walk(config.residual().shortcut(), inside.subspan(layer.branch_layers), from)});
    }
    if (config.has_concat()) return Add(layer, "concat", BranchesOf(config.concat(), inside, from));
    return Add(layer, "", {from});
  }

  std::vector<std::string> BranchesOf(const ConcatConfig& config, absl::Span<const InferredLayer> inside, const std::string& from) {
    std::vector<std::string> ends;
    for (const ConcatBranchConfig& branch : config.branch()) {
      ends.push_back(Walk(branch.layer(), inside.first(branch.layer_size()), from));
      inside.remove_prefix(branch.layer_size());
    }
    return ends;
  }

  // `part` names a node of a container, which has no name of its own in the graph.
  std::string Add(const InferredLayer& layer, absl::string_view part, std::vector<std::string> inputs) {
    GraphNode node;
    const std::string path = absl::StrReplaceAll(layer.name, {{".", "/"}});
    node.name = UniqueName(part.empty() ? path : path.empty() ? std::string(part) : absl::StrCat(path, "/", part));
    node.op = part.empty() ? layer.kind : std::string(part);
    node.inputs = std::move(inputs);
    node.output_shapes = {ShapeOf(layer.output)};
    if (part.empty() && layer.parameters > 0) node.attributes.push_back({"parameters", absl::StrCat(layer.parameters)});
    if (part.empty() && layer.multiply_adds > 0) node.attributes.push_back({"multiply_adds", absl::StrCat(layer.multiply_adds)});
    nodes_.push_back(std::move(node));
    return nodes_.back().name;
  }

  // A layer of a user's may be called "add".
  std::string UniqueName(const std::string& name) {
    std::string unique = name;
    for (int i = 2; !names_.insert(unique).second; ++i) unique = absl::StrCat(name, "_", i);
    return unique;
  }

  std::vector<GraphNode> nodes_;
  std::set<std::string> names_;
};

}  // namespace

std::vector<GraphNode> LayerGraph(const InferredModel& model) {
  return GraphBuilder().Build(model);
}

}  // namespace mica
