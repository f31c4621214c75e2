// A network's layers as the graph that TensorBoard shows.
//   file->AddGraph(LayerGraph(inferred), wall_time);
// A node for each layer that computes something, and one for each sum of a residual and each joint of
// a concat; names have '/' for the dots of the layers', so blocks open and close. Torch-free.
#ifndef MICA_EXPERIMENTS_RUNNER_LAYER_GRAPH_H_
#define MICA_EXPERIMENTS_RUNNER_LAYER_GRAPH_H_

#include <vector>

#include "models/zoo/model_layers.h"
#include "viz/tensorboard/graph_node.h"

namespace mica {

// In the order in which they compute, after a node "input". Shapes begin with -1: any batch.
std::vector<GraphNode> LayerGraph(const InferredModel& model);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_RUNNER_LAYER_GRAPH_H_
