#include "cli/split_of_model.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
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

// A model's own data; its warnings are those that are not printed yet.
struct OpenedData {
  const ComputeLibrary* compute;
  DatasetIndex index;
  const Checkpoint* checkpoint = nullptr;  // of a run
};

// `consequence`: what follows if the data is not the run's.
absl::StatusOr<OpenedData> OpenDataOfRun(const TrainedModel& trained, absl::string_view consequence) {
  absl::StatusOr<ComputeAndData> ready = LoadComputeAndData(trained.experiment);
  if (!ready.ok()) return WithMovedDataHint(ready.status());
  DatasetIndex& index = ready->index;
  if (index.fingerprint != trained.run.report.dataset_fingerprint()) {
    index.warnings.push_back(absl::StrCat("the data is not what the run was trained on, so ", consequence));
  }
  return OpenedData{ready->compute, std::move(index), &trained.checkpoint};
}

absl::StatusOr<OpenedData> OpenData(const ModelSource& source, absl::string_view consequence) {
  if (source.trained.has_value()) return OpenDataOfRun(*source.trained, consequence);
  if (!source.index.has_value()) return source.AtItsPlace(source.unread);
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  OpenedData opened = {compute, *source.index};
  opened.index.warnings.clear();  // printed when the experiment was read
  return opened;
}

}  // namespace

absl::StatusOr<ComputeAndInput> PrepareSplit(const ModelSource& source, std::optional<Split> split) {
  MICA_ASSIGN_OR_RETURN(OpenedData opened, OpenData(source, "its splits may be others, and hold samples of its training"));
  const Split wanted = split.value_or(UsualSplit(opened.index));
  MICA_ASSIGN_OR_RETURN(PredictionInput input, SplitInput(std::move(opened.index), wanted, opened.checkpoint));
  return ComputeAndInput{opened.compute, std::move(input)};
}

absl::StatusOr<ComputeAndInput> PrepareSamples(const ModelSource& source, absl::Span<const int64_t> ids) {
  MICA_ASSIGN_OR_RETURN(OpenedData opened, OpenData(source, "its numbers may be those of other samples"));
  MICA_ASSIGN_OR_RETURN(PredictionInput input, SamplesInput(std::move(opened.index), ids, opened.checkpoint));
  return ComputeAndInput{opened.compute, std::move(input)};
}

}  // namespace mica
