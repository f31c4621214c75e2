// The samples of a split of a model's own data, for the verbs that take RUN_OR_EXPERIMENT --split.
//   MICA_ASSIGN_OR_RETURN(ComputeAndInput ready, PrepareSplit(source, Split::kTest));
//   … ready.compute->Predict(source.Subject(), ready.input.index, ready.input.split)
#ifndef MICA_CLI_SPLIT_OF_MODEL_H_
#define MICA_CLI_SPLIT_OF_MODEL_H_

#include <optional>

#include "absl/status/statusor.h"
#include "cli/model_source.h"
#include "data/index/dataset_index.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/prediction_input.h"

namespace mica {

struct ComputeAndInput {
  const ComputeLibrary* compute;
  PredictionInput input;
};

// Without a split: the first of test, validation, train and the samples without labels that there
// are. Data that is not what a run was trained on is a warning of the input; data without samples
// of the split a flag error.
absl::StatusOr<ComputeAndInput> PrepareSplit(const ModelSource& source, std::optional<Split> split);

}  // namespace mica

#endif  // MICA_CLI_SPLIT_OF_MODEL_H_
