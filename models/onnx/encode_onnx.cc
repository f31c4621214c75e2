#include "models/onnx/encode_onnx.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "base/version.h"
#include "models/layers/layer_shapes.h"
#include "models/layers/tensor_dtype.h"
#include "models/onnx/layer_nodes.h"
#include "models/onnx/leaf_nodes.h"
#include "models/onnx/onnx.pb.h"
#include "models/onnx/onnx_graph.h"

namespace mica {
namespace {

constexpr int64_t kIrVersion = 7;      // that of opset 13's time
constexpr int64_t kOpsetVersion = 13;  // the newest whose operators OpenCV 4.6 reads

std::string ShapeText(const std::vector<int64_t>& shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ","), "]");
}

// What is wrong with an array for `tensor`; empty if nothing.
std::string Mismatch(const LayerTensor& tensor, const ArrayView& array) {
  if (array.dtype != "F32") return absl::StrCat("is ", ShownName(array.dtype), ", the model needs F32");
  if (array.shape != tensor.shape) return absl::StrCat("is ", ShapeText(array.shape), ", the model needs ", ShapeText(tensor.shape));
  const int64_t bytes = tensor.size() * static_cast<int64_t>(sizeof(float));
  if (static_cast<int64_t>(array.bytes.size()) == bytes) return "";
  return absl::StrCat("holds ", array.bytes.size(), " bytes, its shape ", ShapeText(array.shape), " needs ", bytes);
}

absl::StatusOr<TensorBytes> BytesByName(const InferredModel& model, const std::vector<ArrayView>& weights) {
  std::map<absl::string_view, const ArrayView*> arrays;
  for (const ArrayView& array : weights) arrays[array.name] = &array;
  TensorBytes bytes;
  std::vector<std::string> problems;
  for (const InferredLayer* layer : LeavesOf(model.layers)) {
    for (const LayerTensor& tensor : layer->tensors) {
      if (TensorDtype(tensor) != "F32") continue;
      const auto found = arrays.find(tensor.name);
      const std::string problem =
          found == arrays.end() ? absl::StrCat("is missing, the model needs ", ShapeText(tensor.shape)) : Mismatch(tensor, *found->second);
      if (!problem.empty()) problems.push_back(absl::StrCat("weight \"", ShownName(tensor.name), "\" ", problem));
      if (problem.empty()) bytes[tensor.name] = found->second->bytes;
    }
  }
  if (!problems.empty()) return CheckpointError(absl::StrJoin(problems, "\n"));
  return bytes;
}

int64_t SizeOf(const TensorBytes& tensors) {
  int64_t size = 0;
  for (const auto& [name, bytes] : tensors) size += static_cast<int64_t>(bytes.size());
  return size;
}

absl::Status CheckNormalisation(const OnnxNormalisation& normalisation, int64_t channels) {
  const auto size = static_cast<size_t>(channels);
  if (normalisation.mean.size() != size || normalisation.std.size() != size) {
    return absl::InternalError(absl::StrCat("ONNX: normalisation has ", normalisation.mean.size(), " means and ", normalisation.std.size(),
                                            " deviations, the images have ", channels, " channels"));
  }
  bool is_valid = std::isfinite(normalisation.scale);
  for (const double mean : normalisation.mean) is_valid &= std::isfinite(mean);
  for (const double std : normalisation.std) is_valid &= std > 0 && std::isfinite(1 / std);
  return is_valid ? absl::OkStatus() : absl::InternalError("ONNX: normalisation must be finite, its deviations above 0");
}

absl::Status CheckOptions(const OnnxOptions& options, int64_t channels) {
  for (const auto& [key, value] : options.metadata) {
    if (ValidUtf8Prefix(key) < key.size() || ValidUtf8Prefix(value) < value.size()) {
      return absl::InternalError(absl::StrCat("ONNX: metadata \"", ShownName(key), "\" is not UTF-8"));
    }
  }
  return options.normalisation.has_value() ? CheckNormalisation(*options.normalisation, channels) : absl::OkStatus();
}

// Walks through the lists of a model.
class ModelNodes {
 public:
  ModelNodes(const TensorBytes& bytes, OnnxGraph* graph) : bytes_(bytes), graph_(*graph) {}

  // `inferred` are those of the list. Each function returns the name of the output.
  std::string AddList(const LayerList& list, absl::Span<const InferredLayer> inferred, std::string value) {
    for (int i = 0; i < list.size(); ++i) value = AddLayer(list[i], inferred[i], value);
    return value;
  }

