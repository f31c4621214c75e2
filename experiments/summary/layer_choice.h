// Which layers' outputs `mica probe --layers=conv1,layer4.*` asks for.
//   MICA_ASSIGN_OR_RETURN(const std::vector<const InferredLayer*> chosen,
//                         ChooseLayers(model.layers, {"conv1", "fc"}, "the model"));
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_LAYER_CHOICE_H_
#define MICA_EXPERIMENTS_SUMMARY_LAYER_CHOICE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"

namespace mica {

// The layers that can be asked for, in the order in which a network computes them: containers come
// after what they hold. Those without a name of their own are not among them.
std::vector<const InferredLayer*> NamedLayers(absl::Span<const InferredLayer> layers);

// Those that `asked` names, in the order of NamedLayers, each once. A name is that of one layer,
// "layer1" that of the block alone; with "*" it is a pattern (base/name_pattern.h). A FlagError
// (exit code 1) says which name is none of `model`, and which are near.
absl::StatusOr<std::vector<const InferredLayer*>> ChooseLayers(absl::Span<const InferredLayer> layers, absl::Span<const std::string> asked,
                                                               absl::string_view model);

// The layer of exactly this name. The FlagError begins with `flag`, "--layer".
absl::StatusOr<const InferredLayer*> FindLayer(absl::Span<const InferredLayer> layers, absl::string_view name, absl::string_view model,
                                               absl::string_view flag);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_LAYER_CHOICE_H_
