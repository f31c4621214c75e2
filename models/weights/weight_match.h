// Decides which tensor of a file fills which weight of a model, and whether all of them fit.
//   MICA_ASSIGN_OR_RETURN(const WeightMatch match, MatchWeights(file.arrays, path, model_weights, rules));
// It copies nothing; load_weights.h does. Torch-free, thread-safe.
#ifndef MICA_MODELS_WEIGHTS_WEIGHT_MATCH_H_
#define MICA_MODELS_WEIGHTS_WEIGHT_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "models/weights/array_view.h"
#include "models/weights/colour_change.h"
#include "models/weights/weight_names.h"
#include "models/weights/weight_report.h"

namespace mica {

// A weight of the model that a file may fill.
struct ModelWeight {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype;  // as ArrayView's
};

// How a file may differ from the model. Otherwise names, shapes and types must be the same.
struct MatchRules {
  // Patterns of names (base/name_pattern.h): "fc" covers fc and fc.weight, not fc2.weight. One that
  // covers nothing is a config error.
  std::vector<std::string> reinitialise;      // weights that keep their value even if the file has them
  std::vector<std::string> allow_missing;     // weights that keep their value if the file lacks them
  std::vector<std::string> allow_unexpected;  // arrays of the file that the model may lack

  std::vector<RenameRule> rename;  // valid; one that changes no name is a config error

  // Names that others give the model's tensors. Of the tables, the one that makes the most arrays fit
  // is used on what `rename` left, if those are more than fit without it.
  std::vector<NamingTable> tables;

  bool convert_types = false;  // F16, BF16 and F64 may fill F32

  // The file is not mica's own: what PyTorch's wrappers add to names is ignored (StripWrappers),
  // num_batches_tracked may be missing or of another type, and messages name the fields of model.initial_weights.
  bool foreign = false;

  // The weight of the convolution that sees the pictures, "conv1.weight", and what becomes of it
  // where it has other channels in the file than in the model.
  std::string first_convolution;  // empty: the model has none
  ColourChange colour_change = ColourChange::kNone;
};

struct WeightFit {
  size_t array = 0;   // in the file's arrays
  size_t weight = 0;  // in the model's weights
  ColourChange change = ColourChange::kNone;
};

struct WeightMatch {
  std::vector<WeightFit> fits;  // in the order of the weights
  WeightReport report;
};

// Whether two shapes differ at most in sides of 1 at their ends, as of a 1x1 convolution and a linear
// layer: their numbers are the same, in the same order. So they may fill each other.
bool HoldsSameNumbers(absl::Span<const int64_t> a, absl::Span<const int64_t> b);

// A CheckpointError (exit code 4) lists everything that does not fit, each line beginning with
// `source`: missing and surplus names, other shapes, other types, values that are not finite.
absl::StatusOr<WeightMatch> MatchWeights(absl::Span<const ArrayView> arrays, absl::string_view source,
                                         absl::Span<const ModelWeight> weights, const MatchRules& rules);

// The names under which the arrays are compared with the model's weights. Rules that change no name
// are passed over.
std::vector<std::string> NamesToMatch(absl::Span<const ArrayView> arrays, absl::Span<const ModelWeight> weights, const MatchRules& rules);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_WEIGHT_MATCH_H_
