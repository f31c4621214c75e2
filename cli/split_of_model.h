// Samples of a model's own data, for the verbs that take RUN_OR_EXPERIMENT with --split or --samples.
//   MICA_ASSIGN_OR_RETURN(ComputeAndInput ready, PrepareSplit(source, Split::kTest));
//   … ready.compute->Predict(source.Subject(), ready.input.index, ready.input.split)
#ifndef MICA_CLI_SPLIT_OF_MODEL_H_
#define MICA_CLI_SPLIT_OF_MODEL_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
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

// Those with these ids, as SamplesInput gives them.
absl::StatusOr<ComputeAndInput> PrepareSamples(const ModelSource& source, absl::Span<const int64_t> ids);

}  // namespace mica

#endif  // MICA_CLI_SPLIT_OF_MODEL_H_
