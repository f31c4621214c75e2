#include "experiments/runner/layer_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "models/model.pb.h"

namespace mica {
namespace {

using ::testing::ElementsAre;

InferredModel ModelOf(const std::string& text) {
  LayerShape input;
  input.channels = 3;
  input.height_px = input.width_px = 64;
  return InferModel(ParseTextOrDie<ModelConfig>(text), input, /*num_classes=*/2).value();
}

const GraphNode& Named(const std::vector<GraphNode>& graph, const std::string& name) {
  for (const GraphNode& node : graph) {
    if (node.name == name) return node;
  }
  ADD_FAILURE() << "no node " << name;
  return graph.front();
}

TEST(LayerGraphTest, AResidualAddsItsBranchToWhatCameIn) {
  const std::vector<GraphNode> graph = LayerGraph(
      ModelOf("sequential { layer { name: 'stem' conv2d { out_channels: 4 kernel_size_px: 3 padding_px: 1 } }"
              " layer { name: 'block' residual { layer { name: 'conv' conv2d { out_channels: 4 kernel_size_px: 3 padding_px: 1 } } } }"
              " layer { global_average_pool {} } layer { flatten {} } layer { name: 'head' linear {} } }"));
  EXPECT_THAT(Named(graph, "block/add").inputs, ElementsAre("block/conv", "stem"));
  EXPECT_THAT(Named(graph, "stem").inputs, ElementsAre("input"));
  EXPECT_THAT(Named(graph, "stem").output_shapes, ElementsAre(ElementsAre(-1, 4, 64, 64)));
  EXPECT_THAT(Named(graph, "head").output_shapes, ElementsAre(ElementsAre(-1, 2)));
  EXPECT_EQ(Named(graph, "head").op, "linear");
}

TEST(LayerGraphTest, AConcatJoinsItsBranches) {
  const std::vector<GraphNode> graph = LayerGraph(
      ModelOf("sequential { layer { name: 'mix' concat { branch { layer { name: 'a' conv2d { out_channels: 4 kernel_size_px: 1 } }"
              " layer { name: 'b' relu {} } } branch { layer { name: 'c' conv2d { out_channels: 2 kernel_size_px: 1 } } } branch {} } }"
              " layer { global_average_pool {} } layer { flatten {} } layer { name: 'head' linear {} } }"));
  EXPECT_THAT(Named(graph, "mix/concat").inputs, ElementsAre("mix/b", "mix/c", "input"));
}

// Of every node: its name is its own, and its inputs stand before it.
TEST(LayerGraphTest, PublishedNetworksAreGraphs) {
  for (const std::string name : {"resnet18", "densenet121", "mobilenet_v2", "shufflenet_v2_x1_0"}) {
    std::set<std::string> names;
    for (const GraphNode& node : LayerGraph(ModelOf(name + " {}"))) {
      for (const std::string& input : node.inputs) EXPECT_EQ(names.count(input), 1u) << name << " " << node.name << " " << input;
      EXPECT_TRUE(names.insert(node.name).second) << name << " " << node.name;
    }
    EXPECT_GT(names.size(), 40u) << name;
  }
}

}  // namespace
}  // namespace mica