 private:
  std::string AddLayer(const LayerConfig& config, const InferredLayer& layer, const std::string& value) {
    LayerNodes nodes(layer, bytes_, &graph_);
    if (config.has_block()) return AddList(config.block().layer(), layer.layers, value);
    if (config.has_residual()) return AddResidual(config.residual(), layer.layers, value, &nodes);
    if (config.has_concat()) return AddConcat(config.concat(), layer.layers, value, &nodes);
    return AddLeaf(config, value, &nodes);
  }

  std::string AddResidual(const ResidualConfig& config, absl::Span<const InferredLayer> inferred, const std::string& value,
                          LayerNodes* nodes) {
    const std::string branch = AddList(config.layer(), inferred.first(config.layer_size()), value);
    const std::string shortcut = AddList(config.shortcut(), inferred.subspan(config.layer_size()), value);
    return nodes->Add("Add", {branch, shortcut});
  }

  std::string AddConcat(const ConcatConfig& config, absl::Span<const InferredLayer> inferred, const std::string& value, LayerNodes* nodes) {
    const int64_t branches = config.branch_size();
    const auto channel_dimension = [](const LayerShape& shape) { return int64_t{shape.form == LayerShape::Form::kTokens ? 2 : 1}; };
    std::vector<std::string> parts(branches, value);
    if (config.split_input()) parts = nodes->SplitEqually(value, channel_dimension(nodes->input()), branches);
    for (int64_t i = 0; i < branches; ++i) {
      const LayerList& list = config.branch(static_cast<int>(i)).layer();
      parts[i] = AddList(list, inferred.first(list.size()), parts[i]);
      inferred.remove_prefix(list.size());
    }
    return nodes->Add("Concat", parts, {{"axis", channel_dimension(nodes->output())}});
  }

  const TensorBytes& bytes_;
  OnnxGraph& graph_;
};

// Normalises images of these channels.
std::string AddNormalisation(const OnnxNormalisation& normalisation, const std::string& images, OnnxGraph* graph) {
  constexpr char kName[] = "normalisation";
  const auto channels = static_cast<int64_t>(normalisation.mean.size());
  const auto factor = [&](int64_t c) { return static_cast<float>(normalisation.scale / normalisation.std[c]); };
  const auto offset = [&](int64_t c) { return static_cast<float>(-normalisation.mean[c] / normalisation.std[c]); };
  const std::string factors = graph->AddFloats(graph->NewName(kName, "factor"), {channels, 1, 1}, factor);
  const std::string offsets = graph->AddFloats(graph->NewName(kName, "offset"), {channels, 1, 1}, offset);
  return graph->AddNode(kName, "Add", {graph->AddNode(kName, "Mul", {images, factors}), offsets});
}

void FillGraph(const InferredModel& model, const TensorBytes& bytes, const OnnxOptions& options, OnnxGraph* graph) {
  const LayerShape &input = model.layers.front().input, &output = model.layers.back().output;
  std::string value = "images";
  graph->AddInput(value, {input.channels, input.height_px, input.width_px});
  if (options.normalisation.has_value()) value = AddNormalisation(*options.normalisation, value, graph);
  value = ModelNodes(bytes, graph).AddList(model.config.layer(), model.layers, value);
  if (options.softmax) graph->AddNode("softmax", "Softmax", {value}, {{"axis", int64_t{1}}});
  graph->AddOutput(options.softmax ? "probabilities" : "logits", {output.channels});
}

absl::Status TooLargeError(int64_t bytes) {
  return OutputError(absl::StrCat("as an ONNX file the model would take ", bytes, " bytes; such a file has at most ", kMaxOnnxBytes,
                                  " (2 GiB); use its weights as safetensors instead, as checkpoints hold them"));
}

}  // namespace

absl::StatusOr<std::string> EncodeOnnx(const InferredModel& model, const std::vector<ArrayView>& weights, const OnnxOptions& options) {
  MICA_RETURN_IF_ERROR(CheckOptions(options, model.layers.front().input.channels));
  MICA_ASSIGN_OR_RETURN(const TensorBytes bytes, BytesByName(model, weights));
  if (const int64_t size = SizeOf(bytes); size > kMaxOnnxBytes) return TooLargeError(size);
  OnnxGraph graph(kMaxOnnxBytes);
  FillGraph(model, bytes, options, &graph);
  if (!graph.is_complete()) return TooLargeError(graph.bytes());

  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("mica");
  file.set_producer_version(kVersion);
  file.add_opset_import()->set_version(kOpsetVersion);
  file.mutable_opset_import(0)->set_domain("");
  *file.mutable_graph() = graph.Take();
  file.mutable_graph()->set_name("mica");
  for (const auto& [key, value] : options.metadata) {
    onnx::StringStringEntryProto* const entry = file.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  }
  const auto size = static_cast<int64_t>(file.ByteSizeLong());
  if (size > kMaxOnnxBytes) return TooLargeError(size);
  return file.SerializeAsString();
}

}  // namespace mica
