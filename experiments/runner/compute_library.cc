#include "experiments/runner/compute_library.h"

#include <future>
#include <utility>

#include "base/status_macros.h"
#include "data/survey/dataset_examination.h"

namespace mica {

absl::StatusOr<ComputeAndData> LoadComputeAndData(const DatasetConfig& config) {
  // If the system grants no thread, `get` does the work.
  std::future<absl::StatusOr<OpenedDataset>> reading =
      std::async(std::launch::async | std::launch::deferred, [&] { return OpenDataset(config); });
  const absl::StatusOr<const ComputeLibrary*> compute = OpenComputeLibrary();
  absl::StatusOr<OpenedDataset> dataset = reading.get();
  MICA_RETURN_IF_ERROR(dataset.status());
  MICA_RETURN_IF_ERROR(compute.status());
  return ComputeAndData{*compute, std::move(dataset->index)};
}

}  // namespace mica
