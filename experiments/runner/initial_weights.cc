#include "experiments/runner/initial_weights.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "experiments/runner/weights_file.h"
#include "models/weights/array_view.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {
namespace {

// "of its section "model" (beside it: ema)"
std::string SectionText(const StoredArrays& stored) {
  return absl::StrCat("of its section \"", ShownName(stored.section), "\"",
                      stored.other_sections.empty() ? "" : absl::StrCat(" (beside it: ", absl::StrJoin(stored.other_sections, ", "), ")"));
}

}  // namespace

absl::StatusOr<InitialWeights> LoadInitialWeights(const ModelConfig& config, const InferredModel& inferred, const Classifier& model) {
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadInitialWeights(config));
  absl::StatusOr<WeightReport> report =
      LoadWeights(stored.arrays, stored.path, WeightsOf(model), InitialWeightsRules(config, inferred.layers));
  if (!report.ok()) return WithFields(report.status(), {"model.initial_weights.weights_file"});
  if (!stored.section.empty()) report->renamings.push_back(SectionText(stored));
  return InitialWeights{stored.path, FormatFingerprint(Fingerprint(stored.bytes)), *std::move(report)};
}

}  // namespace mica
