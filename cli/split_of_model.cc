#include "cli/split_of_model.h"

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "experiments/runner/trained_model.h"

namespace mica {
namespace {

Split UsualSplit(const DatasetIndex& index) {
  for (const Split split : {Split::kTest, Split::kValidation, Split::kTrain}) {
    if (!index.RecordsOf(split).empty()) return split;
  }
  return Split::kUnlabelled;
}

absl::StatusOr<ComputeAndInput> PrepareSplitOfRun(const TrainedModel& trained, std::optional<Split> split) {
  absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(trained.experiment);
  if (!ready.ok()) return WithMovedDataHint(ready.status());
  const std::string fingerprint = ready->index.fingerprint;
  const Split wanted = split.value_or(UsualSplit(ready->index));
  MICA_ASSIGN_OR_RETURN(PredictionInput input, SplitInput(std::move(ready->index), wanted, &trained.checkpoint));
  if (fingerprint != trained.run.report.dataset_fingerprint()) {
    input.warnings.push_back("the data is not what the run was trained on, so its splits may be others, and hold samples of its training");
  }
  return ComputeAndInput{ready->compute, std::move(input)};
}

}  // namespace

absl::StatusOr<ComputeAndInput> PrepareSplit(const ModelSource& source, std::optional<Split> split) {
  if (source.trained.has_value()) return PrepareSplitOfRun(*source.trained, split);
  if (!source.index.has_value()) return source.AtItsPlace(source.unread);
  const Split wanted = split.value_or(UsualSplit(*source.index));
  MICA_ASSIGN_OR_RETURN(PredictionInput input, SplitInput(*source.index, wanted, /*checkpoint=*/nullptr));
  input.warnings.clear();  // printed when the experiment was read
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  return ComputeAndInput{compute, std::move(input)};
}

}  // namespace mica
