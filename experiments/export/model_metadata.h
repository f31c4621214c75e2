// What travels with exported weights: the classes, the way of a picture to the network's input, the
// model. It stands as text under names in safetensors and ONNX files, and as extra files in
// TorchScript.
//   const std::map<std::string, std::string> metadata = ModelMetadata(experiment, {"cat", "dog"}, {3, 224, 224});
//   ClassNamesIn(metadata)   // {"cat", "dog"}
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_EXPORT_MODEL_METADATA_H_
#define MICA_EXPERIMENTS_EXPORT_MODEL_METADATA_H_

#include <map>
#include <string>
#include <vector>

#include "data/index/image_shape.h"
#include "experiments/experiment.pb.h"

namespace mica {

// mica.version        of mica
// mica.class_names    a JSON list of text, in the order of the outputs
// mica.input          "3x224x224": channels (red, green, blue) x height x width
// mica.preprocessing  a textproto, decode and eval_transforms of the experiment
// mica.model          a textproto, its model without initial_weights
std::map<std::string, std::string> ModelMetadata(const Experiment& experiment, const std::vector<std::string>& class_names,
                                                 const ImageShape& images);

// Those of ModelMetadata; none if `metadata` has none, or something else under that name: names that
// are empty, stand there twice or hold control characters too.
std::vector<std::string> ClassNamesIn(const std::map<std::string, std::string>& metadata);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_EXPORT_MODEL_METADATA_H_
