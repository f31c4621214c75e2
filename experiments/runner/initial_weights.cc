#include "experiments/runner/initial_weights.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "experiments/runner/weights_file.h"
#include "models/weights/array_view.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"
#include "models/zoo/pretrained_network.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {
namespace {

// "of its section "model" (beside it: ema)"
std::string SectionText(const StoredArrays& stored) {
  return absl::StrCat("of its section \"", ShownName(stored.section), "\"",
                      stored.other_sections.empty() ? "" : absl::StrCat(" (beside it: ", absl::StrJoin(stored.other_sections, ", "), ")"));
}

// A line for the error, if the file is that of another network.
std::string OtherNetwork(const ModelConfig& config, const StoredArrays& stored) {
  const absl::StatusOr<PretrainedNetwork> network = RecogniseNetwork(stored.arrays, stored.path);
  const std::string kind = ChosenArm(config, "kind");
  if (!network.ok() || network->name == kind) return "";
  return absl::StrCat("\n", stored.path, ": its tensors are those of ", network->name, ", while the model is ", kind, "; write model { ",
                      network->name, " {} … }, or take other weights");
}

}  // namespace

absl::StatusOr<InitialWeights> LoadInitialWeights(const ModelConfig& config, const InferredModel& inferred, const Classifier& model) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadInitialWeights(config));
  absl::StatusOr<WeightReport> report =
      LoadWeights(stored.arrays, stored.path, WeightsOf(model), InitialWeightsRules(config, inferred.layers));
  const std::string fingerprint = FormatFingerprint(Fingerprint(stored.bytes));
  const std::vector<std::string> field = {"model.initial_weights.weights_file"};
  if (const absl::Status intact = stored.CheckIntact(); !intact.ok()) return WithFields(intact, field);
  if (!report.ok()) {
    return WithFields(WithMessage(report.status(), absl::StrCat(report.status().message(), OtherNetwork(config, stored))), field);
  }
  if (!stored.section.empty()) report->renamings.push_back(SectionText(stored));
  return InitialWeights{stored.path, fingerprint, *std::move(report)};
}

}  // namespace mica
