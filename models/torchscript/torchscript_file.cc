#include "models/torchscript/torchscript_file.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/export.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "models/layers/tensor_dtype.h"
#include "models/torchscript/torchscript_source.h"

namespace mica {
namespace {

using ArraysByName = std::map<absl::string_view, const ArrayView*>;

std::vector<LayerTensor> TensorsOf(const InferredModel& model) {
  std::vector<LayerTensor> tensors;
  for (const InferredLayer* layer : LeavesOf(model.layers)) tensors.insert(tensors.end(), layer->tensors.begin(), layer->tensors.end());
  return tensors;
}

std::string ShapeText(const std::string& dtype, const std::vector<int64_t>& shape) {
  return absl::StrCat(dtype, " [", absl::StrJoin(shape, ","), "]");
}

// What is wrong with the array of a tensor; empty if nothing is.
std::string Misfit(const LayerTensor& tensor, const ArraysByName& arrays) {
  const std::string dtype = TensorDtype(tensor);
  const std::string expected = ShapeText(dtype, tensor.shape);
  const auto found = arrays.find(tensor.name);
  if (found == arrays.end()) return absl::StrCat(tensor.name, " is missing; the model has it as ", expected);
  const ArrayView& array = *found->second;
  if (array.dtype != dtype || array.shape != tensor.shape) {
    return absl::StrCat(tensor.name, " is ", ShapeText(array.dtype, array.shape), "; the model has it as ", expected);
  }
  return "";
}

absl::Status CheckWeights(const std::vector<LayerTensor>& tensors, const ArraysByName& arrays) {
  std::vector<std::string> errors;
  for (const LayerTensor& tensor : tensors) {
    std::string error = Misfit(tensor, arrays);
    if (!error.empty()) errors.push_back(absl::StrCat("weights: ", error));
  }
  return errors.empty() ? absl::OkStatus() : CheckpointError(absl::StrJoin(errors, "\n"));
}

// Without a copy: nothing writes to a tensor on its way into a file, and nothing computes with it,
// so its bytes may be unaligned.
at::Tensor ViewOf(const ArrayView& array) {
  const at::Tensor view = at::from_blob(const_cast<char*>(array.bytes.data()), array.shape, array.dtype == "I64" ? at::kLong : at::kFloat);
  TORCH_CHECK(view.nbytes() == array.bytes.size(), array.name, " has ", array.bytes.size(), " bytes, its shape ", view.nbytes());
  return view;
}

// The network's modules, made as their tensors come.
class ModuleTree {
 public:
  ModuleTree() { modules_.emplace("", MakeModule()); }

  void Add(const LayerTensor& tensor, at::Tensor value) {
    const auto [module, name] = Split(tensor.name);
    ModuleAt(module).register_parameter(name, std::move(value), /*is_buffer=*/!tensor.is_parameter());
  }

  torch::jit::Module& root() { return modules_.at(""); }

 private:
  // "layer1.0.weight" is "weight" in "layer1.0".
  static std::pair<std::string, std::string> Split(const std::string& name) {
    const size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::make_pair("", name) : std::make_pair(name.substr(0, dot), name.substr(dot + 1));
  }

  // Every module has a class of its own. Classes below one prefix stand in one record of the file.
  torch::jit::Module MakeModule() {
    torch::jit::Module module(absl::StrCat("__torch__.mica.Module", classes_++), unit_);
    module.register_attribute("training", c10::BoolType::get(), /*v=*/false);  // as modules of Python have it
    return module;
  }

  torch::jit::Module& ModuleAt(const std::string& whole_name) {
    const auto known = modules_.find(whole_name);
    if (known != modules_.end()) return known->second;
    const auto [parent, name] = Split(whole_name);
    torch::jit::Module module = MakeModule();
    ModuleAt(parent).register_module(name, module);
    return modules_.emplace(whole_name, std::move(module)).first->second;
  }

  const std::shared_ptr<torch::jit::CompilationUnit> unit_ = std::make_shared<torch::jit::CompilationUnit>();
  int classes_ = 0;
  std::map<std::string, torch::jit::Module> modules_;  // by whole name
};

std::string Save(const torch::jit::Module& module, size_t weight_bytes, const std::map<std::string, std::string>& extra_files) {
  constexpr size_t kBesidesWeights = 1 << 20;
  std::string bytes;
  bytes.reserve(weight_bytes + kBesidesWeights);
  const auto append = [&bytes](const void* data, size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  };
  torch::jit::ExportModule(module, append, torch::jit::ExtraFilesMap(extra_files.begin(), extra_files.end()));
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> EncodeTorchScript(const InferredModel& model, const std::vector<ArrayView>& weights,
                                              const std::map<std::string, std::string>& extra_files) {
  MICA_ASSIGN_OR_RETURN(const std::string source, TorchScriptSource(model));
  ArraysByName arrays;
  for (const ArrayView& array : weights) arrays[array.name] = &array;
  const std::vector<LayerTensor> tensors = TensorsOf(model);
  MICA_RETURN_IF_ERROR(CheckWeights(tensors, arrays));
  std::string bytes;
  MICA_RETURN_IF_ERROR(GuardTorch("writing TorchScript", [&] {
    ModuleTree tree;
    size_t weight_bytes = 0;
    for (const LayerTensor& tensor : tensors) {
      const ArrayView& array = *arrays.at(tensor.name);
      tree.Add(tensor, ViewOf(array));
      weight_bytes += array.bytes.size();
    }
    tree.root().define(source);
    bytes = Save(tree.root(), weight_bytes, extra_files);
  }));
  return bytes;
}

}  // namespace mica
