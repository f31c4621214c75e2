// A network for TensorBoard's graph view.
//   GraphNode node;
//   node.name = "layer1/conv1";
//   node.op = "Conv2d";
//   node.inputs = {"stem/pool"};
//   node.output_shapes = {{-1, 64, 56, 56}};
//   file->AddGraph({node, …}, wall_time);
// Names with '/' are scopes, which the view opens and closes. Thread-safe.
#ifndef MICA_VIZ_TENSORBOARD_GRAPH_NODE_H_
#define MICA_VIZ_TENSORBOARD_GRAPH_NODE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "viz/tensorboard/graph.pb.h"

namespace mica {

struct GraphNode {
  std::string name;                                             // unique in the graph
  std::string op;                                               // what it does
  std::vector<std::string> inputs;                              // names of nodes
  std::vector<std::vector<int64_t>> output_shapes;              // one an output; -1: any size
  std::vector<std::pair<std::string, std::string>> attributes;  // shown as they are: {"kernel", "3x3"}
};

tensorboard::GraphDef MakeGraphDef(absl::Span<const GraphNode> nodes);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_GRAPH_NODE_H_
