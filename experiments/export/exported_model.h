// A model with its weights as a file for other programs.
//   MICA_ASSIGN_OR_RETURN(const std::string bytes, EncodeModel(model, ExportFormat::kOnnx, options));
// TorchScript is not here, because it needs LibTorch (models/torchscript). Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_EXPORT_EXPORTED_MODEL_H_
#define MICA_EXPERIMENTS_EXPORT_EXPORTED_MODEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/image_shape.h"
#include "experiments/experiment.pb.h"
#include "models/weights/array_view.h"
#include "models/zoo/model_layers.h"

namespace mica {

struct ExportedModel {
  Experiment experiment;
  std::vector<std::string> class_names;
  ImageShape images;               // that the network gets
  InferredModel model;             // for those images
  std::vector<ArrayView> weights;  // all of the model's, in any order; borrowed
};

enum class ExportFormat { kSafetensors, kTorch, kTorchScript, kOnnx };

struct ModelExportOptions {
  // Of ONNX alone: the network's part.
  bool softmax = false;    // outputs are probabilities
  bool normalise = false;  // inputs are pixels from 0 to 255
};

// The model's weights in the order in which the network computes with them, as a state_dict has them.
// A CheckpointError (exit code 4) lists weights that are missing or have another shape or type; what
// the model lacks is left out.
absl::StatusOr<std::vector<ArrayView>> WeightsInOrder(const ExportedModel& model);

// The file's bytes; `format` is not kTorchScript. Errors as of WeightsInOrder.
absl::StatusOr<std::string> EncodeModel(const ExportedModel& model, ExportFormat format, const ModelExportOptions& options);

// For people: what the network takes and gives, a line each.
std::string InputText(const ExportedModel& model, const ModelExportOptions& options);
std::string OutputText(const ExportedModel& model, const ModelExportOptions& options);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_EXPORT_EXPORTED_MODEL_H_
