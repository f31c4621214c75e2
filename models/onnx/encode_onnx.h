// A trained model as an ONNX file, which other programs run: ONNX Runtime, OpenCV's dnn (4.6).
//   OnnxOptions options;
//   options.normalisation = OnnxNormalisation{1 / 255.0, {0.2860}, {0.3530}};
//   options.metadata["classes"] = "shirt\ncoat";
//   MICA_ASSIGN_OR_RETURN(const std::string file, EncodeOnnx(model, weights, options));
// The graph computes what the model does in evaluation: f32 "images" [N,channels,height,width]
// become f32 "logits" [N,classes], for any number N of images and one size of them. Opset 13, IR
// version 7.
//
// Weights keep the names that they have in checkpoints, and mostly their shapes: those of linear
// layers over tokens stand transposed, [inputs,outputs], and a class token is followed by zeros.
// Batch norms stay as they are, because runtimes fold them. Not here: choosing a checkpoint, and
// whether its weights are finite (models/weights/load_weights.h).
#ifndef MICA_MODELS_ONNX_ENCODE_ONNX_H_
#define MICA_MODELS_ONNX_ENCODE_ONNX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "models/weights/array_view.h"
#include "models/zoo/model_layers.h"

namespace mica {

// Protobuf's limit for one message, and so for one file.
constexpr int64_t kMaxOnnxBytes = (int64_t{1} << 31) - 1;

// Normalised images are (scale * image - mean) / std. The file holds scale / std and -mean / std as
// f32, so its results differ by a few roundings from those of images that were normalised before.
struct OnnxNormalisation {
  double scale = 1 / 255.0;       // of images from 0 to 255; 1 of images from 0 to 1
  std::vector<double> mean, std;  // [channels]; std above 0
};

struct OnnxOptions {
  bool softmax = false;                            // the output is "probabilities", not "logits"
  std::optional<OnnxNormalisation> normalisation;  // within the file; otherwise images come normalised
  std::map<std::string, std::string> metadata;     // stored as it is; UTF-8
};

// `weights` hold each f32 tensor of the model under its name; what else they hold is passed over,
// as num_batches_tracked. Errors: a CheckpointError (exit code 4) with a line for each tensor that
// is missing or has another shape or type; an OutputError (5) if the file would be too large,
// before anything of that size is computed. An InternalError (70) if options do not fit: a count of
// means other than that of channels, numbers out of range, text that is no UTF-8. Memory: twice the
// file. Torch-free, thread-safe.
absl::StatusOr<std::string> EncodeOnnx(const InferredModel& model, const std::vector<ArrayView>& weights, const OnnxOptions& options = {});

}  // namespace mica

#endif  // MICA_MODELS_ONNX_ENCODE_ONNX_H_
