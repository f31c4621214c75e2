#include "experiments/runner/compute_library.h"

#include <future>
#include <utility>

#include "base/status_macros.h"
#include "data/survey/dataset_examination.h"

namespace mica {

absl::StatusOr<ComputeAndData> LoadComputeAndData(const Experiment& experiment) {
  // If the system grants no thread, `get` does the work.
  std::future<absl::StatusOr<OpenedDataset>> reading =
      std::async(std::launch::async | std::launch::deferred, [&] { return OpenDataset(experiment.dataset(), experiment.decode()); });
  const absl::StatusOr<const ComputeLibrary*> compute = OpenComputeLibrary();
  absl::StatusOr<OpenedDataset> dataset = reading.get();
  MICA_RETURN_IF_ERROR(dataset.status());
  MICA_RETURN_IF_ERROR(compute.status());
  return ComputeAndData{*compute, std::move(dataset->index), std::move(dataset->survey)};
}

}  // namespace mica
