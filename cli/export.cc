#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/nearest_name.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "cli/data_folders.h"
#include "cli/model_source.h"
#include "cli/output_paths.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "experiments/export/exported_model.h"
#include "experiments/export/model_metadata.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/model_input.h"
#include "models/layers/layer_shapes.h"

namespace mica {
namespace {

struct FormatName {
  ExportFormat format;
  const char* name;
  std::vector<std::string> extensions;  // of files
  const char* what;
};

const std::vector<FormatName>& FormatNames() {
  static const auto* const names = new std::vector<FormatName>{
      {ExportFormat::kSafetensors, "SAFETENSORS", {".safetensors"}, "safetensors, read by Python's safetensors and by mica"},
      {ExportFormat::kTorch, "TORCH", {".pth", ".pt", ".bin"}, "a state_dict, as torch.save writes it"},
      {ExportFormat::kTorchScript, "TORCHSCRIPT", {".torchscript", ".ts"}, "TorchScript, a model that torch.jit.load runs"},
      {ExportFormat::kOnnx, "ONNX", {".onnx"}, "ONNX, opset 13"}};
  return *names;
}

struct ExportRequest {
  const FormatName* format = nullptr;
  std::string output;  // absolute
  ModelExportOptions options;
};

std::string FormatList() {
  const auto append = [](std::string* text, const FormatName& format) { text->append(format.name); };
  return absl::StrJoin(FormatNames(), ", ", append);
}

absl::StatusOr<const FormatName*> FormatOf(const VerbArguments& arguments, const std::string& output) {
  const std::string asked = arguments.GetString("format");
  std::vector<std::string> names;
  for (const FormatName& format : FormatNames()) {
    names.push_back(format.name);
    if (absl::EqualsIgnoreCase(asked, format.name)) return &format;
    for (const std::string& extension : format.extensions) {
      if (asked.empty() && absl::EndsWithIgnoreCase(output, extension)) return &format;
    }
  }
  if (!asked.empty()) return FlagError(absl::StrCat("--format=", asked, ": expected ", FormatList(), DidYouMean(asked, names)));
  return FlagError(absl::StrCat("--output=", ShownPath(output), ": its ending names no format; say --format=", FormatList()));
}

absl::StatusOr<ExportRequest> RequestOf(const VerbArguments& arguments) {
  ExportRequest request;
  MICA_ASSIGN_OR_RETURN(request.output, FilePathOfFlag(arguments, "output"));
  if (request.output.empty()) return FlagError("--output=FILE is required: model.onnx, model.pth, model.safetensors or model.torchscript");
  MICA_ASSIGN_OR_RETURN(request.format, FormatOf(arguments, request.output));
  request.options.softmax = arguments.GetBool("softmax");
  request.options.normalise = arguments.GetBool("pixels");
  if (request.format->format != ExportFormat::kOnnx) {
    for (const char* const flag : {"softmax", "pixels"}) {
      if (arguments.GetBool(flag)) return FlagError(absl::StrCat("--", flag, " is for --format=ONNX alone; leave it out"));
    }
  }
  MICA_RETURN_IF_ERROR(RequireWritable("--output", request.output));
  return request;
}

// Nothing that the model comes from is overwritten.
absl::Status RequireHarmless(const std::string& output, const ModelSource& source) {
  const auto refused = [&](const std::string& why) {
    return FlagError(absl::StrCat("--output=", ShownPath(output), ": ", why, "; name another file"));
  };
  if (source.trained.has_value() && absl::StartsWith(output, absl::StrCat(source.trained->run.folder, "/"))) {
    return refused("lies in the run's folder, whose files are the run's own");
  }
  if (source.index.has_value()) MICA_RETURN_IF_ERROR(RequireOutsideData(output, "--output", *source.index));
  if (!source.loaded.has_value()) return absl::OkStatus();
  if (output == source.experiment().model().initial_weights().weights_file()) return refused("is the file of the weights");
  MICA_ASSIGN_OR_RETURN(const std::string experiment, ResolveWord(source.word, source.word));
  return output == experiment ? refused("is the experiment") : absl::OkStatus();
}

// The images that the network gets in evaluation. Older checkpoints do not say; then eval_transforms
// do, and where they leave the size to the data, the data is read.
absl::StatusOr<ImageShape> ImagesOf(const ModelSource& source) {
  if (source.trained.has_value() && source.trained->checkpoint.manifest.has_images()) {
    const ImageShapeReport& images = source.trained->checkpoint.manifest.images();
    return ImageShape{images.channels(), images.height_px(), images.width_px()};
  }
  if (source.index.has_value()) return ShapeOfEvaluationImages(source.experiment(), *source.index);
  if (const absl::StatusOr<ImageShape> shape = ShapeOfEvaluationImages(source.experiment()); shape.ok()) return shape;
  MICA_ASSIGN_OR_RETURN(const ComputeAndData ready, LoadComputeAndData(source.experiment()));
  return ShapeOfEvaluationImages(source.experiment(), ready.index);
}

struct Encoded {
  std::string bytes;
  std::string input, output;
  int64_t parameters = 0;
};

absl::StatusOr<Encoded> Encode(const ModelSource& source, const ExportRequest& request) {
  ExportedModel model;
  model.experiment = source.experiment();
  model.class_names = source.class_names;
  MICA_ASSIGN_OR_RETURN(model.images, ImagesOf(source));
  MICA_ASSIGN_OR_RETURN(model.model, InferModelFor(model.experiment, model.images, static_cast<int>(model.class_names.size())));
  StoredArrays initial;  // of an experiment
  if (source.trained.has_value()) {
    model.weights = source.trained->checkpoint.model().arrays;
  } else {
    MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
    MICA_ASSIGN_OR_RETURN(initial, compute->WeightsOfModel(source.Subject(), model.images));
    model.weights = initial.arrays;
  }
  Encoded encoded{"", InputText(model, request.options), OutputText(model, request.options), TotalOf(model.model.layers).parameters};
  if (request.format->format != ExportFormat::kTorchScript) {
    MICA_ASSIGN_OR_RETURN(encoded.bytes, EncodeModel(model, request.format->format, request.options));
    return encoded;
  }
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  MICA_ASSIGN_OR_RETURN(const std::vector<ArrayView> weights, WeightsInOrder(model));
  MICA_ASSIGN_OR_RETURN(encoded.bytes,
                        compute->EncodeTorchScript(model.model, weights, ModelMetadata(model.experiment, model.class_names, model.images)));
  return encoded;
}

// How others open the file.
std::string UsageText(ExportFormat format, const std::string& path) {
  const std::string file = absl::StrCat("\"", absl::StrReplaceAll(path, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
  switch (format) {
    case ExportFormat::kSafetensors:
      return absl::StrCat("  model.load_state_dict(safetensors.torch.load_file(", file, "))\n");
    case ExportFormat::kTorch:
      return absl::StrCat("  model.load_state_dict(torch.load(", file, ", weights_only=True))\n");
    case ExportFormat::kTorchScript:
      return absl::StrCat("  logits = torch.jit.load(", file, ")(images)\n");
    case ExportFormat::kOnnx:
      return absl::StrCat("  onnxruntime.InferenceSession(", file, ").run(None, {\"images\": images})\n",  //
                          "  cv2.dnn.readNetFromONNX(", file, ")\n");
  }
  return "";
}

absl::StatusOr<ExitCode> RunExport(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const ExportRequest request, RequestOf(arguments));
  MICA_ASSIGN_OR_RETURN(const ModelSource source, ModelSourceOf(arguments.words()[0], arguments, WeightsNeeded::kFromAFile));
  MICA_RETURN_IF_ERROR(RequireHarmless(request.output, source));
  const absl::StatusOr<Encoded> encoded = Encode(source, request);
  if (!encoded.ok()) return source.AtItsPlace(encoded.status());
  MICA_RETURN_IF_ERROR(WriteFileAtomically(request.output, encoded->bytes));
  const std::string megabytes = FormatFixed(static_cast<double>(encoded->bytes.size()) / 1e6, 1);
  MICA_RETURN_IF_ERROR(
      PrintToStdout(absl::StrCat(ShownPath(request.output), ": ", request.format->what, "; ", encoded->parameters, " parameters, ",
                                 megabytes, " MB\n", "  of      ", source.weights, "\n",  //
                                 "  input   ", encoded->input, "\n",                      //
                                 "  output  ", encoded->output, "\n", "In Python:\n", UsageText(request.format->format, request.output)),
                    "what was written"));
  return ExitCode::kDone;
}

}  // namespace

Verb ExportVerb() {
  return {
      {
          "export",
          "RUN_OR_EXPERIMENT",
          /*min_words=*/1,
          /*max_words=*/1,
          "Writes a model for other programs. Class names and the way of a picture to the network's input travel in the file. Of an "
          "experiment, the weights that training begins with.",
          {
              {"output", FlagType::kString, "FILE", "The file to write. Required.", "", ""},
              {"format", FlagType::kString, "FORMAT",
               "SAFETENSORS or TORCH: the weights alone, for the same network in Python. ONNX or TORCHSCRIPT: the whole model. Not given: "
               "as the file's ending says (.safetensors; .pth, .pt, .bin; .onnx; .torchscript, .ts).",
               "", ""},
              {"softmax", FlagType::kBool, "", "ONNX: the model gives probabilities instead of logits.", "", ""},
              {"pixels", FlagType::kBool, "", "ONNX: the model takes pixels from 0 to 255 and normalises them itself.", "", ""},
              CheckpointFlag(),
              ModelSetFlag(),
          },
          "  mica export runs/cats_dogs_resnet18_sgd/20260131-120000 --output=cats_dogs.onnx --softmax\n"
          "  mica export runs/cats_dogs_resnet18_sgd/20260131-120000 --output=cats_dogs.pth",
      },
      RunExport};
}

}  // namespace mica
