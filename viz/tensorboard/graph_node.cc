#include "viz/tensorboard/graph_node.h"

#include "viz/tensorboard/readable_utf8.h"

namespace mica {
namespace {

tensorboard::AttrValue* AddAttribute(const std::string& key, tensorboard::NodeDef* node) {
  tensorboard::NodeDef::Attr* const attribute = node->add_attr();
  attribute->set_key(ReadableUtf8(key));
  return attribute->mutable_value();
}

void SetShapes(absl::Span<const std::vector<int64_t>> outputs, tensorboard::AttrValue::List* list) {
  for (const std::vector<int64_t>& output : outputs) {
    tensorboard::TensorShape* const shape = list->add_shape();
    for (const int64_t size : output) shape->add_dim()->set_size(size);
  }
}

void AddNode(const GraphNode& node, tensorboard::GraphDef* graph) {
  tensorboard::NodeDef* const def = graph->add_node();
  def->set_name(ReadableUtf8(node.name));
  def->set_op(ReadableUtf8(node.op));
  for (const std::string& input : node.inputs) def->add_input(ReadableUtf8(input));
  if (!node.output_shapes.empty()) SetShapes(node.output_shapes, AddAttribute("_output_shapes", def)->mutable_list());
  for (const auto& [key, value] : node.attributes) AddAttribute(key, def)->set_s(ReadableUtf8(value));
}

}  // namespace

tensorboard::GraphDef MakeGraphDef(absl::Span<const GraphNode> nodes) {
  tensorboard::GraphDef graph;
  for (const GraphNode& node : nodes) AddNode(node, &graph);
  return graph;
}

}  // namespace mica
