#include "experiments/runner/compute_library.h"

#include <future>
#include <utility>

#include "base/status_macros.h"
#include "data/index/index_builder.h"

namespace mica {

absl::StatusOr<ComputeAndData> LoadComputeAndData(const DatasetConfig& config) {
  // If the system grants no thread, `get` does the work.
  std::future<absl::StatusOr<DatasetIndex>> reading =
      std::async(std::launch::async | std::launch::deferred, [&] { return BuildDatasetIndex(config); });
  const absl::StatusOr<const ComputeLibrary*> compute = OpenComputeLibrary();
  absl::StatusOr<DatasetIndex> index = reading.get();
  MICA_RETURN_IF_ERROR(index.status());
  MICA_RETURN_IF_ERROR(compute.status());
  return ComputeAndData{*compute, *std::move(index)};
}

}  // namespace mica
